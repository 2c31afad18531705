namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A solution of which nothing changed is not evaluated at all.</summary>
public class SolutionGateTests
{
    private const string Relocatable = "<BuildCacheRelocatable>true</BuildCacheRelocatable>";

    [Fact]
    public async Task In_place_with_nothing_changed_no_project_is_evaluated()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);

        BuildResult second = await sandbox.BuildAsync("-v:d");

        second.Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
        Assert.DoesNotContain("Using \"BuildCache.MSBuild.CaptureEvaluation\"", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.NET.Sdk.targets", second.Output, StringComparison.Ordinal);
        Assert.Contains("0 Warning(s)", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_clone_gets_outputs_and_restore_without_evaluating()
    {
        using Sandbox one = (await Sandbox.ChainAsync(Relocatable, "one")).OnTwoNodes();
        await one.CommitAsync("first");
        (await one.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        using Sandbox two = await one.CloneAsync("another folder");

        (await two.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(TreeSnapshot.All(one.PathOf("App/bin")), TreeSnapshot.All(two.PathOf("App/bin")));
        await AssertRestoreAsNuGetDoesAsync(two);
        (await two.DotnetAsync("run", "--no-build", "--project", "App")).Succeeded();
        Assert.Contains("net10.0", await two.CommandAsync("list", "App", "package", "--no-restore"), StringComparison.Ordinal);
        (await two.BuildAsync("--no-restore")).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task In_the_same_folder_a_fresh_clone_hits_without_being_relocatable()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> outputs = TreeSnapshot.Outputs(sandbox.Root);
        sandbox.DeleteOutputs();

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(outputs, TreeSnapshot.Outputs(sandbox.Root));
        await AssertRestoreAsNuGetDoesAsync(sandbox);
    }

    [Fact]
    public async Task Letters_of_other_languages_in_the_folders_name_cost_a_restore_in_a_clone_and_nothing_in_place()
    {
        using Sandbox one = (await Sandbox.ChainAsync(Relocatable, "größer & co")).OnTwoNodes();
        await one.CommitAsync("first");
        (await one.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        one.DeleteOutputs();
        (await one.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        await AssertRestoreAsNuGetDoesAsync(one);
        using Sandbox two = await one.CloneAsync("noch größer");

        (await two.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("project", Sandbox.ChainProjects);
        (await two.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task After_a_hit_a_plain_build_has_nothing_to_do()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).ExpectGate("solution", Sandbox.ChainProjects);
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.PathOf("App/obj/.."));

        BuildResult plain = await sandbox.BuildAsync("-p:BuildCacheEnabled=false", "-v:d");

        plain.Succeeded();
        Assert.DoesNotContain("Task \"Csc\"", plain.Output, StringComparison.Ordinal);
        Assert.Contains("All projects are up-to-date for restore", plain.Output, StringComparison.Ordinal);
        Assert.Equal(times["bin/Debug/net10.0/App.dll"], TreeSnapshot.Times(sandbox.PathOf("App/obj/.."))["bin/Debug/net10.0/App.dll"]);
    }

    [Fact]
    public async Task A_deleted_output_comes_back()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> outputs = TreeSnapshot.Outputs(sandbox.Root);
        File.Delete(sandbox.PathOf("Mid/bin/Debug/net10.0/Mid.dll"));
        File.WriteAllText(sandbox.PathOf("App/bin/Debug/net10.0/Lib.dll"), "no assembly");

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);

        TreeSnapshot.AssertEqual(outputs, TreeSnapshot.Outputs(sandbox.Root));
    }

    [Fact]
    public async Task NuGets_files_come_back_for_the_next_restore()
    {
        using Sandbox sandbox = (await Sandbox.ChainAsync()).OnTwoNodes();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        File.Delete(sandbox.PathOf("Mid/obj/project.assets.json"));
        File.WriteAllText(sandbox.PathOf("App/obj/App.csproj.nuget.g.props"), "<Project />");

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);

        await AssertRestoreAsNuGetDoesAsync(sandbox);
    }

    /// <summary>That NuGet finds its files up to date, and that a restore by force leaves the same bytes.</summary>
    private static async Task AssertRestoreAsNuGetDoesAsync(Sandbox sandbox)
    {
        SortedDictionary<string, string> provided = TreeSnapshot.Restored(sandbox.Root);
        BuildResult restore = (await sandbox.DotnetAsync("restore", "-nologo", "-p:BuildCacheSolutionGate=false")).Succeeded();
        Assert.True(restore.Output.Contains("All projects are up-to-date for restore", StringComparison.Ordinal), restore.Output);
        (await sandbox.DotnetAsync("restore", "-nologo", "--force")).Succeeded();
        TreeSnapshot.AssertEqual(TreeSnapshot.Restored(sandbox.Root), provided);
    }

    [Theory]
    [InlineData("Mid/obj/Mid.csproj.nuget.g.props")]
    [InlineData("Mid/obj/project.assets.json")]
    public async Task A_file_of_NuGet_that_somebody_edited_is_not_taken_for_what_was_recorded(string file)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).ExpectGate("solution", Sandbox.ChainProjects).ExpectNoRestore();
        string recorded = sandbox.Read(file);

        // Of the same length: the size alone must not be believed.
        sandbox.Write(file, string.Concat(recorded.AsSpan(0, recorded.Length - 3), "   "));
        (await sandbox.BuildAsync()).Succeeded();

        Assert.Equal(recorded, sandbox.Read(file));
    }
}
