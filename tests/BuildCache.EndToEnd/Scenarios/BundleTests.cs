namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A bundle takes what a build used to a machine without a network, which builds from it alone.</summary>
public class BundleTests
{
    private const string Names = "Greeter Hello";

    [Theory]
    [InlineData(true, "another place")]
    [InlineData(false, "same")]
    public async Task Another_machine_builds_a_solution_from_the_bundle_alone(bool relocatable, string place)
    {
        using TwoMachines machines = await TwoMachines.CreateAsync("Bundles", relocatable);
        (await machines.First.BuildAsync()).Expect(misses: Names);
        SortedDictionary<string, string> built = Comparable(machines.First);
        (await machines.First.DotnetAsync("build", "-nologo", "-t:BuildCacheExport", $"-p:BuildCacheBundle={machines.Bundle}")).Succeeded();

        Sandbox second = await machines.MoveAsync(place);
        (await second.BuildAsync("-p:BuildCacheRequireHit=true")).Failed();
        BuildResult imported = (await second.DotnetAsync("msbuild", "-nologo", "-t:BuildCacheImport", $"-p:BuildCacheBundle={machines.Bundle}")).Succeeded();
        Assert.DoesNotContain("BCSDK", imported.Output, StringComparison.Ordinal);
        second.DeleteOutputs();

        (await second.BuildAsync("-p:BuildCacheRequireHit=true")).Expect(hits: Names);

        TreeSnapshot.AssertEqual(built, Comparable(second));
        Assert.Contains("Hello, 00000000", await second.CommandAsync("run", "--no-build", "--project", "Hello"), StringComparison.Ordinal);

        // Once more: nothing is new, and nothing breaks.
        imported = (await second.DotnetAsync("msbuild", "-nologo", "-t:BuildCacheImport", $"-p:BuildCacheBundle={machines.Bundle}")).Succeeded();
        Assert.Contains("0.0 MB of it new", imported.Output, StringComparison.Ordinal);
        (await second.BuildAsync("-p:BuildCacheRequireHit=true")).Expect(hits: Names);
    }

    [Fact]
    public async Task A_single_project_is_carried_with_what_it_references()
    {
        using TwoMachines machines = await TwoMachines.CreateAsync("Bundles", relocatable: true);
        (await machines.First.DotnetAsync("build", "Hello", "-nologo", "-t:BuildCacheExport", $"-p:BuildCacheBundle={machines.Bundle}")).Expect(misses: Names);

        Sandbox second = await machines.MoveAsync("elsewhere");
        (await second.DotnetAsync("msbuild", "Hello", "-nologo", "-t:BuildCacheImport", $"-p:BuildCacheBundle={machines.Bundle}")).Succeeded();

        (await second.BuildAsync("Hello", "-p:BuildCacheRequireHit=true")).Expect(hits: Names);
    }

    [Fact]
    public async Task What_is_not_cached_is_named_and_what_is_wrong_says_so()
    {
        using TwoMachines machines = await TwoMachines.CreateAsync("Bundles", relocatable: false);
        machines.First.Write("Greeter/Directory.Build.targets", "<Project><Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><Exec Command=\"echo\" /></Target></Project>");
        await machines.First.CommitAsync("a target of its own");
        BuildResult exported = (await machines.First.DotnetAsync("build", "-nologo", "-t:BuildCacheExport", $"-p:BuildCacheBundle={machines.Bundle}")).Succeeded();
        Assert.Contains("warning BCSDK3023", exported.Output, StringComparison.Ordinal);
        Assert.Contains("Greeter/Greeter.csproj net10.0: the target 'Mine'", exported.Output, StringComparison.Ordinal);
        Assert.Contains("error BCSDK3020", (await machines.First.DotnetAsync("msbuild", "-nologo", "-t:BuildCacheExport")).Failed().Output, StringComparison.Ordinal);

        Sandbox second = await machines.MoveAsync("elsewhere");
        Assert.Contains("error BCSDK3025", (await second.DotnetAsync("msbuild", "-nologo", "-t:BuildCacheImport", "-p:BuildCacheBundle=/nowhere/to/be/found")).Failed().Output, StringComparison.Ordinal);
        Assert.Contains("warning BCSDK3024", (await second.DotnetAsync("msbuild", "-nologo", "-t:BuildCacheImport", $"-p:BuildCacheBundle={machines.Bundle}")).Succeeded().Output, StringComparison.Ordinal);
        byte[] whole = File.ReadAllBytes(machines.Bundle);
        File.WriteAllBytes(machines.Bundle, whole[..(whole.Length / 2)]);
        Assert.Contains("error BCSDK3021", (await second.DotnetAsync("msbuild", "-nologo", "-t:BuildCacheImport", $"-p:BuildCacheBundle={machines.Bundle}")).Failed().Output, StringComparison.Ordinal);
    }

    /// <summary>All outputs but those that hold the folder, or hashes of it, and times.</summary>
    private static SortedDictionary<string, string> Comparable(Sandbox sandbox)
    {
        SortedDictionary<string, string> outputs = TreeSnapshot.TimelessOutputs(sandbox.Root);
        foreach (string path in outputs.Keys.Where(path => TreeSnapshot.HoldsHashesOfPaths(path) || path.EndsWith(".FileListAbsolute.txt", StringComparison.Ordinal) || path.EndsWith(".GeneratedMSBuildEditorConfig.editorconfig", StringComparison.Ordinal) || path.EndsWith(".sourcelink.json", StringComparison.Ordinal)).ToArray())
        {
            outputs.Remove(path);
        }

        return outputs;
    }
}
