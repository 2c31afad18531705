namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A traversal project (dirs.proj) that imports the gate is passed by as a solution is.</summary>
public class SolutionGateTraversalTests
{
    private const string Import = "<Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" />";
    private const string Restore = "<Target Name=\"Restore\"><MSBuild Projects=\"@(ProjectReference)\" Targets=\"Restore\" /></Target>";
    private const string Build = "<Target Name=\"Build\"><MSBuild Projects=\"@(ProjectReference)\" BuildInParallel=\"true\" /></Target>";

    [Fact]
    public async Task With_nothing_changed_no_project_is_evaluated_in_place_and_in_a_fresh_clone()
    {
        using Sandbox sandbox = await BuiltAsync();
        SortedDictionary<string, string> outputs = TreeSnapshot.Outputs(sandbox.Root);

        BuildResult second = await sandbox.BuildAsync("dirs.proj", "-v:d");
        sandbox.DeleteOutputs();
        BuildResult fresh = await sandbox.BuildAsync("dirs.proj");

        second.Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        Assert.DoesNotContain("is building \"", second.Output, StringComparison.Ordinal);
        fresh.Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(outputs, TreeSnapshot.Outputs(sandbox.Root));
    }

    [Fact]
    public async Task An_edit_builds_what_depends_on_it()
    {
        using Sandbox sandbox = await BuiltAsync();
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");

        BuildResult edited = await sandbox.BuildAsync("dirs.proj");

        edited.Expect(hits: "Lib Multi/net10.0 Multi/netstandard2.0", misses: "Mid App");
        Assert.Equal("solution", edited.GateOf("Lib"));
        (await sandbox.BuildAsync("dirs.proj")).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task What_the_file_itself_says_counts()
    {
        using Sandbox sandbox = await BuiltAsync();
        Write(sandbox, Restore + "<Target Name=\"Build\"><MSBuild Projects=\"@(ProjectReference)\" Properties=\"Company=$(COMPANY_OF_ALL)\" /></Target>");

        (await sandbox.BuildAsync("dirs.proj")).ExpectGate("solution", "").Succeeded();
        (await sandbox.BuildAsync("dirs.proj")).ExpectGate("solution", Sandbox.ChainProjects);
        sandbox.Environment["COMPANY_OF_ALL"] = "Other";

        (await sandbox.BuildAsync("dirs.proj")).Expect(misses: Sandbox.ChainProjects);
    }

    [Theory]
    [InlineData(Restore + "<Target Name=\"Build\"><Copy SourceFiles=\"text.txt\" DestinationFiles=\"Lib/Text.cs\" /><MSBuild Projects=\"@(ProjectReference)\" /></Target>")]
    [InlineData(Restore + Build + "<Target Name=\"Mine\" BeforeTargets=\"Build\"><Copy SourceFiles=\"text.txt\" DestinationFiles=\"Lib/Text.cs\" /></Target>")]
    [InlineData(Restore + "<Target Name=\"Mine\"><Copy SourceFiles=\"text.txt\" DestinationFiles=\"Lib/Text.cs\" /></Target><Target Name=\"Build\" DependsOnTargets=\"Mine\"><MSBuild Projects=\"@(ProjectReference)\" /></Target>")]
    public async Task A_source_that_it_writes_counts_in_this_very_build(string targets)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        Write(sandbox, targets);
        foreach (string text in (string[])["one", "two", "three"])
        {
            sandbox.Write("text.txt", $"public static class Text {{ public const string Value = \"the text is {text}\"; }}\n");
            (await sandbox.BuildAsync("dirs.proj")).Succeeded();

            byte[] dll = File.ReadAllBytes(sandbox.PathOf("App/bin/Debug/net10.0/Lib.dll"));
            Assert.True(dll.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes($"the text is {text}")) > 0);
        }
    }

    [Fact]
    public async Task One_inside_another_is_looked_up_by_itself()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.Write("libs/dirs.proj", $"<Project DefaultTargets=\"Build\"><ItemGroup><ProjectReference Include=\"../Lib/Lib.csproj;../Mid/Mid.csproj\" /></ItemGroup>{Restore}{Build}{Import}</Project>");
        sandbox.Write("dirs.proj", $"<Project DefaultTargets=\"Build\"><ItemGroup><ProjectReference Include=\"libs/dirs.proj;App/App.csproj\" /></ItemGroup>{Restore}{Build}{Import}</Project>");
        (await sandbox.BuildAsync("dirs.proj")).Expect(misses: "Lib Mid Multi App");

        (await sandbox.BuildAsync("dirs.proj")).Expect(hits: "Lib Mid Multi App");
        // The record of the inner one was made within the outer's build.
        (await sandbox.BuildAsync("libs/dirs.proj")).Expect(hits: "Lib Mid").ExpectGate("solution", "Lib Mid");
        sandbox.WriteSource("Lib", "lib", "", "edited");
        (await sandbox.BuildAsync("dirs.proj")).Expect(hits: "Multi", misses: "Lib Mid App");
        Assert.Contains("edited", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);
    }

    private static void Write(Sandbox sandbox, string targets) => sandbox.Write(
        "dirs.proj", $"<Project DefaultTargets=\"Build\"><ItemGroup><ProjectReference Include=\"*/*.csproj\" /></ItemGroup>{targets}{Import}</Project>");

    private static async Task<Sandbox> BuiltAsync()
    {
        Sandbox sandbox = await Sandbox.ChainAsync();
        Write(sandbox, Restore + Build);
        (await sandbox.BuildAsync("dirs.proj")).Expect(misses: Sandbox.ChainProjects);
        return sandbox;
    }
}
