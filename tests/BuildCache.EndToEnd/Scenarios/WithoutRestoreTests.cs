namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Builds with --no-restore: what an earlier restore left in obj decides, not what the project asks for.</summary>
public class WithoutRestoreTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_packages_that_lie_in_obj_count_also_where_those_asked_for_were_built_before(bool solutionGate)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(solutionGate ? "true" : "false")}</BuildCacheSolutionGate>");
        (string feed, _) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Direct", "1.0.0", "one");
        PackageFeed.Pack(feed, "Direct", "1.1.0", "two");
        sandbox.WriteSolution("App");
        void Ask(string version) => sandbox.WriteProject("App", "exe", body: $"<ItemGroup><PackageReference Include=\"Direct\" Version=\"{version}\" /></ItemGroup>");
        string Dependencies() => sandbox.Read("App/bin/Debug/net10.0/App.deps.json");
        foreach (string version in (string[])["1.0.0", "1.1.0"])
        {
            Ask(version);
            (await sandbox.BuildAsync()).Expect(misses: "App");
            Assert.Contains($"Direct/{version}", Dependencies(), StringComparison.Ordinal);
        }

        Ask("1.0.0");
        await sandbox.CommandAsync("restore");
        Ask("1.1.0");
        (await sandbox.BuildAsync("--no-restore")).Succeeded();
        string cached = Dependencies();

        Directory.Delete(sandbox.PathOf("App/bin"), recursive: true);
        Directory.Delete(sandbox.PathOf("App/obj/Debug"), recursive: true);
        (await sandbox.BuildAsync("--no-restore", "-p:BuildCacheEnabled=false")).Succeeded();
        Assert.Contains("Direct/1.0.0", Dependencies(), StringComparison.Ordinal);
        Assert.Equal(Dependencies(), cached);
        (await sandbox.BuildAsync()).Succeeded();
        Assert.Contains("Direct/1.1.0", Dependencies(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_built_without_restore_is_neither_forgotten_nor_taken_for_what_it_was_before()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");
        (await sandbox.BuildAsync("--no-restore")).Expect(hits: "Lib Multi/net10.0 Multi/netstandard2.0", misses: "Mid App");
        Task<string> SaysAsync() => sandbox.CommandAsync("run", "--no-build", "--project", "App");

        // Nothing was recorded of the edit: the projects that it reached are looked up one by one, once.
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("project", "Mid App");
        Assert.Contains("edited", await SaysAsync(), StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        Assert.Contains("edited", await SaysAsync(), StringComparison.Ordinal);

        sandbox.WriteSource("Mid", "lib", "Lib");
        (await sandbox.BuildAsync("--no-restore")).Expect(hits: Sandbox.ChainProjects);
        Assert.DoesNotContain("edited", await SaysAsync(), StringComparison.Ordinal);
    }
}
