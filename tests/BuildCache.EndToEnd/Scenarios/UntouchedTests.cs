namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Builds that must neither read the cache nor write to it.</summary>
public class UntouchedTests
{
    [Theory]
    [InlineData("-t:Rebuild")]
    [InlineData("--no-incremental")]
    [InlineData("-t:Compile")]
    [InlineData("-p:DesignTimeBuild=true")]
    public async Task Nothing_is_read_or_written(string argument)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.DotnetAsync("restore", "Hello")).Succeeded();
        (await sandbox.BuildAsync("Hello", "--no-restore", argument)).Succeeded();
        Assert.Empty(sandbox.Entries());

        (await sandbox.BuildAsync("Hello", "--no-restore")).Succeeded();
        string[] entries = sandbox.Entries();
        Assert.NotEmpty(entries);
        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("restore", "Hello")).Succeeded();

        BuildResult result = (await sandbox.BuildAsync("Hello", "--no-restore", argument)).Succeeded();
        Assert.Empty(result.Hits);
        Assert.DoesNotContain("FROM-CACHE", result.Output, StringComparison.Ordinal);
        Assert.Equal(entries, sandbox.Entries());
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
