namespace BuildCache.EndToEnd.UsersFiles;

/// <summary>Projects that share a folder in obj or bin.</summary>
public class SharedFolderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_projects_with_one_folder_in_obj_are_named_and_built_without_the_cache(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.Write("One/A.csproj", Project("A", ""));
        sandbox.Write("One/B.csproj", Project("B", "<OutputType>Exe</OutputType>"));
        sandbox.Write("One/A.cs", "public static class A;\n");
        sandbox.Write("One/B.cs", "System.Console.WriteLine(1);\n");
        sandbox.Write("All.slnx", "<Solution><Project Path=\"One/A.csproj\" /><Project Path=\"One/B.csproj\" /></Solution>");
        sandbox.Write("Directory.Solution.targets", "<Project><Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" /></Project>\n");

        // NuGet may take the second for restored, as it has one file for both: then the first shows no trace of it yet.
        BuildResult first = (await sandbox.BuildAsync()).Succeeded();
        Assert.Contains("A.csproj", first.ReasonOf("B"), StringComparison.Ordinal);
        SortedDictionary<string, string> built = TreeSnapshot.Outputs(sandbox.Root);
        Assert.True(built.ContainsKey("One/bin/Debug/net10.0/A.dll") && built.ContainsKey("One/bin/Debug/net10.0/B.deps.json"));
        BuildResult second = (await sandbox.BuildAsync()).Expect(skipped: "A B");
        Assert.Contains("B.csproj", second.ReasonOf("A"), StringComparison.Ordinal);
        Assert.Equal(built.Keys, TreeSnapshot.Outputs(sandbox.Root).Keys);

        // A project that is gone shares nothing.
        File.Delete(sandbox.PathOf("One/B.csproj"));
        sandbox.Write("All.slnx", "<Solution><Project Path=\"One/A.csproj\" /></Solution>");
        Assert.Empty((await sandbox.BuildAsync()).Succeeded().Skipped);
        (await sandbox.BuildAsync()).Expect(hits: "A");
    }

    /// <summary>As with two versions of a package: the last one that is built decides, with and without the cache.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_output_folder_with_two_files_of_one_name_is_the_same_after_every_build(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("Lib", "lib", body: Reference("v1"));
        sandbox.WriteProject("App", "exe", references: "Lib", body: Reference("v2"));
        foreach ((string version, Type type) in ((string, Type)[])[("v1", typeof(FactAttribute)), ("v2", typeof(Assert))])
        {
            Directory.CreateDirectory(sandbox.PathOf($"vendor/{version}"));
            File.Copy(type.Assembly.Location, sandbox.PathOf($"vendor/{version}/Vendor.dll"));
        }

        string[] build = ["App", "-o", sandbox.PathOf("out")];
        (await sandbox.BuildAsync(build)).Expect(misses: "Lib App");
        byte[] expected = File.ReadAllBytes(sandbox.PathOf("out/Vendor.dll"));
        Assert.Equal(File.ReadAllBytes(sandbox.PathOf("vendor/v2/Vendor.dll")), expected);
        for (int round = 0; round < 3; round++)
        {
            (await sandbox.BuildAsync(build)).Expect(hits: "Lib App");
            Assert.Equal(expected, File.ReadAllBytes(sandbox.PathOf("out/Vendor.dll")));
        }
    }

    /// <summary>MSBuild's incremental clean takes the file of the one that does not have it any more.</summary>
    [Fact]
    public async Task What_one_project_has_no_more_in_a_shared_output_folder_stays_for_the_other()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<OutputPath>$(MSBuildThisFileDirectory)out/</OutputPath><AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>");
        const string Shared = "<ItemGroup><None Include=\"../shared.txt\" Link=\"shared.txt\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>";
        sandbox.Write("shared.txt", "of both");
        sandbox.WriteProject("A", "lib", body: Shared);
        sandbox.WriteProject("B", "lib", body: Shared);
        sandbox.WriteSolution("A", "B");
        (await sandbox.BuildAsync()).Expect(misses: "A B");

        sandbox.WriteProject("A", "lib");
        (await sandbox.BuildAsync()).Expect(misses: "A", hits: "B");
        Assert.True(File.Exists(sandbox.PathOf("out/shared.txt")));
        sandbox.WriteProject("A", "lib", body: Shared);
        (await sandbox.BuildAsync()).Expect(hits: "A B");
        sandbox.WriteProject("A", "lib");
        (await sandbox.BuildAsync()).Expect(hits: "A B");
        Assert.True(File.Exists(sandbox.PathOf("out/shared.txt")));
    }

    private static string Reference(string version) => $"<ItemGroup><Reference Include=\"Vendor\"><HintPath>../vendor/{version}/Vendor.dll</HintPath></Reference></ItemGroup>";

    private static string Project(string name, string properties) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><EnableDefaultCompileItems>false</EnableDefaultCompileItems>{properties}</PropertyGroup>
          <ItemGroup><Compile Include="{name}.cs" /></ItemGroup>
        </Project>
        """;
}
