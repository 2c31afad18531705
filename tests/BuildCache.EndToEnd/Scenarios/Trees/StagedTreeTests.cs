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

    [Fact]
    public async Task Folders_that_change_places_and_a_link_that_leads_elsewhere_are_misses()
    {
        using Sandbox sandbox = await PrepareAsync();
        sandbox.Write("two/v1/data", "one");
        sandbox.Write("two/v2/data", "two");
        sandbox.Write("releases/7/release", "seven");
        sandbox.Write("releases/8/release", "eight");
        Directory.CreateSymbolicLink(sandbox.PathOf("current"), "releases/7");
        sandbox.WriteProject("Hello", "exe", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>",
            body: Tree.Replace("<Compile Remove", "<BuildCacheTreeSource Include=\"../current\" Tree=\"deps\" /><Compile Remove", StringComparison.Ordinal));
        string Staged() => string.Join(' ', ((string[])["inner/v1/data", "inner/v2/data", "release"]).Select(name => sandbox.Read("Hello/generated/deps/" + name)));
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Equal("one two seven", Staged());
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        Swap(sandbox.PathOf("two/v1"), sandbox.PathOf("two/v2"));
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Equal("two one seven", Staged());

        // The same in the staged tree is undone; and the tree comes back where it was deleted.
        Swap(sandbox.PathOf("Hello/generated/deps/inner/v1"), sandbox.PathOf("Hello/generated/deps/inner/v2"));
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        Assert.Equal("two one seven", Staged());
        Directory.Delete(sandbox.PathOf("current"));
        Directory.CreateSymbolicLink(sandbox.PathOf("current"), "releases/8");
        Directory.Delete(sandbox.PathOf("Hello/generated"), recursive: true);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Equal("two one eight", Staged());
    }

    [Fact]
    public async Task Clean_takes_the_tree_away_and_rebuild_leaves_it()
    {
        using Sandbox sandbox = await PrepareAsync();
        string deps = sandbox.PathOf("Hello/generated/deps");
        Task<BuildResult> CleanAsync(params string[] more) => sandbox.DotnetAsync(["clean", "Hello/Hello.csproj", .. more]);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        string[] staged = Files(sandbox);

        DateTime written = File.GetLastWriteTimeUtc(sandbox.PathOf("Hello/generated/deps/Staged.cs"));
        (await sandbox.DotnetAsync("build", "Hello/Hello.csproj", "--no-incremental", "--no-restore")).Succeeded();
        Assert.Equal(written, File.GetLastWriteTimeUtc(sandbox.PathOf("Hello/generated/deps/Staged.cs")));

        Assert.DoesNotContain("BCSDK", (await CleanAsync()).Succeeded().Output, StringComparison.Ordinal);
        Assert.False(Path.Exists(deps));
        Assert.True(File.Exists(sandbox.PathOf("one/Staged.cs")));
        Assert.DoesNotContain("BCSDK", (await CleanAsync("-p:BuildCacheEnabled=false")).Succeeded().Output, StringComparison.Ordinal);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        Assert.Equal(staged, Files(sandbox));

        // Without a memory of what it staged it touches nothing, and says so, which is no error.
        Directory.Move(sandbox.Cache, sandbox.Cache + ".away");
        BuildResult left = (await CleanAsync("-p:MSBuildTreatWarningsAsErrors=true")).Succeeded();
        Assert.Contains("BCSDK5035", left.Output, StringComparison.Ordinal);
        Assert.Equal(staged, Files(sandbox));
    }

    /// <summary>A tree that projects share is not taken from those who compile with it, by a Clean that comes later in the same build.</summary>
    [Fact]
    public async Task Clean_leaves_a_tree_that_the_same_build_has_staged()
    {
        using Sandbox sandbox = await PrepareAsync();
        sandbox.Write("Both.proj", """
            <Project>
              <Target Name="Build">
                <MSBuild Projects="Hello/Hello.csproj" Targets="Restore" Properties="MSBuildRestoreSessionId=1" />
                <MSBuild Projects="Hello/Hello.csproj" Targets="BuildCacheStage" Properties="First=true" />
                <MSBuild Projects="Hello/Hello.csproj" Targets="Clean" Properties="First=false" />
              </Target>
            </Project>
            """);

        BuildResult built = (await sandbox.DotnetAsync("msbuild", "Both.proj", "-nologo")).Succeeded();

        Assert.Contains("BCSDK5035", built.Output, StringComparison.Ordinal);
        Assert.Contains("a build uses it", built.Output, StringComparison.Ordinal);
        Assert.Equal(["Staged.cs", "inner/data.txt", "named/other.txt"], Files(sandbox));
        (await sandbox.DotnetAsync("clean", "Hello/Hello.csproj")).Succeeded();
        Assert.False(Path.Exists(sandbox.PathOf("Hello/generated/deps")));
    }

    private static void Swap(string one, string other)
    {
        Directory.Move(one, one + ".aside");
        Directory.Move(other, one);
        Directory.Move(one + ".aside", other);
    }

    private static string[] Files(Sandbox sandbox)
    {
        string folder = Path.Combine(sandbox.Root, "Hello", "generated", "deps");
        return [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }
}
