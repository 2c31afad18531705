using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd.Stale;

/// <summary>Edits that nobody thought of: the beginning of what tests/BuildCache.Soak does.</summary>
public partial class WalkTests
{
    [Fact]
    public async Task Each_of_twenty_random_steps_is_built_as_without_the_cache()
    {
        await PackedSdk.VersionAsync();
        string package = Assert.Single(Directory.GetFiles(PackedSdk.Feed, "BuildCache.Sdk.*.nupkg"));
        string soak = Path.Combine(AppContext.BaseDirectory, "BuildCache.Soak.dll");

        (int exitCode, string output) = await Tool.RunAsync(
            PackedSdk.Repository, Tool.CleanEnvironment(), "dotnet", "exec", soak, "--seed", "29", "--steps", "20", "--from-package", package);

        Assert.True(exitCode == 0, output);
        Match sum = Sum().Match(output);
        Assert.True(sum.Success, output);
        Assert.NotEqual("0", sum.Groups[1].Value);
        Assert.NotEqual("0", sum.Groups[2].Value);
    }

    [GeneratedRegex("seed 29: 20 steps, nothing wrong; ([0-9]+) projects from the cache, ([0-9]+) built")]
    private static partial Regex Sum();
}
