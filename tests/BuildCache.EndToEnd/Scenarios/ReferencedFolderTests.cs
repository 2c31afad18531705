namespace BuildCache.EndToEnd;

/// <summary>Assemblies that a project references as files: what lies beside them and belongs to them is copied along, and only the folder says that it is there.</summary>
public class ReferencedFolderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_lies_beside_a_referenced_assembly_counts(bool bySolution)
    {
        using Sandbox sandbox = await WithLibraryAsync($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("P", "exe", body: "<ItemGroup><Reference Include=\"Lib\"><HintPath>../lib/Lib.dll</HintPath></Reference></ItemGroup>");
        sandbox.Write("P/P.cs", "System.Console.WriteLine(Lib.Say());\n");
        sandbox.WriteSolution("P");
        Provide(sandbox, "First", "Dep.dll", "Lib.dll", "Lib.pdb");
        (await sandbox.BuildAsync()).Expect(misses: "P");
        (await sandbox.BuildAsync()).Expect(hits: "P");

        // An assembly that the referenced one references; its pdb; a satellite and comments that come later.
        foreach (string name in (string[])["Dep.dll", "Lib.pdb", "de/Lib.resources.dll", "Lib.xml"])
        {
            Provide(sandbox, "Second", name);
            (await sandbox.BuildAsync()).Expect(misses: "P");
            Assert.Equal(File.ReadAllBytes(sandbox.PathOf("lib/" + name)), File.ReadAllBytes(sandbox.PathOf("P/bin/Debug/net10.0/" + name)));
        }

        // What belongs to no assembly does not count.
        sandbox.Write("lib/readme.txt", "Ours.");
        (await sandbox.BuildAsync()).Expect(hits: "P");

        Directory.Delete(sandbox.PathOf("P/bin"), recursive: true);
        Directory.Delete(sandbox.PathOf("P/obj"), recursive: true);
        (await sandbox.BuildAsync()).Expect(hits: "P");
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.PathOf("P"));
        Directory.Delete(sandbox.PathOf("P/bin"), recursive: true);
        Directory.Delete(sandbox.PathOf("P/obj"), recursive: true);
        (await sandbox.BuildAsync(["-p:BuildCacheEnabled=false", .. Sandbox.WithoutCommit])).Succeeded();
        TreeSnapshot.AssertEqual(TreeSnapshot.TimelessOutputs(sandbox.PathOf("P")), cached);
    }

    [Fact]
    public async Task A_reference_that_is_found_by_a_search_is_refused_by_name_and_a_declared_one_is_not()
    {
        using Sandbox sandbox = await WithLibraryAsync();
        const string Properties = "<AssemblySearchPaths>../lib;$(AssemblySearchPaths)</AssemblySearchPaths>";
        sandbox.WriteProject("P", "exe", Properties, body: "<ItemGroup><Reference Include=\"Lib\" /></ItemGroup>");
        sandbox.Write("P/P.cs", "System.Console.WriteLine(Lib.Say());\n");
        Provide(sandbox, "First", "Dep.dll", "Lib.dll");
        BuildResult result = (await sandbox.BuildAsync("P", "-v:normal")).Expect(misses: "P");
        Assert.Equal("BCSDK2005", result.ReasonOf("P"));
        Assert.Contains("lib/Lib.dll", result.Output, StringComparison.Ordinal);

        sandbox.WriteProject("P", "exe", Properties, body: "<ItemGroup><Reference Include=\"Lib\" /><BuildCacheInput Include=\"../lib/*.dll\" /></ItemGroup>");
        sandbox.Write("P/P.cs", "System.Console.WriteLine(Lib.Say());\n");
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        (await sandbox.BuildAsync("P")).Expect(hits: "P");
        Provide(sandbox, "Second", "Dep.dll");
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        Assert.Equal(File.ReadAllBytes(sandbox.PathOf("lib/Dep.dll")), File.ReadAllBytes(sandbox.PathOf("P/bin/Debug/net10.0/Dep.dll")));
    }

    [Fact]
    public async Task An_output_of_another_project_without_a_reference_is_looked_at_when_its_turn_comes()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("P", "exe", body: "<ItemGroup><Reference Include=\"Lib\"><HintPath>../Lib/bin/Debug/net10.0/Lib.dll</HintPath></Reference></ItemGroup>");
        sandbox.Write("P/P.cs", "System.Console.WriteLine(Lib.Say());\n");
        sandbox.WriteSolution("Lib", "P");
        await ExpectAsync(misses: "Lib P");
        await ExpectAsync(hits: "Lib P");
        sandbox.WriteSource("Lib", "lib", text: "two");
        await ExpectAsync(misses: "Lib P");
        await ExpectAsync(hits: "Lib P");
        sandbox.WriteSource("Lib", "lib");
        await ExpectAsync(hits: "Lib P");
        sandbox.DeleteOutputs();
        await ExpectAsync(hits: "Lib P");

        async Task ExpectAsync(string hits = "", string misses = "")
        {
            (await sandbox.BuildAsync()).Expect(hits: hits, misses: misses);
            Assert.Equal(File.ReadAllBytes(sandbox.PathOf("Lib/bin/Debug/net10.0/Lib.dll")), File.ReadAllBytes(sandbox.PathOf("P/bin/Debug/net10.0/Lib.dll")));
        }
    }

    /// <summary>Two versions of Lib, which needs Dep, built beside the repository.</summary>
    private static async Task<Sandbox> WithLibraryAsync(string properties = "")
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(properties);
        sandbox.WriteProject("Dep", "lib");
        sandbox.WriteProject("Lib", "lib", "<GenerateDocumentationFile>true</GenerateDocumentationFile><NoWarn>$(NoWarn);1591</NoWarn>", references: "Dep");
        foreach (string version in (string[])["First", "Second"])
        {
            sandbox.WriteSource("Dep", "lib", text: version);
            sandbox.WriteSource("Lib", "lib", "Dep", text: version);
            (await sandbox.BuildAsync("Lib", "-p:BuildCacheEnabled=false", "-o", sandbox.Outside(version))).Succeeded();
        }

        Directory.Delete(sandbox.PathOf("Dep"), recursive: true);
        Directory.Delete(sandbox.PathOf("Lib"), recursive: true);
        return sandbox;
    }

    private static void Provide(Sandbox sandbox, string version, params string[] names)
    {
        foreach (string name in names)
        {
            string path = sandbox.PathOf("lib/" + name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);

            // Reference resolution does not read a satellite: any file will do.
            File.Copy(Path.Combine(sandbox.Outside(version), name.Contains('/', StringComparison.Ordinal) ? "Dep.dll" : name), path, overwrite: true);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
    }
}
