namespace BuildCache.EndToEnd.Scenarios.Trees;

/// <summary>A project that stages trees: what lies there, and what a change of it does to the project's hits.</summary>
public class StagedTreeTests
{
    private const string Tree = """
        <ItemGroup>
          <BuildCacheTree Include="deps" Destination="generated/deps" Sources="../one" />
          <BuildCacheTreeSource Include="../two" Tree="deps" Into="inner" Without="**/*.log" />
          <BuildCacheTreeSource Include="../single.txt" Tree="deps" TargetPath="named/other.txt" />
          <Compile Remove="generated/**" />
        </ItemGroup>
        <Target Name="UseTree" AfterTargets="BuildCacheStage" BeforeTargets="CoreCompile">
          <ItemGroup><Compile Include="generated/deps/**/*.cs" /></ItemGroup>
        </Target>
        """;

    private static async Task<Sandbox> PrepareAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: Tree);
        sandbox.Write("one/Staged.cs", "namespace Staged; public static class Message { public const string Text = \"first\"; }\n");
        sandbox.Write("two/data.txt", "data");
        sandbox.Write("two/noise.log", "noise");
        sandbox.Write("single.txt", "single");
        sandbox.Write("Hello/Use.cs", "static class Use { public static string Text => Staged.Message.Text; }\n");
        return sandbox;
    }

    [Fact]
    public async Task A_change_of_the_tree_is_a_miss_and_undoing_it_a_hit()
    {
        using Sandbox sandbox = await PrepareAsync();

        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        sandbox.Write("one/Staged.cs", "namespace Staged; public static class Message { public const string Text = \"second\"; }\n");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Contains("second", File.ReadAllText(Path.Combine(sandbox.Root, "Hello/generated/deps/Staged.cs")), StringComparison.Ordinal);
        sandbox.Write("one/Staged.cs", "namespace Staged; public static class Message { public const string Text = \"first\"; }\n");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        // What is not taken into the tree counts for nothing; what somebody does to the tree is undone before the lookup.
        sandbox.Write("two/noise.log", "other noise");
        sandbox.Write("Hello/generated/deps/Staged.cs", "broken");
        sandbox.Write("Hello/generated/deps/stranger.cs", "broken");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        Assert.Contains("first", File.ReadAllText(Path.Combine(sandbox.Root, "Hello/generated/deps/Staged.cs")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(sandbox.Root, "Hello/generated/deps/stranger.cs")));
    }

    [Fact]
    public async Task The_target_alone_stages_and_so_does_a_build_without_the_cache()
    {
        using Sandbox sandbox = await PrepareAsync();

        (await sandbox.DotnetAsync("msbuild", "Hello/Hello.csproj", "-t:BuildCacheStage", "-nologo")).Succeeded();
        string[] staged = Files(sandbox);
        Assert.Equal(["Staged.cs", "inner/data.txt", "named/other.txt"], staged);
        Directory.Delete(Path.Combine(sandbox.Root, "Hello/generated"), recursive: true);
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheEnabled=false")).Succeeded();
        Assert.Equal(staged, Files(sandbox));
    }

    [Fact]
    public async Task An_overlap_fails_the_build_before_anything_is_written()
    {
        using Sandbox sandbox = await PrepareAsync();
        sandbox.Write("two/clash/x", "");
        sandbox.Write("one/inner/clash/x", "");

        BuildResult failed = (await sandbox.BuildAsync("Hello")).Failed();

        Assert.Contains("BCSDK5021", failed.Output, StringComparison.Ordinal);
        Assert.Contains("'inner/clash/x' comes from '../one' and from '../two'", failed.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(sandbox.Root, "Hello/generated")));
    }

    [Fact]
    public async Task A_wrong_item_is_an_error_with_its_code()
    {
        using Sandbox sandbox = await PrepareAsync();
        foreach ((string wrong, string code) in ((string, string)[])
        [
            ("<BuildCacheTree Update=\"deps\" Placement=\"hardlink\" />", "BCSDK5020"),
            ("<BuildCacheTree Update=\"deps\" Clean=\"maybe\" />", "BCSDK5020"),
            ("<BuildCacheTreeSource Include=\"../one\" Tree=\"dep\" />", "BCSDK5020"),
            ("<BuildCacheTree Update=\"deps\" Destination=\"\" />", "BCSDK5020"),
            ("<BuildCacheTree Update=\"deps\" Destination=\"obj\" />", "BCSDK5023"),
            ("<BuildCacheTree Update=\"deps\" Destination=\"..\" />", "BCSDK5023"),
            ("<BuildCacheTreeSource Include=\"../nothing\" Tree=\"deps\" />", "BCSDK5024"),
            ("<BuildCacheTreeSource Include=\"../one\" Tree=\"deps\" Into=\"../..\" />", "BCSDK5025"),
            ("<BuildCacheTree Include=\"two\" Destination=\"generated/deps/inner\" Sources=\"../two\" />", "BCSDK5030"),
        ])
        {
            sandbox.WriteProject("Hello", "exe", body: Tree.Replace("<Compile Remove", wrong + "<Compile Remove", StringComparison.Ordinal));
            BuildResult failed = (await sandbox.DotnetAsync("msbuild", "Hello/Hello.csproj", "-t:BuildCacheStage", "-nologo")).Failed();
            Assert.Contains($"error {code}", failed.Output, StringComparison.Ordinal);
        }
    }

    private static string[] Files(Sandbox sandbox)
    {
        string folder = Path.Combine(sandbox.Root, "Hello", "generated", "deps");
        return [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }
}
