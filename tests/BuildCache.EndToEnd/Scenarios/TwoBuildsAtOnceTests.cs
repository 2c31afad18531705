namespace BuildCache.EndToEnd.Scenarios;

public class TwoBuildsAtOnceTests
{
    [Fact]
    public async Task Two_clones_that_build_at_once_on_one_cache_both_come_out_right()
    {
        using Sandbox one = await Sandbox.ChainAsync("<BuildCacheRelocatable>true</BuildCacheRelocatable>", "one");
        await one.CommitAsync("first");
        using Sandbox two = await one.CloneAsync("two");

        BuildResult[] cold = await Task.WhenAll(one.BuildAsync(), two.BuildAsync());
        Assert.All(cold, result => result.Succeeded());
        Assert.All(cold, result => Assert.Equal(5, result.Hits.Count + result.Misses.Count));
        SortedDictionary<string, string> first = TreeSnapshot.All(one.PathOf("App/bin"));

        one.DeleteOutputs();
        two.DeleteOutputs();
        BuildResult[] warm = await Task.WhenAll(one.BuildAsync(), two.BuildAsync());
        Assert.All(warm, result => result.Expect(hits: Sandbox.ChainProjects));
        Assert.All(warm, result => Assert.DoesNotContain("BCSDK", result.Output, StringComparison.Ordinal));
        TreeSnapshot.AssertEqual(first, TreeSnapshot.All(one.PathOf("App/bin")));
        TreeSnapshot.AssertEqual(first, TreeSnapshot.All(two.PathOf("App/bin")));
    }
}
