namespace BuildCache.EndToEnd.Scenarios;

public class ColdAndWarmTests
{
    [Fact]
    public async Task A_fresh_clone_in_the_same_place_gets_every_file_back_as_it_was()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);

        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
        Assert.Contains("BuildCache: 4 of 4 projects from the cache", warm.Output, StringComparison.Ordinal);
        Assert.Contains($"App -> {sandbox.PathOf("App/bin/Debug/net10.0/App.dll")}", warm.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_place_everything_hits_and_no_file_is_touched()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("no")]
    public async Task A_reference_that_is_not_built_counts_neither_cold_nor_warm(string built)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheSolutionGate>false</BuildCacheSolutionGate>");
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Other", "lib");
        sandbox.WriteProject("App", "exe", references: "Lib", body:
            $"<ItemGroup><ProjectReference Include=\"../Other/Other.csproj\" BuildReference=\"{built}\" ReferenceOutputAssembly=\"false\" /></ItemGroup>");

        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        Assert.False(Directory.Exists(sandbox.PathOf("Other/bin")));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib App");
    }

    [Fact]
    public async Task A_project_that_is_referenced_for_two_frameworks_counts_for_both()
    {
        const string OtherCopy = "App/bin/Debug/net10.0/other/Multi.dll";
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheSolutionGate>false</BuildCacheSolutionGate>");
        sandbox.WriteProject("Multi", "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", body:
            "<ItemGroup Condition=\"'$(TargetFramework)' == 'net10.0'\"><Compile Remove=\"Old.cs\" /></ItemGroup>");
        sandbox.WriteProject("App", "exe", references: "Multi", body: """
            <ItemGroup><ProjectReference Include="../Multi/Multi.csproj" SetTargetFramework="TargetFramework=netstandard2.0" ReferenceOutputAssembly="false" OutputItemType="Content" Link="other/Multi.dll" CopyToOutputDirectory="PreserveNewest" /></ItemGroup>
            """);
        await BuildAndCompare();

        // It is not compiled for the framework whose assembly is referenced, which stays as it is to the byte.
        sandbox.Write("Multi/Old.cs", "public static class Old { public const int Number = 1; }\n");
        await BuildAndCompare();
        sandbox.Write("Multi/Old.cs", "public static class Old { public const int Number = 2; }\n");
        await BuildAndCompare();
        (await BuildAndCompare()).Expect(hits: "App Multi/net10.0 Multi/netstandard2.0");

        async Task<BuildResult> BuildAndCompare()
        {
            sandbox.DeleteOutputs();
            BuildResult result = (await sandbox.BuildAsync("App")).Succeeded();
            Assert.Equal(File.ReadAllBytes(sandbox.PathOf("Multi/bin/Debug/netstandard2.0/Multi.dll")), File.ReadAllBytes(sandbox.PathOf(OtherCopy)));
            return result;
        }
    }
}
