namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What is asked for besides a plain build keeps all projects; what is a build in another form goes through the gate, too.</summary>
public class SolutionGateInvocationTests
{
    [Fact]
    public async Task The_switch_turns_it_off()
    {
        using Sandbox sandbox = await BuiltAsync();

        (await sandbox.BuildAsync("-p:BuildCacheSolutionGate=false")).Expect(hits: Sandbox.ChainProjects).ExpectGate("project", Sandbox.ChainProjects);
        (await sandbox.BuildAsync("-p:BuildCacheSolutionGate=maybe")).Failed();
    }

    [Theory]
    [InlineData("<BuildCacheSolutionGate>false</BuildCacheSolutionGate>", "project")]
    // Our default is there before, as it is in projects: the condition is not met.
    [InlineData("<BuildCacheSolutionGate Condition=\"'$(BuildCacheSolutionGate)' == ''\">false</BuildCacheSolutionGate>", "solution")]
    public async Task The_switch_is_heard_from_Directory_Build_props(string property, string gate)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(property);
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate(gate, Sandbox.ChainProjects);
    }

    [Fact]
    public async Task The_folder_of_the_cache_is_heard_from_Directory_Build_props()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync("<BuildCacheDirectory>$(MSBuildThisFileDirectory).git/cache</BuildCacheDirectory>");
        sandbox.Environment.Remove("BuildCacheDirectory");
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task A_binary_log_is_no_reason_to_look_at_a_project()
    {
        using Sandbox sandbox = await BuiltAsync();

        (await sandbox.BuildAsync($"-bl:{sandbox.PathOf(".git/build.binlog")}")).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task Rebuild_builds_everything()
    {
        using Sandbox sandbox = await BuiltAsync();

        BuildResult rebuilt = await sandbox.BuildAsync("-t:Rebuild", "-v:d");

        rebuilt.Succeeded();
        Assert.Empty(rebuilt.Hits);
        Assert.Contains("Task \"Csc\"", rebuilt.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_cleans_and_the_next_build_hits()
    {
        using Sandbox sandbox = await BuiltAsync();

        (await sandbox.DotnetAsync("clean", "-nologo")).Succeeded();
        Assert.False(File.Exists(sandbox.PathOf("App/bin/Debug/net10.0/App.dll")));

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        Assert.True(File.Exists(sandbox.PathOf("App/bin/Debug/net10.0/App.dll")));
    }

    [Fact]
    public async Task One_project_of_the_solution_can_be_asked_for()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");

        (await sandbox.BuildAsync("All.slnx", "-t:Mid")).Succeeded();

        Assert.True(File.ReadAllBytes(sandbox.PathOf("Mid/bin/Debug/net10.0/Mid.dll")).AsSpan().IndexOf("edited"u8.ToArray().SelectMany(letter => new byte[] { letter, 0 }).ToArray()) > 0);
    }

    [Fact]
    public async Task Build_and_another_target_both_run()
    {
        using Sandbox sandbox = await BuiltAsync();

        (await sandbox.BuildAsync("All.slnx", "-t:Build;Pack")).Succeeded();

        Assert.Single(Directory.GetFiles(sandbox.PathOf("Lib/bin"), "Lib.*.nupkg", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Publish_of_the_solution_in_a_fresh_clone_is_complete()
    {
        using Sandbox sandbox = await BuiltAsync();
        await sandbox.DotnetAsync("publish", "-nologo", "App", "-c", "Debug", "-o", sandbox.PathOf(".git/expected"), "-p:BuildCacheEnabled=false");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).ExpectGate("solution", Sandbox.ChainProjects);

        (await sandbox.DotnetAsync("publish", "-nologo", "App", "--no-build", "-c", "Debug", "-o", sandbox.PathOf(".git/actual"))).Succeeded();

        Assert.Equal(
            Directory.GetFiles(sandbox.PathOf(".git/expected")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Directory.GetFiles(sandbox.PathOf(".git/actual")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("publish", "-m:2")]
    [InlineData("pack", "-m:1")]
    public async Task Publishing_and_packing_the_solution_is_answered_by_the_gate_and_complete(string command, string nodes)
    {
        string[] arguments = [command, "-nologo", "-c", "Debug", nodes];
        // Without the project for several frameworks, which cannot be published as a part of a solution.
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.WriteProject("App", "exe", references: "Mid");
        sandbox.WriteSolution("Lib", "Mid", "App");
        await sandbox.DotnetAsync([.. arguments, "-p:BuildCacheEnabled=false"]);
        SortedDictionary<string, string> expected = Published(sandbox);
        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync(arguments)).Succeeded();
        sandbox.DeleteOutputs();

        BuildResult second = await sandbox.DotnetAsync(arguments);

        second.Expect(hits: "Lib Mid App").ExpectGate("solution", "Lib Mid App");
        second.ExpectNoRestore();
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Keys, Published(sandbox).Keys);
        sandbox.WriteSource("Lib", "lib", "", "edited");
        (await sandbox.DotnetAsync([.. arguments, "-p:BuildCacheExplain=true"])).Expect(misses: "Lib Mid App");
        sandbox.WriteSource("App", "exe", "Mid", "edited");
        (await sandbox.DotnetAsync([.. arguments, "-p:BuildCacheExplain=true"])).Expect(hits: "Lib Mid", misses: "App");
    }

    [Fact]
    public async Task Testing_the_solution_is_answered_by_the_gate_and_builds_what_tests_need()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.WriteProject("Tests", "lib", references: "Mid", body: "<ItemGroup><PackageReference Include=\"Microsoft.NET.Test.Sdk\" Version=\"18.11.0\" /><PackageReference Include=\"xunit\" Version=\"2.9.3\" /><PackageReference Include=\"xunit.runner.visualstudio\" Version=\"3.1.5\" /></ItemGroup>");
        sandbox.Write("Tests/Fact.cs", "public class Facts { [Xunit.Fact] public void Holds() { Xunit.Assert.Equal(\"Mid Lib \", Mid.Say()); } }");
        sandbox.WriteSolution("Lib", "Mid", "Multi", "App", "Tests");

        // App is no test and none needs it; a project for several frameworks is built to find out whether it is one.
        const string Tested = "Lib Mid Multi/net10.0 Multi/netstandard2.0 Tests";
        (await sandbox.DotnetAsync("test", "-nologo")).Succeeded();
        string[] made = [.. TreeSnapshot.Outputs(sandbox.Root).Keys];
        sandbox.DeleteOutputs();

        BuildResult second = await sandbox.DotnetAsync("test", "-nologo");

        second.Expect(hits: Tested).ExpectGate("solution", Tested);
        Assert.Matches("Passed: +1", second.Output);
        Assert.Equal(made, TreeSnapshot.Outputs(sandbox.Root).Keys);
        (await sandbox.BuildAsync()).Succeeded();
        sandbox.DeleteOutputs();
        BuildResult third = await sandbox.DotnetAsync("test", "-nologo");
        third.ExpectGate("solution", Tested);
        Assert.Matches("Passed: +1", third.Output);
        third.ExpectNoRestore();
    }

    [Fact]
    public async Task A_filter_on_the_solution_goes_through_the_gate()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.Write("Some.slnf", """{ "solution": { "path": "All.slnx", "projects": [ "Lib/Lib.csproj", "Mid/Mid.csproj" ] } }""");

        (await sandbox.BuildAsync("Some.slnf")).Expect(hits: "Lib Mid").ExpectGate("solution", "Lib Mid");
        sandbox.WriteSource("Lib", "lib", "", "edited");
        (await sandbox.BuildAsync("Some.slnf")).Expect(misses: "Lib Mid");
        (await sandbox.BuildAsync("All.slnx")).Expect(hits: "Lib Mid Multi/net10.0 Multi/netstandard2.0", misses: "App");
    }

    [Fact]
    public async Task A_filter_that_leaves_out_what_is_referenced_goes_through_the_gate_too()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.Write("One.slnf", """{ "solution": { "path": "All.slnx", "projects": [ "App/App.csproj" ] } }""");
        (await sandbox.BuildAsync("One.slnf")).Expect(misses: "Lib Mid Multi App");

        (await sandbox.BuildAsync("One.slnf")).Expect(hits: "Lib Mid Multi App").ExpectGate("solution", "Lib Mid Multi App");
        sandbox.WriteSource("Multi", "lib", "", "edited");
        (await sandbox.BuildAsync("One.slnf")).Expect(hits: "Lib Mid", misses: "Multi App");
    }

    [Fact]
    public async Task A_solution_of_the_old_format_with_declared_dependencies_is_right()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        File.Delete(sandbox.PathOf("All.slnx"));
        const string Type = "{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}";
        string Entry(string name, int id, string section = "") =>
            $"Project(\"{Type}\") = \"{name}\", \"{name}\\{name}.csproj\", \"{{0000000{id}-0000-0000-0000-000000000000}}\"\n{section}EndProject\n";
        string Configured(int id) => $"\t\t{{0000000{id}-0000-0000-0000-000000000000}}.Debug|Any CPU.ActiveCfg = Debug|Any CPU\n\t\t{{0000000{id}-0000-0000-0000-000000000000}}.Debug|Any CPU.Build.0 = Debug|Any CPU\n";
        sandbox.Write("All.sln", "\nMicrosoft Visual Studio Solution File, Format Version 12.00\n" +
            Entry("Lib", 1) + Entry("Mid", 2) +
            Entry("Multi", 3, "\tProjectSection(ProjectDependencies) = postProject\n\t\t{00000001-0000-0000-0000-000000000000} = {00000001-0000-0000-0000-000000000000}\n\tEndProjectSection\n") + Entry("App", 4) +
            "Global\n\tGlobalSection(SolutionConfigurationPlatforms) = preSolution\n\t\tDebug|Any CPU = Debug|Any CPU\n\tEndGlobalSection\n\tGlobalSection(ProjectConfigurationPlatforms) = postSolution\n" +
            Configured(1) + Configured(2) + Configured(3) + Configured(4) + "\tEndGlobalSection\nEndGlobal\n");
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
        sandbox.WriteSource("Lib", "lib", "", "edited");

        (await sandbox.BuildAsync()).Expect(hits: "Multi/net10.0 Multi/netstandard2.0", misses: "Lib Mid App");
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
    }

    private static SortedDictionary<string, string> Published(Sandbox sandbox)
    {
        SortedDictionary<string, string> files = TreeSnapshot.All(sandbox.Root);
        return new(files.Where(file => file.Key.Contains("/publish/", StringComparison.Ordinal) || file.Key.EndsWith(".nupkg", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
    }

    private static async Task<Sandbox> BuiltAsync()
    {
        Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        return sandbox;
    }
}
