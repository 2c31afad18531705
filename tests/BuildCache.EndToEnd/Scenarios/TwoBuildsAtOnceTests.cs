namespace BuildCache.EndToEnd.Scenarios;

public class TwoBuildsAtOnceTests
{
    [Fact]
    public async Task Two_clones_that_build_at_once_on_one_cache_both_come_out_right()
    {
        using Sandbox one = (await Sandbox.ChainAsync("<BuildCacheRelocatable>true</BuildCacheRelocatable>", "one")).OnTwoNodes();
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

    [Theory]
    [InlineData(8, false)]
    [InlineData(4, true)]
    public async Task Many_builds_at_once_on_one_cache_all_come_out_right(int count, bool differ)
    {
        using Sandbox first = (await Sandbox.CreateAsync("clone0")).OnTwoNodes();
        first.OptIn("<BuildCacheRelocatable>true</BuildCacheRelocatable>");
        first.WriteProject("Hello", "exe");
        await first.CommitAsync("first");
        List<Sandbox> clones = [first];
        for (int i = 1; i < count; i++)
        {
            clones.Add(await first.CloneAsync($"clone{i}"));
            if (differ)
            {
                clones[i].WriteSource("Hello", "exe", text: $" {i}");
            }
        }

        // Cold: all publish at once. Warm: all restore. The third time they find everything in place.
        foreach (string round in (string[])["cold", "warm", "in place"])
        {
            BuildResult[] results = await Task.WhenAll(clones.Select(clone => clone.BuildAsync("Hello")));
            Assert.All(results, result => Assert.DoesNotContain("BCSDK", result.Succeeded().Output, StringComparison.Ordinal));
            Assert.All(results, result => Assert.True(round == "cold" || result.Misses.Count == 0, round));
            for (int i = 0; i < count; i++)
            {
                BuildResult run = await clones[i].DotnetAsync("exec", "Hello/bin/Debug/net10.0/Hello.dll");
                Assert.StartsWith(differ && i > 0 ? $"Hello {i} " : "Hello ", run.Output, StringComparison.Ordinal);
                Assert.Empty(clones[i].Temporaries());
                if (round == "cold")
                {
                    clones[i].DeleteOutputs();
                }
            }
        }
    }

    [Fact]
    public async Task Two_builds_at_once_in_one_folder_both_find_the_outputs_in_place()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);
        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("restore")).Succeeded();

        BuildResult[] warm = await Task.WhenAll(sandbox.BuildAsync("--no-restore"), sandbox.BuildAsync("--no-restore"));

        Assert.All(warm, result => Assert.DoesNotContain("BCSDK", result.Succeeded().Output, StringComparison.Ordinal));
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
        Assert.Empty(sandbox.Temporaries());
    }
}
