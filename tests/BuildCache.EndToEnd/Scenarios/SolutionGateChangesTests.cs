namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Each kind of change is seen through the solution gate: what changed and what depends on it is built, the rest is passed by.</summary>
public class SolutionGateChangesTests
{
    [Fact]
    public async Task An_edit_builds_the_project_and_its_dependents_and_leaves_the_rest_alone()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");

        BuildResult edited = await sandbox.BuildAsync("-v:n");

        edited.Expect(hits: "Lib Multi/net10.0 Multi/netstandard2.0", misses: "Mid App");
        Assert.Contains("edited", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);
        (await sandbox.BuildAsync()).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task An_edit_undone_hits_again_without_evaluating()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");
        (await sandbox.BuildAsync()).Expect(hits: "Lib Multi/net10.0 Multi/netstandard2.0", misses: "Mid App");
        sandbox.WriteSource("Mid", "lib", "Lib");

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);

        Assert.DoesNotContain("edited", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_fresh_clone_with_one_edit_the_rest_comes_from_the_cache()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.WriteSource("App", "exe", "Mid;Multi", "edited");
        sandbox.DeleteOutputs();

        BuildResult edited = await sandbox.BuildAsync();

        edited.Expect(hits: "Lib Mid Multi/net10.0 Multi/netstandard2.0", misses: "App");
        Assert.Equal("solution", edited.GateOf("Lib"));
        Assert.Contains("edited", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);
    }

    // The solution gate keeps the last states of a solution, and the first of them is to be found again.
    private const int RecordedStates = 4;

    // One after the other in one sandbox: after each file has gone again all is as it was.
    private static readonly (string Path, string Text)[] s_appearing =
    [
        ("Lib/Extra.cs", "public class Extra { }"),
        ("Lib/deep/Extra.cs", "public class Extra { }"),
        ("Lib/Directory.Build.props", "<Project><Import Project=\"../Directory.Build.props\" /><PropertyGroup><LangVersion>13</LangVersion></PropertyGroup></Project>"),
        ("Lib/Directory.Build.targets", "<Project><PropertyGroup><DefineConstants>$(DefineConstants);NEW</DefineConstants></PropertyGroup></Project>"),
        ("Lib/Lib.csproj.user", "<Project><PropertyGroup><DefineConstants>$(DefineConstants);NEW</DefineConstants></PropertyGroup></Project>"),
        ("Lib/obj/Lib.csproj.tool.props", "<Project><PropertyGroup><Company>New</Company></PropertyGroup></Project>"),
        ("Lib/.editorconfig", "[*.cs]\nindent_size = 3\n"),
        ("Lib/.globalconfig", "is_global = true\ndotnet_diagnostic.CS1234.severity = none\n"),
    ];

    [Fact]
    public async Task A_file_that_appears_is_seen()
    {
        foreach ((string Path, string Text)[] some in s_appearing.Chunk(RecordedStates - 1))
        {
            using Sandbox sandbox = await BuiltAsync();
            foreach ((string path, string text) in some)
            {
                sandbox.Write(path, text);

                BuildResult built = await sandbox.BuildAsync();

                Assert.True(built.Succeeded().Misses.Contains("Lib"), path + "\n" + built.Output);
                Assert.Equal("solution", built.GateOf("Multi/net10.0"));
                File.Delete(sandbox.PathOf(path));
                (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
            }
        }
    }

    [Fact]
    public async Task A_change_for_all_projects_is_seen_by_all()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.OptIn("<Company>Other</Company>");

        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
    }

    [Fact]
    public async Task A_file_that_goes_is_seen()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        sandbox.Write("Lib/Extra.cs", "public class Extra { }");
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        File.Delete(sandbox.PathOf("Lib/Extra.cs"));

        (await sandbox.BuildAsync()).Expect(hits: "Multi/net10.0 Multi/netstandard2.0", misses: "Lib Mid App");
    }

    [Fact]
    public async Task A_mentioned_environment_variable_is_seen_when_it_appears_and_when_it_changes()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync("<Company>$(COMPANY_FROM_ENVIRONMENT)</Company>")).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.Environment["company_from_environment"] = "One";
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        sandbox.Environment["company_from_environment"] = "Two";
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.Environment["nothing_mentions_this"] = "One";

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task A_global_property_is_seen()
    {
        using Sandbox sandbox = await BuiltAsync();

        (await sandbox.BuildAsync("-p:Company=Other")).Expect(misses: Sandbox.ChainProjects);
        (await sandbox.BuildAsync("-c", "Release")).Expect(misses: Sandbox.ChainProjects);
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task A_file_that_a_build_file_reads_is_seen_when_it_appears_changes_and_goes()
    {
        const string Read = "<Company>none</Company><Company Condition=\"$([System.IO.File]::Exists('$(MSBuildThisFileDirectory)eng/company.txt'))\">$([System.IO.File]::ReadAllText('$(MSBuildThisFileDirectory)eng/company.txt').Trim())</Company>";
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(Read);
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteSolution("Lib");
        (await sandbox.BuildAsync()).Expect(misses: "Lib");
        (await sandbox.BuildAsync()).ExpectGate("solution", "Lib");

        sandbox.Write("eng/company.txt", "One\n");
        (await sandbox.BuildAsync()).Expect(misses: "Lib");
        Assert.Contains("\"One\"", sandbox.Read("Lib/obj/Debug/net10.0/Lib.AssemblyInfo.cs"), StringComparison.Ordinal);
        (await sandbox.BuildAsync()).ExpectGate("solution", "Lib");

        sandbox.Write("eng/company.txt", "Two\n");
        (await sandbox.BuildAsync()).Expect(misses: "Lib");
        Assert.Contains("\"Two\"", sandbox.Read("Lib/obj/Debug/net10.0/Lib.AssemblyInfo.cs"), StringComparison.Ordinal);

        File.Delete(sandbox.PathOf("eng/company.txt"));
        (await sandbox.BuildAsync()).Expect(hits: "Lib");
        Assert.Contains("\"none\"", sandbox.Read("Lib/obj/Debug/net10.0/Lib.AssemblyInfo.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_sources_decide_about_a_version_restore_is_spared_in_place_only()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        (string feed, _) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Floating", "1.0.0", "one");
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><PackageReference Include=\"Floating\" Version=\"1.*\" /></ItemGroup>");
        sandbox.WriteSolution("Lib");
        (await sandbox.BuildAsync()).Expect(misses: "Lib");
        (await sandbox.BuildAsync()).ExpectGate("solution", "Lib").ExpectNoRestore();

        // NuGet itself looks for a newer version only where it resolves anew.
        PackageFeed.Pack(feed, "Floating", "1.5.0", "two");
        (await sandbox.BuildAsync()).ExpectGate("solution", "Lib").ExpectNoRestore();
        (await sandbox.BuildAsync("--force")).Expect(misses: "Lib");

        // A forced restore is not recorded; the one after it is.
        (await sandbox.BuildAsync()).Expect(hits: "Lib");
        (await sandbox.BuildAsync()).ExpectGate("solution", "Lib").ExpectNoRestore();
        sandbox.DeleteOutputs();
        BuildResult fresh = await sandbox.BuildAsync();
        fresh.Expect(hits: "Lib");
        Assert.Contains("Restored ", fresh.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_a_build_file_asks_for_is_seen_when_it_appears_outside_the_project()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        sandbox.WriteProject("Lib", "lib", body: "<PropertyGroup Condition=\"Exists('../shared/on.txt')\"><DefineConstants>$(DefineConstants);ON</DefineConstants></PropertyGroup><ItemGroup><Compile Include=\"../shared/**/*.cs\" /></ItemGroup>");
        sandbox.Write("shared/First.cs", "public class First { }");
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);

        sandbox.Write("shared/on.txt", "");
        Assert.Contains("Lib", (await sandbox.BuildAsync()).Succeeded().Misses);
        sandbox.Write("shared/Second.cs", "public class Second { }");
        Assert.Contains("Lib", (await sandbox.BuildAsync()).Succeeded().Misses);
        sandbox.Write("shared/.editorconfig", "[*.cs]\nindent_size = 3\n");
        Assert.Contains("Lib", (await sandbox.BuildAsync()).Succeeded().Misses);
    }

    private static async Task<Sandbox> BuiltAsync()
    {
        Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        return sandbox;
    }
}
