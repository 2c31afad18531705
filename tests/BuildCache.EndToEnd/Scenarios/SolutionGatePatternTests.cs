namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Patterns of items: the gate sees what they would find, and what builds make does not stand in its way.</summary>
public class SolutionGatePatternTests
{
    [Theory]
    [InlineData("<PropertyGroup><SourceRoot>../Two/</SourceRoot></PropertyGroup><ItemGroup><Compile Include=\"$(SourceRoot)/**/*.cs\" Exclude=\"$(SourceRoot)obj/**/*.cs;$(SourceRoot)bin/**\" /></ItemGroup>")]
    [InlineData("<PropertyGroup><Where>../none</Where><Where>../Two</Where></PropertyGroup><ItemGroup Condition=\"'$(Where)' != '../none'\"><Compile Include=\"$(Where)/T*.cs\" /></ItemGroup>")]
    public async Task Sources_of_another_project_are_followed_and_its_outputs_are_not(string body)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("One", "lib", body: body);
        sandbox.WriteProject("Two", "lib");
        sandbox.WriteSolution("One", "Two");
        (await sandbox.BuildAsync()).Expect(misses: "One Two");

        await UntouchedAsync(sandbox, "One Two");
        sandbox.Write("Two/Third.cs", "public class Third { }\n");
        (await sandbox.BuildAsync()).Expect(misses: "One Two");
        Assert.Contains("Third", Names(sandbox, "One/bin/Debug/net10.0/One.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_whose_condition_does_not_hold_finds_nothing()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        const string Items = "<ItemGroup Condition=\" '$(EnableDefaultTexts)' == 'true' and '$(EnableDefaultItems)' == 'true' \"><EmbeddedResource Include=\"**/*.text\" /></ItemGroup>";
        sandbox.WriteProject("One", "lib", "<EnableDefaultTexts>false</EnableDefaultTexts>", body: Items);
        sandbox.WriteSolution("One");
        (await sandbox.BuildAsync()).Expect(misses: "One");

        await UntouchedAsync(sandbox, "One");
        sandbox.WriteProject("One", "lib", "<EnableDefaultTexts>TRUE</EnableDefaultTexts>", body: Items);
        sandbox.Write("One/a.text", "text");
        (await sandbox.BuildAsync()).Expect(misses: "One");
        BuildResult second = await sandbox.BuildAsync("-p:BuildCacheExplain=true");
        Assert.Equal("project", second.GateOf("One"));
        Assert.Contains("DefaultItemExcludes", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_project_below_another_makes_is_nothing_to_the_outer_one()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Outer", "lib", body: "<ItemGroup><Compile Remove=\"Inner/**\" /></ItemGroup>");
        sandbox.Write("Outer/Inner/Inner.fsproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><Compile Include=\"A.fs\" /></ItemGroup></Project>");
        sandbox.Write("Outer/Inner/A.fs", "module A\nlet one = 1\n");
        sandbox.Write("All.slnx", "<Solution><Project Path=\"Outer/Outer.csproj\" /><Project Path=\"Outer/Inner/Inner.fsproj\" /></Solution>");
        sandbox.Write("Directory.Solution.targets", "<Project><Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" /></Project>\n");
        (await sandbox.BuildAsync("-m:1")).Expect(misses: "Outer Inner");

        await UntouchedAsync(sandbox, "Outer Inner");
        sandbox.Write("Outer/Inner/B.cs", "public class B { }\n");
        BuildResult added = await sandbox.BuildAsync();
        added.Expect(hits: "Outer", misses: "Inner");
        Assert.Equal("project", added.GateOf("Outer"));
    }

    [Fact]
    public async Task An_output_folder_that_the_project_names_is_nothing_to_look_for()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("One", "lib", "<OutputPath>../artifacts/One/</OutputPath>");
        sandbox.WriteSolution("One");
        (await sandbox.BuildAsync()).Expect(misses: "One");

        Directory.Delete(sandbox.PathOf("artifacts"), recursive: true);
        await UntouchedAsync(sandbox, "One");
    }

    [Fact]
    public async Task A_pattern_sees_folders_that_default_items_leave_out()
    {
        (string Project, string Item, string Added)[] cases =
        [
            ("Dotted", "<Compile Include=\".gen/*.cs\" />", ".gen/B.cs"),
            ("DottedDeep", "<Compile Include=\".gen/**/*.cs\" />", ".gen/deep/B.cs"),
            ("DottedByAny", "<EmbeddedResource Include=\"**/*.text\" Exclude=\"$(DefaultItemExcludes)\" />", ".texts/b.text"),
            ("DottedBelow", "<EmbeddedResource Include=\"assets/**/*.text\" />", "assets/.hidden/b.text"),
            ("Excluded", "<EmbeddedResource Include=\"node_modules/**/*.js\" />", "node_modules/package/b.js"),
            ("BinBelow", "<EmbeddedResource Include=\"Inner/bin/**/*.text\" />", "Inner/bin/b.text"),
        ];
        string all = string.Join(' ', cases.Select(one => one.Project));
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        foreach ((string project, string item, _) in cases)
        {
            sandbox.WriteProject(project, "lib", "<DefaultItemExcludes>$(DefaultItemExcludes);**/node_modules/**</DefaultItemExcludes>", body: $"<ItemGroup>{item}</ItemGroup>");
            sandbox.Write($"{project}/Inner/Inner.fsproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        }

        sandbox.WriteSolution([.. cases.Select(one => one.Project)]);
        (await sandbox.BuildAsync()).Expect(misses: all);
        await UntouchedAsync(sandbox, all);

        foreach ((string project, _, string added) in cases)
        {
            sandbox.Write($"{project}/{added}", added.EndsWith(".cs", StringComparison.Ordinal) ? "public class Added { }\n" : "Added");
        }

        (await sandbox.BuildAsync()).Expect(misses: all);
        Assert.All(cases, one => Assert.Contains("Added", Names(sandbox, $"{one.Project}/bin/Debug/net10.0/{one.Project}.dll"), StringComparison.Ordinal));
    }

    /// <summary>In place and in a fresh clone nothing is evaluated.</summary>
    private static async Task UntouchedAsync(Sandbox sandbox, string projects)
    {
        (await sandbox.BuildAsync()).Expect(hits: projects).ExpectGate("solution", projects).ExpectNoRestore();
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: projects).ExpectGate("solution", projects).ExpectNoRestore();
        (await sandbox.BuildAsync()).Expect(hits: projects).ExpectGate("solution", projects).ExpectNoRestore();
    }

    private static string Names(Sandbox sandbox, string path) => System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(sandbox.PathOf(path)));
}
