using System.Text.Json;
using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>The projects of a solution start along the critical path, and nothing else is different.</summary>
public partial class ScheduleTests
{
    private const string On = "<BuildCacheSchedule>on</BuildCacheSchedule>";
    private const string Ran = "projects started on 3 nodes";

    private const string Unknown = "no durations are known yet";

    // Three nodes: of projects that were never measured the order of two stays as it is.
    private const string Nodes = "-m:3";

    [Fact]
    public async Task Nothing_is_evaluated_or_compiled_twice()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On, "My (App) 100%");
        sandbox.Write("Multi/Use.cs", "public static class Use { }\n");
        sandbox.WriteProject("Top", "exe", references: "Multi;Mid");
        sandbox.WriteSolution("Lib", "Mid", "Multi", "App", "Top");
        await sandbox.CommandAsync("restore");

        string off = await LogAsync(sandbox.WithEmptyCache(), "-p:BuildCacheSchedule=off");
        sandbox.DeleteOutputs();
        await sandbox.CommandAsync("restore");
        string auto = await LogAsync(sandbox.WithEmptyCache());

        Assert.DoesNotContain(Ran, off, StringComparison.Ordinal);
        Assert.Contains(Ran, auto, StringComparison.Ordinal);
        Assert.Equal(Count(EvaluationPattern(), off), Count(EvaluationPattern(), auto));
        Assert.Equal(Count(CompilerPattern(), off), Count(CompilerPattern(), auto));
        Assert.Equal(6, CompilerPattern().Count(auto));
    }

    [Fact]
    public async Task A_second_build_finds_everything_in_place()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        (await sandbox.BuildAsync(Nodes)).Expect(misses: Sandbox.ChainProjects);

        (await sandbox.BuildAsync(Nodes)).Expect(hits: Sandbox.ChainProjects);
        (await sandbox.BuildAsync(Nodes, "-p:BuildCacheSolutionGate=false")).Expect(hits: Sandbox.ChainProjects);
    }

    [Fact]
    public async Task On_two_nodes_the_first_build_keeps_MSBuilds_order_and_tells_the_next_one_the_durations()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);

        BuildResult first = (await sandbox.BuildAsync("-m:2", "-v:diag")).Expect(misses: Sandbox.ChainProjects);
        sandbox.WriteSource("Lib", "lib", text: "2");
        BuildResult second = (await sandbox.BuildAsync("-m:2", "-v:diag")).Succeeded();

        Assert.Contains(Unknown, first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Unknown, second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_fails_says_so_once_and_fails_the_build()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        sandbox.Write("Lib/Broken.cs", "public class Broken { this is no C# }\n");

        BuildResult off = (await sandbox.BuildAsync(Nodes, "-p:BuildCacheSchedule=off")).Failed();
        BuildResult auto = (await sandbox.BuildAsync(Nodes)).Failed();

        Assert.Equal(Errors(off), Errors(auto));
        Assert.NotEmpty(Errors(auto));
        Assert.Equal(Summary(off), Summary(auto));
    }

    [Fact]
    public async Task Threads_instead_of_processes_are_scheduled_too()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);

        BuildResult result = (await sandbox.BuildAsync(Nodes, "-mt", "-v:diag")).Expect(misses: Sandbox.ChainProjects);

        Assert.Contains(Ran, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_node_and_a_build_in_other_processes_are_left_to_MSBuild()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);

        BuildResult single = (await sandbox.BuildAsync("-m:1", "-v:diag")).Expect(misses: Sandbox.ChainProjects);
        Assert.Contains("built in MSBuild's order: there is one node", single.Output, StringComparison.Ordinal);

        Sandbox empty = sandbox.WithEmptyCache();
        sandbox.DeleteOutputs();
        empty.Environment["MSBUILDNOINPROCNODE"] = "1";
        BuildResult outside = (await empty.BuildAsync(Nodes, "-v:diag")).Succeeded();
        Assert.Contains("built in MSBuild's order", outside.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning BCSDK", outside.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(empty.PathOf("App/bin/Debug/net10.0/App.dll")));
    }

    [Fact]
    public async Task A_solution_that_declares_dependencies_itself_is_left_to_MSBuild()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        sandbox.Write("All.slnx", """
            <Solution>
              <Project Path="Lib/Lib.csproj" />
              <Project Path="Multi/Multi.csproj"><BuildDependency Project="Lib/Lib.csproj" /></Project>
              <Project Path="Mid/Mid.csproj" />
              <Project Path="App/App.csproj" />
            </Solution>
            """);

        BuildResult result = (await sandbox.BuildAsync(Nodes, "-v:diag")).Expect(misses: Sandbox.ChainProjects);

        Assert.Contains("the solution itself declares dependencies", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_switch_is_heard_everywhere_and_another_word_is_an_error()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync("<BuildCacheSchedule>off</BuildCacheSchedule>");

        BuildResult off = (await sandbox.BuildAsync(Nodes, "-v:diag")).Expect(misses: Sandbox.ChainProjects);
        Assert.DoesNotContain(Ran, off.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(sandbox.Cache, "v1", "history")));

        BuildResult wrong = (await sandbox.BuildAsync(Nodes, "-p:BuildCacheSchedule=sometimes")).Failed();
        Assert.Contains("error BCSDK1001", wrong.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_solution_of_projects_without_the_SDK_is_scheduled_too()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        sandbox.Write("Directory.Build.props", $"<Project><PropertyGroup>{On}</PropertyGroup></Project>\n");

        BuildResult result = (await sandbox.BuildAsync(Nodes, "-v:diag")).Succeeded();

        Assert.Contains(Ran, result.Output, StringComparison.Ordinal);
        Assert.Equal(5, CompilerPattern().Count(result.Output));
    }

    [Fact]
    public async Task What_was_built_is_remembered_and_can_be_carried_to_another_machine()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        (await sandbox.BuildAsync(Nodes)).Expect(misses: Sandbox.ChainProjects);
        (await sandbox.BuildAsync(Nodes)).Expect(hits: Sandbox.ChainProjects);
        string file = sandbox.PathOf(".git/history.json");

        (await sandbox.DotnetAsync("build", "App", "-t:BuildCacheExportHistory", $"-p:BuildCacheHistoryFile={file}", "-nologo")).Succeeded();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement[] whole = [.. document.RootElement.GetProperty("work").EnumerateArray().Where(row => row.GetProperty("framework").GetString() == "")];
        Assert.Equal(["App/App.csproj", "Lib/Lib.csproj", "Mid/Mid.csproj", "Multi/Multi.csproj"], whole.Select(row => row.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(whole, row => Assert.Equal(1, row.GetProperty("runs").GetInt64()));
        Assert.All(whole, row => Assert.True(row.GetProperty("seconds").GetDouble() > 0));

        // Lib is a reference through Mid: what waits for what is the same with it and without.
        Assert.Equal(
            ["Lib/Lib.csproj", "Mid/Mid.csproj", "Multi/Multi.csproj"],
            whole.Single(row => row.GetProperty("name").GetString() == "App/App.csproj").GetProperty("references").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal));

        Sandbox other = sandbox.WithEmptyCache();
        BuildResult import = (await other.DotnetAsync("build", "App", "-t:BuildCacheImportHistory", $"-p:BuildCacheHistoryFile={file}", "-nologo", "-tl:off")).Succeeded();
        Assert.Contains($"{document.RootElement.GetProperty("work").GetArrayLength()} of {document.RootElement.GetProperty("work").GetArrayLength()} durations taken", import.Output, StringComparison.Ordinal);
        BuildResult predicted = (await other.DotnetAsync("build", "-t:BuildCachePredict", "-nologo", "-tl:off")).Succeeded();
        Assert.Contains("4 projects", predicted.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", predicted.Output, StringComparison.Ordinal);
        Assert.Contains("critical path", (await other.DotnetAsync("build", "App", "-t:BuildCachePredict", "-nologo", "-tl:off")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_is_none_is_an_error_when_it_is_asked_for_and_costs_nothing_else()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        sandbox.Write(".git/history.json", "{ \"schemaVersion\": 99 }");
        (await sandbox.BuildAsync(Nodes)).Expect(misses: Sandbox.ChainProjects);

        BuildResult import = (await sandbox.DotnetAsync("build", "App", "-t:BuildCacheImportHistory", $"-p:BuildCacheHistoryFile={sandbox.PathOf(".git/history.json")}", "-nologo", "-tl:off")).Failed();
        Assert.Contains("error BCSDK6010", import.Output, StringComparison.Ordinal);

        foreach (string record in Directory.GetFiles(Path.Combine(sandbox.Cache, "v1", "history"), "*", SearchOption.AllDirectories))
        {
            File.WriteAllText(record, "not a record");
        }

        sandbox.WriteSource("Lib", "lib", text: "2");
        (await sandbox.BuildAsync(Nodes)).Succeeded();
    }

    [Fact]
    public async Task A_reference_that_was_removed_and_a_project_that_was_renamed_cost_nothing()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        (await sandbox.BuildAsync(Nodes)).Expect(misses: Sandbox.ChainProjects);

        // Now Lib builds on what Mid was, so that the recorded references and the new ones make a circle.
        Directory.Delete(sandbox.PathOf("Multi"), recursive: true);
        sandbox.WriteProject("Renamed", "lib");
        sandbox.WriteProject("Mid", "lib");
        sandbox.WriteProject("Lib", "lib", references: "Mid");
        sandbox.WriteProject("App", "exe", references: "Lib;Renamed");
        sandbox.WriteSolution("Lib", "Mid", "Renamed", "App");

        (await sandbox.BuildAsync(Nodes)).Expect(misses: "Lib Mid Renamed App");
    }

    [LinuxFact("bash")]
    public async Task A_cancelled_build_ends_and_starts_nothing_more()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(On);
        sandbox.WriteProject("First", "lib", body: "<Target Name=\"Long\" AfterTargets=\"Build\"><Touch Files=\"../.git/begun\" AlwaysCreate=\"true\" /><Exec Command=\"sleep 100\" /></Target>");
        sandbox.WriteProject("Second", "lib", references: "First", body: "<Target Name=\"After\" AfterTargets=\"Build\"><Touch Files=\"../.git/went-on\" AlwaysCreate=\"true\" /></Target>");
        sandbox.WriteProject("Third", "lib");
        sandbox.WriteSolution("First", "Second", "Third");

        // With job control, else the shell starts what runs beside it deaf to interrupts. This run may itself have been started so, which env takes back.
        (int exitCode, string output) = await Tool.RunAsync(sandbox.Root, sandbox.Environment, "bash", "-c",
            "set -m; env --default-signal=INT dotnet build -m:3 -v:diag -nologo & build=$!; while [ ! -e .git/begun ] && kill -0 $build; do sleep 0.2; done; kill -INT $build; wait $build; echo \"ended with $?\"");

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("ended with 0", output, StringComparison.Ordinal);
        Assert.True(File.Exists(sandbox.PathOf(".git/begun")), output);
        Assert.False(File.Exists(sandbox.PathOf(".git/went-on")));
        Assert.DoesNotContain("warning BCSDK", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_will_come_from_the_cache_all_the_same_weighs_little()
    {
        // The clock keeps the solution gate from answering for Lib; the project gate finds it in the cache.
        using Sandbox sandbox = await Sandbox.ChainAsync(On);
        sandbox.WriteProject("Lib", "lib", "<Unused>$([System.DateTime]::Now.Year)</Unused>");
        (await sandbox.BuildAsync(Nodes)).Succeeded();
        sandbox.WriteSource("App", "exe", references: "Mid;Multi", text: "2");

        BuildResult second = (await sandbox.BuildAsync(Nodes, "-v:diag")).Succeeded();

        Assert.Contains("Lib is likely to come from the cache", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("App is likely to come from the cache", second.Output, StringComparison.Ordinal);
    }

    /// <summary>The binary log of a build, as text.</summary>
    private static async Task<string> LogAsync(Sandbox sandbox, params string[] arguments)
    {
        string plain = Path.Combine(Path.GetDirectoryName(sandbox.Root)!, "build");
        (await sandbox.BuildAsync(["--no-restore", Nodes, $"-bl:{plain}.binlog", .. arguments])).Succeeded();
        await sandbox.CommandAsync("msbuild", plain + ".binlog", "-noConsoleLogger", "-fl", $"-flp:v=diag;logfile={plain}.log");
        return File.ReadAllText(plain + ".log");
    }

    /// <summary>How often each match of a pattern comes, in the order of the matches.</summary>
    private static string[] Count(Regex pattern, string log) =>
        [.. pattern.Matches(log).GroupBy(match => match.Groups[1].Value).Select(group => $"{group.Key}: {group.Count()}").Order(StringComparer.Ordinal)];

    private static string[] Errors(BuildResult result) =>
        [.. result.Output.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).Select(line => line.Trim()).Order(StringComparer.Ordinal)];

    private static string Summary(BuildResult result) => result.Output.Split('\n').Single(line => line.Contains("Error(s)", StringComparison.Ordinal));

    [GeneratedRegex("""Evaluation started \("([^"]+proj)"\)""")]
    private static partial Regex EvaluationPattern();

    [GeneratedRegex("""Task "(Csc)"(?! skipped)""")]
    private static partial Regex CompilerPattern();
}
