namespace BuildCache.EndToEnd.UsersFiles;

/// <summary>Symbolic links in a project's own folders: what lies behind one is the user's.</summary>
public class LinkTests
{
    private const string Copy = "App/bin/Debug/net10.0/Lib.dll";

    [LinuxTheory("ln -s")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_lies_behind_a_link_in_obj_or_bin_is_never_touched(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteSolution("Hello");
        sandbox.Write("assets/a.txt", "tracked");
        sandbox.Write("../outside/precious.txt", "precious");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");
        string[] folders = ["Hello/obj/Debug/net10.0", "Hello/bin/Debug/net10.0"];
        foreach (string folder in folders)
        {
            File.CreateSymbolicLink(sandbox.PathOf(folder + "/data"), sandbox.PathOf("../outside"));
            File.CreateSymbolicLink(sandbox.PathOf(folder + "/assets"), "../../../../assets");
            File.CreateSymbolicLink(sandbox.PathOf(folder + "/circle"), ".");
        }

        // One that leads out of the repository stays, and another machine has no such thing: nothing is stored.
        sandbox.WriteSource("Hello", "exe", text: "two");
        BuildResult missed = (await sandbox.BuildAsync("-v:n")).Expect(misses: "Hello");
        Assert.Contains("BCSDK5007", missed.Output, StringComparison.Ordinal);
        ExpectAllThere(sandbox);
        sandbox.WriteSource("Hello", "exe");
        (await sandbox.BuildAsync()).Expect(hits: "Hello");
        ExpectAllThere(sandbox);
        Assert.All(folders, folder => Assert.True(Path.Exists(sandbox.PathOf(folder + "/data/precious.txt"))));

        // Without those the result is stored, links that lead into the repository with it.
        Array.ForEach(folders, folder => File.Delete(sandbox.PathOf(folder + "/data")));
        sandbox.WriteSource("Hello", "exe", text: "two");
        File.CreateSymbolicLink(sandbox.PathOf("Hello/obj/Debug/net10.0/assets2"), "../../../../assets");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");
        (await sandbox.BuildAsync()).Expect(hits: "Hello");
        ExpectAllThere(sandbox);
    }

    /// <summary>People keep obj and bin on another disk.</summary>
    [LinuxFact("ln -s")]
    public async Task A_link_at_bin_or_obj_is_followed()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        foreach (string name in (string[])["obj", "bin"])
        {
            Directory.CreateDirectory(sandbox.PathOf($"../disk/{name}"));
            File.CreateSymbolicLink(sandbox.PathOf($"Hello/{name}"), sandbox.PathOf($"../disk/{name}"));
        }

        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        foreach (string name in (string[])["obj", "bin"])
        {
            Directory.Delete(sandbox.PathOf($"../disk/{name}"), recursive: true);
            Directory.CreateDirectory(sandbox.PathOf($"../disk/{name}"));
        }

        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        Assert.True(File.Exists(sandbox.PathOf("../disk/bin/Debug/net10.0/Hello.dll")));
        Assert.NotNull(new DirectoryInfo(sandbox.PathOf("Hello/obj")).LinkTarget);
    }

    /// <summary>What dependents see of a link is what it leads to, and a link to a folder comes back as one.</summary>
    [LinuxFact("ln -s")]
    public async Task Links_that_the_build_makes_count_by_their_content_and_come_back()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<CreateSymbolicLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateSymbolicLinksForCopyFilesToOutputDirectoryIfPossible><CreateSymbolicLinksForCopyLocalIfPossible>true</CreateSymbolicLinksForCopyLocalIfPossible>");
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.NotNull(new FileInfo(sandbox.PathOf(Copy)).LinkTarget);

        sandbox.WriteSource("Lib", "lib", text: "two");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.True(Holds(sandbox.PathOf(Copy), "Libtwo"));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");
        Assert.True(Holds(sandbox.PathOf(Copy), "Libtwo"));
        TreeSnapshot.AssertEqual(TreeSnapshot.TimelessOutputs(sandbox.Root), await sandbox.StockAsync());
    }

    private static bool Holds(string assembly, string text) => File.ReadAllBytes(assembly).AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes(text)) >= 0;

    private static void ExpectAllThere(Sandbox sandbox)
    {
        Assert.Equal("tracked", sandbox.Read("assets/a.txt"));
        Assert.Equal("precious", sandbox.Read("../outside/precious.txt"));
    }
}
