namespace BuildCache.EndToEnd.Scenarios;

/// <summary>One project, built by its name: when nothing of it and of what it references changed, no reference is evaluated, and all their outputs are put in place.</summary>
public class SolutionGateProjectTests
{
    private const string Relocatable = "<BuildCacheRelocatable>true</BuildCacheRelocatable>";

    /// <summary>App with all that it references, as the summary names them.</summary>
    private const string All = "Lib Mid Multi App";

    /// <summary>What MSBuild writes at detailed verbosity when one project asks for another.</summary>
    private const string Asks = "is building \"";

    [Fact]
    public async Task With_nothing_changed_no_reference_is_evaluated_and_nothing_is_restored()
    {
        using Sandbox sandbox = await BuiltAsync();
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);

        BuildResult second = await sandbox.BuildAsync("App", "-v:d");

        second.Expect(hits: All).ExpectGate("solution", All);
        Assert.DoesNotContain(Asks, second.Output, StringComparison.Ordinal);
        Assert.Contains("0 Warning(s)", second.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
    }

    [Fact]
    public async Task A_fresh_clone_gets_the_outputs_and_the_restore_of_all()
    {
        using Sandbox one = await Sandbox.ChainAsync(Relocatable, "one");
        await one.CommitAsync("first");
        (await one.BuildAsync("App")).Expect(misses: All);
        using Sandbox two = await one.CloneAsync("another folder");

        BuildResult fresh = await two.BuildAsync("App", "-v:d");

        fresh.Expect(hits: All).ExpectGate("solution", All);
        Assert.DoesNotContain(Asks, fresh.Output, StringComparison.Ordinal);
        static IEnumerable<string> Made(Sandbox sandbox) => TreeSnapshot.Outputs(sandbox.Root).Keys.Where(path => !TreeSnapshot.HoldsTimes(path) && !TreeSnapshot.HoldsHashesOfPaths(path));
        Assert.Equal(Made(one), Made(two));
        TreeSnapshot.AssertEqual(TreeSnapshot.All(one.PathOf("App/bin")), TreeSnapshot.All(two.PathOf("App/bin")));
        TreeSnapshot.AssertEqual(TreeSnapshot.All(one.PathOf("Mid/bin")), TreeSnapshot.All(two.PathOf("Mid/bin")));
        SortedDictionary<string, string> provided = TreeSnapshot.Restored(two.Root);
        (await two.DotnetAsync("restore", "App", "--force")).Succeeded();
        TreeSnapshot.AssertEqual(TreeSnapshot.Restored(two.Root), provided);
        (await two.DotnetAsync("run", "--no-build", "--project", "App")).Succeeded();
        Assert.Contains("net10.0", await two.CommandAsync("list", "App", "package", "--no-restore"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_is_built_and_hits_from_then_on()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");

        BuildResult edited = await sandbox.BuildAsync("App");

        edited.Expect(hits: "Lib Multi", misses: "Mid App");
        edited.ExpectNoRestore();
        Assert.Contains("edited", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);
        (await sandbox.BuildAsync("App")).Expect(hits: All).ExpectGate("solution", All);
        sandbox.WriteSource("Mid", "lib", "Lib");
        (await sandbox.BuildAsync("App")).Expect(hits: All).ExpectGate("solution", All);
        Assert.DoesNotContain("edited", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_appears_anywhere_below_is_seen()
    {
        (string Path, string Text, string Misses)[] appearing =
        [
            ("Lib/Extra.cs", "public class Extra { }", "Lib"),
            ("Mid/Mid.csproj.user", "<Project><PropertyGroup><DefineConstants>$(DefineConstants);NEW</DefineConstants></PropertyGroup></Project>", "Mid"),
            ("App/Directory.Build.props", "<Project><Import Project=\"../Directory.Build.props\" /><PropertyGroup><Company>New</Company></PropertyGroup></Project>", "App"),
        ];
        using Sandbox sandbox = await BuiltAsync();
        foreach ((string path, string text, string misses) in appearing)
        {
            sandbox.Write(path, text);

            Assert.Contains(misses, (await sandbox.BuildAsync("App")).Succeeded().Misses);
            File.Delete(sandbox.PathOf(path));
            (await sandbox.BuildAsync("App")).Expect(hits: All).ExpectGate("solution", All);
        }
    }

    [Fact]
    public async Task What_only_a_framework_reads_that_is_not_built_counts_for_restore()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.Write("older.props", "<Project />");
        sandbox.WriteProject("Multi", "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", body: "<Import Project=\"../older.props\" Condition=\"'$(TargetFramework)' == 'netstandard2.0'\" />");
        (await sandbox.BuildAsync("App")).Expect(misses: All);
        (await sandbox.BuildAsync("App")).ExpectGate("solution", All);
        sandbox.Write("older.props", "<Project><ItemGroup><PackageReference Include=\"There.Is.No.Such.Package\" Version=\"1.0.0\" /></ItemGroup></Project>");

        Assert.Contains("NU1101", (await sandbox.BuildAsync("App")).Failed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_for_several_frameworks_is_passed_by_with_all_of_them()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync("Multi")).Expect(misses: "Multi/net10.0 Multi/netstandard2.0");
        SortedDictionary<string, string> outputs = TreeSnapshot.Outputs(sandbox.Root);
        sandbox.DeleteOutputs();

        BuildResult fresh = await sandbox.BuildAsync("Multi", "-v:d");

        fresh.Expect(hits: "Multi/net10.0 Multi/netstandard2.0").ExpectGate("solution", "Multi/net10.0 Multi/netstandard2.0");
        Assert.DoesNotContain(Asks, fresh.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(outputs, TreeSnapshot.Outputs(sandbox.Root));
    }

    [Fact]
    public async Task Run_and_publish_go_through_the_gate()
    {
        using Sandbox sandbox = await BuiltAsync();

        BuildResult run = await sandbox.DotnetAsync("run", "--project", "App");

        run.Expect(hits: All).ExpectGate("solution", All);
        Assert.Contains("App Mid Lib Multi", run.Output, StringComparison.Ordinal);
        await sandbox.DotnetAsync("publish", "-nologo", "App", "-c", "Debug", "-o", sandbox.PathOf(".git/expected"), "-p:BuildCacheEnabled=false");
        string published = sandbox.PathOf(".git/published");
        (await sandbox.DotnetAsync("publish", "-nologo", "App", "-c", "Debug", "-o", published)).Succeeded();
        SortedDictionary<string, string> first = TreeSnapshot.All(published);
        Directory.Delete(published, recursive: true);
        sandbox.DeleteOutputs();

        BuildResult second = await sandbox.DotnetAsync("publish", "-nologo", "App", "-c", "Debug", "-o", published);

        second.Expect(hits: All).ExpectNoRestore();
        Assert.Equal(Names(sandbox, ".git/expected"), Names(sandbox, ".git/published"));
        TreeSnapshot.AssertEqual(first, TreeSnapshot.All(published));
    }

    [Fact]
    public async Task What_a_reference_does_after_its_build_is_done()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.WriteProject("Lib", "lib", body: "<Target Name=\"Mine\" AfterTargets=\"Build\"><WriteLinesToFile File=\"../.git/mine.log\" Lines=\"ran\" /></Target>");
        (await sandbox.BuildAsync("App")).Succeeded();
        (await sandbox.BuildAsync("App")).Expect(hits: All).ExpectGate("project", All);

        Assert.Equal(2, File.ReadAllLines(sandbox.PathOf(".git/mine.log")).Length);
    }

    [Fact]
    public async Task The_switch_turns_it_off_and_a_rebuild_is_real()
    {
        using Sandbox sandbox = await BuiltAsync();

        (await sandbox.BuildAsync("App", "-p:BuildCacheSolutionGate=false")).Expect(hits: All).ExpectGate("project", All);
        Assert.Empty((await sandbox.BuildAsync("App", "-t:Rebuild")).Succeeded().Hits);
        (await sandbox.BuildAsync("Multi")).Succeeded();
        Assert.Contains("Task \"Csc\"", (await sandbox.BuildAsync("Multi", "--no-incremental", "-v:d")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_entry_and_a_damaged_record_lead_to_the_project_gate()
    {
        using Sandbox sandbox = await BuiltAsync();
        string[] records = Directory.GetFiles(Path.Combine(sandbox.Cache, "v1", "solutions"), "*", SearchOption.AllDirectories);
        foreach (string record in records)
        {
            File.WriteAllText(record, "bc-solution/99 of the future");
        }

        (await sandbox.BuildAsync("App")).Expect(hits: All).ExpectGate("project", All);
        (await sandbox.BuildAsync("App")).Expect(hits: All).ExpectGate("solution", All);
        foreach (string blob in sandbox.Blobs())
        {
            File.Delete(blob);
        }

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(misses: All);
        Assert.True(File.Exists(sandbox.PathOf("App/bin/Debug/net10.0/App.dll")));
    }

    private static string?[] Names(Sandbox sandbox, string folder) => [.. Directory.GetFiles(sandbox.PathOf(folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private static async Task<Sandbox> BuiltAsync()
    {
        Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync("App")).Expect(misses: All);
        return sandbox;
    }
}
