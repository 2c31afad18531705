namespace BuildCache.EndToEnd.Scenarios;

public class CacheOffTests
{
    [Fact]
    public async Task Without_the_cache_everything_is_as_if_the_SDK_were_not_there()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync("<BuildCacheEnabled>false</BuildCacheEnabled>");
        await sandbox.CommitAsync("first");
        BuildResult off = (await sandbox.BuildAsync()).Succeeded();
        SortedDictionary<string, string> withSdk = TreeSnapshot.TimelessOutputs(sandbox.Root);

        Assert.Empty(off.Projects);
        Assert.DoesNotContain("BuildCache", off.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(sandbox.Cache));
        sandbox.DeleteOutputs();
        sandbox.Write("Directory.Build.props", "<Project />");
        File.Delete(sandbox.PathOf("Directory.Solution.targets"));
        (await sandbox.BuildAsync()).Succeeded();

        TreeSnapshot.AssertEqual(TreeSnapshot.TimelessOutputs(sandbox.Root), withSdk);
    }

    [Fact]
    public async Task What_is_built_and_restored_with_the_cache_is_what_is_built_without()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync("<BuildCacheSourceRevision>exact</BuildCacheSourceRevision>");
        await sandbox.CommitAsync("first");
        (await sandbox.BuildAsync("-p:BuildCacheEnabled=false")).Succeeded();
        SortedDictionary<string, string> stock = TreeSnapshot.TimelessOutputs(sandbox.Root);

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }

    [Fact]
    public async Task A_project_that_opts_out_is_built_and_its_dependents_still_hit()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", "<BuildCacheEnabled>false</BuildCacheEnabled>");
        sandbox.WriteProject("App", "exe", references: "Lib");
        (await sandbox.BuildAsync("App")).Expect(misses: "App");
        sandbox.DeleteOutputs();

        BuildResult warm = (await sandbox.BuildAsync("App")).Expect(hits: "App");

        Assert.True(File.Exists(sandbox.PathOf("Lib/bin/Debug/net10.0/Lib.dll")), warm.Output);
        sandbox.WriteSource("Lib", "lib", text: " edited");
        (await sandbox.BuildAsync("App")).Expect(misses: "App");
    }
}
