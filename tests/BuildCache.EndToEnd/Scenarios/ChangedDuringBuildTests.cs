namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Files that change while a build runs: what was built of one content is never found under another.</summary>
public class ChangedDuringBuildTests
{
    /// <summary>A program whose source is exchanged when its key is made but the compiler has not run; <paramref name="after"/> is done when it has.</summary>
    private static async Task<Sandbox> CreateAsync(string after = "")
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: $"""
            <Target Name="Before" BeforeTargets="CoreCompile" Condition="Exists('../.git/change')">
              <Copy SourceFiles="../.git/other" DestinationFiles="Hello.cs" />
              <Touch Files="Hello.cs" />
            </Target>
            <Target Name="After" AfterTargets="CoreCompile" Condition="Exists('../.git/change')">{after}</Target>
            """);
        sandbox.WriteSource("Hello", "exe", text: " other");
        File.Move(sandbox.PathOf("Hello/Hello.cs"), sandbox.PathOf(".git/other"));
        sandbox.WriteSource("Hello", "exe");
        File.Copy(sandbox.PathOf("Hello/Hello.cs"), sandbox.PathOf(".git/own"));
        sandbox.Write(".git/change", "");
        return sandbox;
    }

    [Fact]
    public async Task A_source_that_changes_is_not_published_under_its_old_content()
    {
        using Sandbox sandbox = await CreateAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        File.Delete(sandbox.PathOf(".git/change"));
        File.Copy(sandbox.PathOf(".git/own"), sandbox.PathOf("Hello/Hello.cs"), overwrite: true);
        sandbox.DeleteOutputs();
        await AssertSaysAsync(sandbox, "Hello \n");
    }

    [Fact]
    public async Task A_source_that_changes_and_changes_back_is_not_published()
    {
        using Sandbox sandbox = await CreateAsync("<Copy SourceFiles=\"../.git/own\" DestinationFiles=\"Hello.cs\" />");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Equal(File.ReadAllText(sandbox.PathOf(".git/own")), sandbox.Read("Hello/Hello.cs"));

        File.Delete(sandbox.PathOf(".git/change"));
        sandbox.DeleteOutputs();
        await AssertSaysAsync(sandbox, "Hello \n");
    }

    [Fact]
    public async Task A_build_file_that_changes_after_a_graph_build_has_read_it_publishes_nothing_under_its_new_content()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        static string Targets(string text) => $"<Project><Target Name=\"Choose\" BeforeTargets=\"CoreCompile\"><PropertyGroup><DefineConstants>$(DefineConstants);{text}</DefineConstants></PropertyGroup></Target></Project>";
        sandbox.Write("Choice.targets", Targets("OLD"));
        sandbox.Write("next", Targets("NEW"));

        // A graph build evaluates all projects first, and runs App's first target when Lib is built.
        sandbox.WriteProject("Lib", "lib", body: "<Target Name=\"Save\" BeforeTargets=\"CoreCompile\" Condition=\"Exists('../next')\"><Copy SourceFiles=\"../next\" DestinationFiles=\"../Choice.targets\" /><Delete Files=\"../next\" /></Target>");
        sandbox.WriteProject("App", "exe", references: "Lib", body: "<Import Project=\"../Choice.targets\" />");
        sandbox.Write("App/App.cs", "public static class App { public static void Main() {\n#if NEW\nSystem.Console.WriteLine(\"new\");\n#else\nSystem.Console.WriteLine(\"old\");\n#endif\n} }\n");
        (await sandbox.BuildAsync("App", "-graph")).Succeeded();

        (await sandbox.BuildAsync("App", "-graph")).Succeeded();
        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "App");
        Assert.Contains("new", run.Output, StringComparison.Ordinal);
    }

    private static async Task AssertSaysAsync(Sandbox sandbox, string text)
    {
        BuildResult build = (await sandbox.BuildAsync("Hello")).Succeeded();
        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "Hello");
        Assert.True(run.Output.ReplaceLineEndings("\n").StartsWith(text, StringComparison.Ordinal), $"{run.Output}\n{build.Output}");
    }
}
