namespace BuildCache.EndToEnd.Scenarios;

public class RelocationTests
{
    [Fact]
    public async Task Relocatable_a_clone_in_another_folder_hits()
    {
        using Sandbox one = (await Sandbox.ChainAsync("<BuildCacheRelocatable>true</BuildCacheRelocatable>", "one")).OnTwoNodes();
        await one.CommitAsync("first");
        (await one.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        using Sandbox two = await one.CloneAsync("another folder");

        (await two.BuildAsync("-p:BuildCacheExplain=true")).Expect(hits: Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(TreeSnapshot.All(one.PathOf("App/bin")), TreeSnapshot.All(two.PathOf("App/bin")));
        SortedDictionary<string, string> restored = Comparable(two);
        two.DeleteOutputs();
        (await two.BuildAsync("-p:BuildCacheMode=write")).Succeeded();
        SortedDictionary<string, string> built = Comparable(two);
        TreeSnapshot.AssertEqual(built, restored);
    }

    [Fact]
    public async Task A_test_project_that_references_another_hits_elsewhere_though_its_test_platform_writes_folders_down()
    {
        using Sandbox one = (await Sandbox.CreateAsync("one")).OnTwoNodes();
        one.OptIn("<BuildCacheRelocatable>true</BuildCacheRelocatable>");
        one.WriteProject("Lib", "lib");
        one.WriteTests("LibTests", "Lib", "Lib.Say();");
        await one.CommitAsync("first");
        (await one.BuildAsync("LibTests")).Expect(misses: "Lib LibTests");
        using Sandbox two = await one.CloneAsync("two");

        (await two.BuildAsync("LibTests")).Expect(hits: "Lib LibTests");

        string mapping = two.Read("LibTests/bin/Debug/net10.0/.msCoverageSourceRootsMapping_LibTests");
        Assert.Contains(two.PathOf("Lib/Lib.csproj"), mapping, StringComparison.Ordinal);
        Assert.DoesNotContain(one.Root, mapping, StringComparison.Ordinal);
        two.DeleteOutputs();
        (await two.BuildAsync("LibTests", "-p:BuildCacheMode=write")).Succeeded();
        Assert.Equal(two.Read("LibTests/bin/Debug/net10.0/.msCoverageSourceRootsMapping_LibTests"), mapping);
    }

    [Fact]
    public async Task Not_relocatable_a_clone_in_another_folder_misses()
    {
        using Sandbox one = (await Sandbox.HelloAsync("<BuildCacheRelocatable>false</BuildCacheRelocatable>")).OnTwoNodes();
        await one.CommitAsync("first");
        (await one.BuildAsync("Hello")).Expect(misses: "Hello");
        using Sandbox two = await one.CloneAsync("two");

        (await two.BuildAsync("Hello")).Expect(misses: "Hello");
        (await one.BuildAsync("Hello")).Expect(hits: "Hello");
    }

    /// <summary>Caches of MSBuild's that depend on the folder: made anew where they are missing, or hashes of absolute paths, which only decide whether a build without this SDK compiles again.</summary>
    private static SortedDictionary<string, string> Comparable(Sandbox sandbox)
    {
        SortedDictionary<string, string> outputs = TreeSnapshot.TimelessOutputs(sandbox.Root);
        foreach (string path in outputs.Keys.Where(TreeSnapshot.HoldsHashesOfPaths).ToArray())
        {
            outputs.Remove(path);
        }

        return outputs;
    }
}
