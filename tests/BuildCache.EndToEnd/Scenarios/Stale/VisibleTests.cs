namespace BuildCache.EndToEnd.Stale;

/// <summary>What dependents see of a project, and what the solution gate sees of inputs that lie elsewhere.</summary>
public class VisibleTests
{
    /// <summary>The project itself is not stored; what is built on it must see each of its changes.</summary>
    [Fact]
    public async Task A_project_that_is_refused_after_its_build_still_shows_what_it_built()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><BuildCacheOutput Include=\"absent.txt\" /></ItemGroup>");
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        sandbox.WriteSource("Lib", "lib", text: "two");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.Contains("Libtwo", await sandbox.CommandAsync("exec", sandbox.PathOf("App/bin/Debug/net10.0/App.dll")), StringComparison.Ordinal);
    }

    [LinuxFact("ln -s")]
    public async Task What_comes_into_a_declared_folder_counts_also_behind_a_link()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        sandbox.WriteProject("Hello", "exe", body: "<ItemGroup><BuildCacheInput Include=\"../data\" /></ItemGroup>");
        sandbox.WriteSolution("Hello");
        sandbox.Write("data/a.txt", "a");
        sandbox.Write("releases/7/b.txt", "b");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");
        (await sandbox.BuildAsync()).Expect(hits: "Hello").ExpectGate("solution", "Hello");
        sandbox.Write("data/.hidden/new.txt", "new");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");

        File.CreateSymbolicLink(sandbox.PathOf("data/current"), "../releases/7");
        File.CreateSymbolicLink(sandbox.PathOf("data/circle"), ".");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");
        (await sandbox.BuildAsync()).Expect(hits: "Hello");
        sandbox.Write("releases/7/b.txt", "changed");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");
    }

    /// <summary>Making a hard link of a file changes its change time, and nothing else.</summary>
    [LinuxFact("ln")]
    public async Task Hard_links_of_content_are_no_change_of_the_sources()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<CreateHardLinksForAdditionalFilesIfPossible>true</CreateHardLinksForAdditionalFilesIfPossible><CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible><CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>");
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><None Include=\"data.txt\" CopyToOutputDirectory=\"Always\" /></ItemGroup>");
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        sandbox.Write("Lib/data.txt", "one");
        await sandbox.CommitAsync("start");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");
        sandbox.WriteSource("Lib", "lib", text: "two");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.Contains("Libtwo", await sandbox.CommandAsync("exec", sandbox.PathOf("App/bin/Debug/net10.0/App.dll")), StringComparison.Ordinal);
    }
}
