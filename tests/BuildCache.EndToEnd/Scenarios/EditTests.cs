namespace BuildCache.EndToEnd.Scenarios;

public class EditTests
{
    [Fact]
    public async Task The_version_of_a_referenced_assembly_reaches_the_list_of_dependencies_in_place()
    {
        // deps.json names file versions, and MSBuild writes it anew only if project files or packages are newer.
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", "<GenerateAssemblyFileVersionAttribute>false</GenerateAssemblyFileVersionAttribute>");
        sandbox.Write("Lib/Version.cs", Version("1.0.0.0"));
        sandbox.WriteProject("App", "exe", references: "Lib");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        sandbox.Write("Lib/Version.cs", Version("2.0.0.0"));
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        Assert.Contains("2.0.0.0", sandbox.Read("App/bin/Debug/net10.0/App.deps.json"), StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib App");
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync("App"), cached);

        static string Version(string version) => $"[assembly: System.Reflection.AssemblyFileVersion(\"{version}\")]\n";
    }

    [Fact]
    public async Task An_edit_misses_in_the_project_and_its_dependents_and_its_undoing_hits()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);
        string lib = sandbox.Read("Lib/Lib.cs");

        sandbox.WriteSource("Lib", "lib", text: " edited");
        (await sandbox.BuildAsync()).Expect(misses: "Lib Mid App", hits: "Multi/net10.0 Multi/netstandard2.0");
        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "App");
        Assert.Contains("Lib edited", run.Output, StringComparison.Ordinal);

        sandbox.Write("Lib/Lib.cs", lib);
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));

        sandbox.WriteSource("Multi", "lib", text: " edited");
        (await sandbox.BuildAsync()).Expect(misses: "Multi/net10.0 Multi/netstandard2.0 App", hits: "Lib Mid");
    }

    [Fact]
    public async Task An_older_source_that_comes_back_is_compiled_again_when_the_cache_is_empty()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        string path = sandbox.PathOf("Hello/Hello.cs");
        DateTime longAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        // As an archive or a change of branch with kept times would do: another content that looks older than the output.
        sandbox.WriteSource("Hello", "exe", text: " older");
        File.SetLastWriteTimeUtc(path, longAgo);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "Hello");
        Assert.Contains("Hello older", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_outside_the_project_that_only_an_item_of_ones_own_names_is_an_input()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();

        // The .NET SDK's own tables, KnownFrameworkReference and the like, name no files: an item that is only called alike does.
        sandbox.Write("answers.json", "1");
        string project = sandbox.Read("Hello/Hello.csproj");
        sandbox.Write("Hello/Hello.csproj", project.Replace("</Project>", "  <ItemGroup><KnownAnswers Include=\"../answers.json\" /></ItemGroup>\n</Project>", StringComparison.Ordinal));
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        sandbox.Write("answers.json", "2");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        sandbox.Write("answers.json", "1");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
    }

    [Fact]
    public async Task Metadata_that_only_an_item_definition_gives_is_part_of_the_items()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();

        // Whether the file outside the repository is there shows in this metadata alone.
        string flag = Path.Combine(Path.GetDirectoryName(sandbox.Root)!, "flag");
        string project = sandbox.Read("Hello/Hello.csproj");
        sandbox.Write("Hello/Hello.csproj", project.Replace(
            "</Project>", $"  <ItemDefinitionGroup Condition=\"Exists('{flag}')\"><Compile><Marked>true</Marked></Compile></ItemDefinitionGroup>\n</Project>", StringComparison.Ordinal));
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        File.WriteAllText(flag, "");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        File.Delete(flag);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
    }

    [Fact]
    public async Task A_build_file_that_changes_after_it_was_read_publishes_nothing_under_its_new_content()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        static string Targets(string text) => $"<Project><Target Name=\"Choose\" BeforeTargets=\"CoreCompile\"><PropertyGroup><DefineConstants>$(DefineConstants);{text}</DefineConstants></PropertyGroup></Target></Project>";
        sandbox.Write("Choice.targets", Targets("OLD"));
        sandbox.Write("next", Targets("NEW"));

        // Lib is built while App, which was evaluated before, waits for it: a moment at which an editor may save, too.
        sandbox.WriteProject("Lib", "lib", body: "<Target Name=\"Save\" BeforeTargets=\"CoreCompile\" Condition=\"Exists('../next')\"><Copy SourceFiles=\"../next\" DestinationFiles=\"../Choice.targets\" /><Delete Files=\"../next\" /></Target>");
        sandbox.WriteProject("App", "exe", references: "Lib", body: "<Import Project=\"../Choice.targets\" />");
        sandbox.Write("App/App.cs", "public static class App { public static void Main() {\n#if NEW\nSystem.Console.WriteLine(\"new\");\n#else\nSystem.Console.WriteLine(\"old\");\n#endif\n} }\n");
        await sandbox.BuildAsync("App");

        await sandbox.BuildAsync("App");
        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "App");
        Assert.Contains("new", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_appears_while_a_project_is_built_keeps_the_result_out_of_the_cache()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write("once", "root = true");
        sandbox.WriteProject("P", "lib", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: """
            <Target Name="Save" BeforeTargets="CoreCompile" Condition="Exists('../once')">
              <Copy SourceFiles="../once" DestinationFiles=".editorconfig" />
              <Delete Files="../once" />
            </Target>
            """);
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        Assert.True(File.Exists(sandbox.PathOf("P/.editorconfig")));

        File.Delete(sandbox.PathOf("P/.editorconfig"));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        (await sandbox.BuildAsync("P")).Expect(hits: "P");
    }
}
