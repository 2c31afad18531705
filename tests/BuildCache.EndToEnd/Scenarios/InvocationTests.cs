namespace BuildCache.EndToEnd.Scenarios;

public class InvocationTests
{
    [Theory]
    [InlineData("-m:1")]
    [InlineData("-m:2")]
    [InlineData("-mt")]
    [InlineData("--no-restore")]
    public async Task Each_kind_of_build_publishes_and_hits(string flag)
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        if (flag == "--no-restore")
        {
            (await sandbox.DotnetAsync("restore")).Succeeded();
        }

        (await sandbox.BuildAsync(flag)).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);

        sandbox.DeleteOutputs();
        if (flag == "--no-restore")
        {
            (await sandbox.DotnetAsync("restore")).Succeeded();
        }

        (await sandbox.BuildAsync(flag, "-p:BuildCacheExplain=true")).Expect(hits: Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
    }

    [Fact]
    public async Task What_one_kind_of_build_made_another_finds()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync("App", "-m:2")).Expect(misses: "Lib Mid Multi App");

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App", "-mt", "-p:BuildCacheExplain=true")).Expect(hits: "Lib Mid Multi App");

        sandbox.DeleteOutputs();
        // A graph build also builds the framework that nobody asks for.
        (await sandbox.BuildAsync("App", "-graph", "-p:BuildCacheExplain=true")).Expect(hits: "Lib Mid Multi/net10.0 App", misses: "Multi/netstandard2.0");
    }

    [Fact]
    public async Task What_a_solution_built_the_build_of_one_project_finds()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App", "-p:BuildCacheExplain=true")).Expect(hits: "Lib Mid Multi App");
    }

    [Fact]
    public async Task A_worker_node_that_is_used_again_shows_the_projects_of_its_own_build_alone()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        sandbox.Environment["MSBUILDNOINPROCNODE"] = "1";
        (await sandbox.BuildAsync("Multi")).Expect(misses: "Multi/net10.0 Multi/netstandard2.0");

        (await sandbox.BuildAsync("Lib")).Expect(misses: "Lib");
    }

    [Fact]
    public async Task A_graph_build_of_a_solution_publishes_and_hits()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync("-graph")).Succeeded();
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);
        Assert.Equal(5, sandbox.ProjectEntries().Length);

        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.BuildAsync("-graph", "-v:n")).Succeeded();

        Assert.Equal(5, warm.Output.Split("FROM-CACHE").Length - 1);
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
    }
}
