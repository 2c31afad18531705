namespace BuildCache.EndToEnd.Scenarios;

public class SourceRevisionTests
{
    [Fact]
    public async Task Neutral_a_new_commit_is_no_miss_and_changes_no_byte()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        await sandbox.CommitAsync("first");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);

        await sandbox.CommitAsync("second");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=write")).Succeeded();
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
    }

    [Fact]
    public async Task Exact_a_new_commit_is_a_miss_and_is_compiled_in()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<BuildCacheSourceRevision>exact</BuildCacheSourceRevision>");
        await sandbox.CommitAsync("first");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        string first = sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs");
        Assert.Contains("InformationalVersionAttribute(\"1.0.0+", first, StringComparison.Ordinal);

        await sandbox.CommitAsync("second");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.NotEqual(first, sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"));
    }
}
