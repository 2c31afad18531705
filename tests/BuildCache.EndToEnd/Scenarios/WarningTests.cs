using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd.Scenarios;

public class WarningTests
{
    /// <summary>From the compiler, and from a task of MSBuild's.</summary>
    private const string Warns = "<Target Name=\"Mutter\" BeforeTargets=\"CoreCompile\"><Warning Code=\"MUT001\" Text=\"muttered\" /></Target>";

    [Fact]
    public async Task A_hit_shows_the_warnings_of_the_build_that_made_it()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", body: Warns);
        sandbox.Write("Hello/Extra.cs", "#warning look here\npublic class Extra;\n");
        BuildResult cold = (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        sandbox.DeleteOutputs();

        BuildResult warm = (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        string[] expected = Warnings(cold);
        Assert.Equal(2, expected.Length);
        Assert.Equal(expected, Warnings(warm));
        Assert.Equal(expected, Warnings((await sandbox.BuildAsync("Hello")).Expect(hits: "Hello")));
        Assert.NotEqual(0, (await sandbox.BuildAsync("Hello", "-warnaserror")).ExitCode);
    }

    /// <summary>Each warning once, with its place and code, without the target that a task was in.</summary>
    private static string[] Warnings(BuildResult build) =>
        [.. Regex.Matches(build.Output, @"(Extra\.cs\(\d+,\d+\): )?warning (CS1030|MUT001): [^\[\r\n]*").Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];
}
