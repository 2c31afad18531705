namespace BuildCache.EndToEnd.Scenarios;

public class CustomTargetTests
{
    private const string Generate = """
        <Target Name="WriteGreeting" AfterTargets="CoreCompile">
          <Exec Command="echo greeting>$(MSBuildProjectDirectory)/made/greeting.txt" Condition="'$(OS)' == 'Windows_NT'" />
          <Exec Command="mkdir -p made/sub &amp;&amp; echo greeting &gt; made/greeting.txt &amp;&amp; : &gt; made/empty.txt &amp;&amp; ln -sf greeting.txt made/link.txt" Condition="'$(OS)' != 'Windows_NT'" />
        </Target>
        """;

    [Fact]
    public async Task A_project_with_a_PostBuildEvent_is_named_and_built_and_its_dependents_hit()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: "<PropertyGroup><PostBuildEvent>echo after the build</PostBuildEvent></PropertyGroup>");
        sandbox.WriteProject("App", "exe", references: "Lib");
        BuildResult cold = (await sandbox.BuildAsync("App")).Expect(skipped: "Lib", misses: "App");
        Assert.Contains("PostBuildEvent", cold.ReasonOf("Lib"), StringComparison.Ordinal);
        Assert.Empty(sandbox.ProjectEntries().Skip(1));

        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.BuildAsync("App")).Expect(skipped: "Lib", hits: "App");
        Assert.Contains("after the build", warm.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AfterTargets=\"Build\"")]
    [InlineData("AfterTargets=\"AfterBuild\"")]
    public async Task What_a_target_behind_the_build_copies_is_there_on_a_hit_too(string where)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Hello", "exe", references: "Lib", body: $"""
            <Target Name="Deploy" {where}>
              <ItemGroup><Plugin Include="@(ReferenceCopyLocalPaths);@(IntermediateAssembly);@(Content)" /></ItemGroup>
              <Copy SourceFiles="@(Plugin)" DestinationFolder="$(BaseOutputPath)plugin" />
              <WriteLinesToFile File="$(BaseOutputPath)plugin/all.txt" Lines="@(ReferencePath);$(AssemblyVersion);$(FileVersion);$(TargetPath);@(PackageReference)" Overwrite="true" />
            </Target>
            """);
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheEnabled=false")).Succeeded();
        SortedDictionary<string, string> stock = TreeSnapshot.All(sandbox.PathOf("Hello/bin/plugin"));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Lib Hello");
        sandbox.DeleteOutputs();

        BuildResult again = (await sandbox.BuildAsync("Hello")).Expect(hits: "Lib Hello");

        SortedDictionary<string, string> plugin = TreeSnapshot.All(sandbox.PathOf("Hello/bin/plugin"));
        Assert.Contains("Lib.dll", plugin.Keys);
        Assert.Equal(stock.Keys, plugin.Keys);
        Assert.Equal(stock["all.txt"], plugin["all.txt"]);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Lib Hello");
    }

    [Fact]
    public async Task A_target_behind_the_build_that_needs_what_only_a_build_sets_is_named()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", body: "<Target Name=\"Note\" AfterTargets=\"Build\"><WriteLinesToFile File=\"$(BaseOutputPath)written.txt\" Lines=\"@(FileWrites)\" Overwrite=\"true\" /></Target>");

        BuildResult cold = (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello");
        Assert.Contains("the target 'Note'", cold.ReasonOf("Hello"), StringComparison.Ordinal);
        Assert.Contains("@(FileWrites)", cold.ReasonOf("Hello"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Deploy", "DependsOnTargets=\"Build\"")]
    [InlineData("Build;Deploy", "")]
    public async Task A_target_that_is_asked_for_gets_what_the_build_would_set(string asked, string where)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Hello", "exe", references: "Lib", body: $"<Target Name=\"Deploy\" {where}><Copy SourceFiles=\"@(ReferenceCopyLocalPaths)\" DestinationFolder=\"$(BaseOutputPath)plugin\" /></Target>");
        (await sandbox.BuildAsync("Hello", $"-t:{asked}")).Expect(misses: "Lib Hello");
        sandbox.DeleteOutputs();

        (await sandbox.BuildAsync("Hello", $"-t:{asked}")).Expect(hits: "Lib Hello");

        Assert.True(File.Exists(sandbox.PathOf("Hello/bin/plugin/Lib.dll")));
    }

    [Fact]
    public async Task A_target_that_other_projects_call_gets_what_the_build_would_set()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Plugin", "lib", references: "Lib", body: "<Target Name=\"TellFiles\" Returns=\"@(ReferenceCopyLocalPaths->'%(FullPath)')\"><Message Text=\"@(ReferenceCopyLocalPaths)\" /></Target>");
        sandbox.WriteProject("Host", "exe", references: "Plugin", body: """
            <Target Name="Gather" AfterTargets="Build">
              <MSBuild Projects="../Plugin/Plugin.csproj" Targets="TellFiles"><Output TaskParameter="TargetOutputs" ItemName="Told" /></MSBuild>
              <WriteLinesToFile File="$(BaseOutputPath)told.txt" Lines="@(Told)" Overwrite="true" />
            </Target>
            """);
        (await sandbox.BuildAsync("Host", "-p:BuildCacheEnabled=false")).Succeeded();
        string stock = sandbox.Read("Host/bin/told.txt");
        Assert.Contains("Lib.dll", stock, StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Host")).Expect(misses: "Lib Plugin Host");
        sandbox.DeleteOutputs();

        (await sandbox.BuildAsync("Host")).Expect(hits: "Lib Plugin Host");

        Assert.Equal(stock, sandbox.Read("Host/bin/told.txt"));
    }

    [Fact]
    public async Task A_target_that_runs_something_in_the_part_a_hit_skips_is_named()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write("Hello/made/keep.txt", "");
        sandbox.WriteProject("Hello", "exe", body: Generate);

        BuildResult cold = (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello");
        Assert.Contains("WriteGreeting", cold.ReasonOf("Hello"), StringComparison.Ordinal);
        Assert.Contains("Exec", cold.ReasonOf("Hello"), StringComparison.Ordinal);
        (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello");
    }

    [Theory]
    [InlineData("<Target Name=\"Early\" BeforeTargets=\"BeforeBuild\"><Exec Command=\"echo\" /></Target>", "Early")]
    [InlineData("<Target Name=\"Globs\" BeforeTargets=\"CoreCompile\"><ItemGroup><EmbeddedResource Include=\"../elsewhere/*\" /></ItemGroup></Target>", "Globs")]
    [InlineData("<Target Name=\"Asks\" BeforeTargets=\"CoreCompile\"><PropertyGroup Condition=\"Exists('../flag')\"><DefineConstants>$(DefineConstants);FLAG</DefineConstants></PropertyGroup></Target>", "Asks")]
    public async Task A_target_that_can_add_inputs_unseen_is_named(string target, string name)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", body: target);

        Assert.Contains(name, (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello").ReasonOf("Hello"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declared_outputs_come_back_with_links_and_empty_files()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write(".gitignore", "bin/\nobj/\nmade/\n");
        sandbox.WriteProject("Hello", "exe", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: Generate + "<ItemGroup><BuildCacheInput Remove=\"made/**\" /><None Remove=\"made/**\" /><BuildCacheOutput Include=\"made\" /></ItemGroup>");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> made = TreeSnapshot.All(sandbox.PathOf("Hello/made"));
        Assert.Equal("link to greeting.txt", made["link.txt"]);
        Assert.True(made.ContainsKey("empty.txt"));

        Directory.Delete(sandbox.PathOf("Hello/made"), recursive: true);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(made, TreeSnapshot.All(sandbox.PathOf("Hello/made")));

        File.Delete(sandbox.PathOf("Hello/made/link.txt"));
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(made, TreeSnapshot.All(sandbox.PathOf("Hello/made")));
    }

    [Fact]
    public async Task A_declared_output_that_is_not_made_is_a_warning_and_nothing_is_published()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", body: "<ItemGroup><BuildCacheOutput Include=\"absent.txt\" /></ItemGroup>");

        BuildResult cold = (await sandbox.BuildAsync("Hello")).Succeeded();

        Assert.Contains("warning BCSDK5002", cold.Output, StringComparison.Ordinal);
        Assert.Empty(sandbox.ProjectEntries());
    }
}
