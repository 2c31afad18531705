namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A solution of which nothing changed is not evaluated at all.</summary>
public class SolutionGateTests
{
    [Fact]
    public async Task In_place_with_nothing_changed_no_project_is_evaluated()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);

        BuildResult second = await sandbox.BuildAsync("-p:BuildCacheExplain=true");

        second.Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
        Assert.DoesNotContain("warning", second.Output, StringComparison.OrdinalIgnoreCase);
    }
}
