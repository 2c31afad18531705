namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Builds that must neither read the cache nor write to it.</summary>
public class UntouchedTests
{
    private static readonly string[] s_arguments = ["-t:Rebuild", "--no-incremental", "-t:Compile", "-p:DesignTimeBuild=true"];

    [Fact]
    public async Task Nothing_is_read_or_written()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        foreach (string argument in s_arguments)
        {
            await BuildRestoredAsync(sandbox, argument);
            Assert.Empty(sandbox.Entries());
        }

        await BuildRestoredAsync(sandbox, "-nologo");
        string[] entries = sandbox.Entries();
        Assert.NotEmpty(entries);
        foreach (string argument in s_arguments)
        {
            BuildResult result = await BuildRestoredAsync(sandbox, argument);
            Assert.Empty(result.Hits);
            Assert.DoesNotContain("FROM-CACHE", result.Output, StringComparison.Ordinal);
            Assert.Equal(entries, sandbox.Entries());
        }
    }

    private static async Task<BuildResult> BuildRestoredAsync(Sandbox sandbox, string argument)
    {
        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("restore", "Hello")).Succeeded();
        return (await sandbox.BuildAsync("Hello", "--no-restore", argument)).Succeeded();
    }

    [Fact]
    public async Task NoBuild_builds_and_reads_nothing()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);
        sandbox.WriteSource("Hello", "exe", text: " edited");

        BuildResult result = await sandbox.DotnetAsync("build", "Hello", "--no-restore", "-p:NoBuild=true");

        Assert.Empty(result.Projects);
        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
    }

    [Fact]
    public async Task A_failed_build_publishes_nothing_and_its_correction_builds()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("App", "exe", references: "Lib");
        string source = sandbox.Read("App/App.cs");
        sandbox.Write("App/App.cs", source + "this is no C#");

        (await sandbox.BuildAsync("App")).Failed();
        Assert.Single(sandbox.ProjectEntries());

        (await sandbox.BuildAsync("App")).Failed();
        sandbox.Write("App/App.cs", source);
        (await sandbox.BuildAsync("App")).Expect(misses: "App", hits: "Lib");
    }
}
