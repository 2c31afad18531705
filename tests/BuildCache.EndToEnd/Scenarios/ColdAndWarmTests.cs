namespace BuildCache.EndToEnd.Scenarios;

public class ColdAndWarmTests
{
    [Fact]
    public async Task A_fresh_clone_in_the_same_place_gets_every_file_back_as_it_was()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);

        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
        Assert.Contains("BuildCache: 4 of 4 projects from the cache", warm.Output, StringComparison.Ordinal);
        Assert.Contains($"App -> {sandbox.PathOf("App/bin/Debug/net10.0/App.dll")}", warm.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_place_everything_hits_and_no_file_is_touched()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
    }

    [Fact]
    public async Task A_reference_that_is_not_built_counts_neither_cold_nor_warm()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheSolutionGate>false</BuildCacheSolutionGate>");
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Other", "lib");
        sandbox.WriteProject("App", "exe", references: "Lib", body:
            "<ItemGroup><ProjectReference Include=\"../Other/Other.csproj\" BuildReference=\"false\" ReferenceOutputAssembly=\"false\" /></ItemGroup>");

        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        Assert.False(Directory.Exists(sandbox.PathOf("Other/bin")));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib App");
    }
}
