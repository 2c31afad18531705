namespace BuildCache.EndToEnd.Scenarios;

public class ModeTests
{
    [Fact]
    public async Task Read_never_publishes_and_write_never_looks_up()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=read")).Expect(misses: "Hello");
        Assert.Empty(sandbox.Entries());

        (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=write")).Expect(misses: "Hello");
        Assert.Single(sandbox.ProjectEntries());

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=write")).Expect(misses: "Hello");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=read")).Expect(hits: "Hello");
    }

    [Fact]
    public async Task RequireHit_makes_a_miss_an_error_that_says_what_changed()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<BuildCacheRequireHit Condition=\"'$(HELLO_REQUIRE)' != ''\">true</BuildCacheRequireHit>");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheRequireHit=true")).Expect(hits: "Hello");

        sandbox.WriteSource("Hello", "exe", text: " edited");
        BuildResult required = (await sandbox.BuildAsync("Hello", "-p:BuildCacheRequireHit=true")).Failed();

        Assert.Contains("error BCSDK1004", required.Output, StringComparison.Ordinal);
        Assert.Contains("Hello/Hello.cs changed", required.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_names_what_changed_in_words()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        BuildResult first = (await sandbox.BuildAsync("Hello", "-p:BuildCacheExplain=true")).Expect(misses: "Hello");
        Assert.Contains("the cache holds no build of it with these global properties and tools", first.Output, StringComparison.Ordinal);

        sandbox.WriteSource("Hello", "exe", text: " edited");
        BuildResult second = (await sandbox.BuildAsync("Hello", "-p:BuildCacheExplain=true")).Expect(misses: "Hello");
        Assert.Contains("BuildCache: Hello.csproj missed: Hello/Hello.cs changed", second.Output, StringComparison.Ordinal);
        Assert.Equal("Hello/Hello.cs changed", second.ReasonOf("Hello"));
    }

    [Fact]
    public async Task Prune_and_clear_leave_a_cache_that_works()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        BuildResult pruned = (await sandbox.DotnetAsync("msbuild", "Hello", "-t:BuildCachePrune")).Succeeded();
        Assert.Contains("kept in", pruned.Output, StringComparison.Ordinal);
        Assert.Single(sandbox.ProjectEntries());

        (await sandbox.DotnetAsync("msbuild", "Hello", "-t:BuildCacheClear")).Succeeded();
        Assert.Empty(sandbox.Entries());
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
    }
}
