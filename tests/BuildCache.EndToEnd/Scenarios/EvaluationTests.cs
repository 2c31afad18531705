using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd.Scenarios;

public class EvaluationTests
{
    [Fact]
    public async Task No_project_is_evaluated_more_often_than_without_the_cache()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync("-m:1")).Expect(misses: Sandbox.ChainProjects);
        int stock = Evaluations((await sandbox.BuildAsync("-m:1", "--no-restore", "-p:BuildCacheEnabled=false", "-clp:PerformanceSummary")).Succeeded());

        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("restore")).Succeeded();
        int warm = Evaluations((await sandbox.BuildAsync("-m:1", "--no-restore", "-clp:PerformanceSummary")).Expect(hits: Sandbox.ChainProjects));

        Assert.True(stock > 0, "The build should list its evaluations.");
        Assert.True(warm <= stock, $"{warm} evaluations with the cache, {stock} without");
    }

    private static int Evaluations(BuildResult result)
    {
        string section = result.Output[result.Output.IndexOf("Project Evaluation Performance Summary", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n\n", StringComparison.Ordinal)];
        return Regex.Matches(section, @"proj\s+(\d+) calls").Sum(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }
}
