namespace BuildCache.EndToEnd;

/// <summary>The compiler is spared where its command line and all that it names are what they were.</summary>
public class CompileGateTests
{
    private const string Warned = "public static class Warned { public static int Old() { int unused; return 1; } }\n";

    [Fact]
    public async Task A_change_inside_a_method_compiles_one_project_and_a_change_of_its_face_compiles_its_dependents()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("App", "exe", references: "Mid");
        await sandbox.CommitAsync("first");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib Mid App");

        sandbox.WriteSource("Lib", "lib", text: "changed inside");
        await sandbox.CommitAsync("a new commit, as CI always has it");
        sandbox.DeleteOutputs();
        BuildResult inside = (await sandbox.BuildAsync("App")).Expect(misses: "Lib Mid App");
        Assert.Equal(("project", "compile", "compile"), (inside.GateOf("Lib"), inside.GateOf("Mid"), inside.GateOf("App")));
        await AssertSameAsWithoutCacheAsync(sandbox);

        sandbox.Write("Lib/More.cs", "public class More;\n");
        sandbox.DeleteOutputs();
        BuildResult face = (await sandbox.BuildAsync("App")).Expect(misses: "Lib Mid App");
        Assert.Equal(("project", "project"), (face.GateOf("Lib"), face.GateOf("Mid")));
    }

    [Theory]
    [InlineData("csproj", "A.cs", Warned, "CS0168")]
    [InlineData("vbproj", "A.vb", "Public Class A\n    Public Sub Old()\n        Dim unused As Integer\n    End Sub\nEnd Class\n", "BC42024")]
    [InlineData("fsproj", "A.fs", "module A\nlet old (x: int option) = match x with Some y -> y\n", "FS0025")]
    public async Task Each_compiler_is_spared_and_its_warnings_are_shown_again(string extension, string file, string source, string code)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        string compile = extension == "fsproj" ? "<ItemGroup><Compile Include=\"A.fs\" /></ItemGroup>" : "";

        // An unknown target around the build keeps the project gate out of it.
        string project = $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>{compile}
              <Target Name="Own" AfterTargets="CoreCompile"><Touch Files="$(IntermediateOutputPath)own.txt" AlwaysCreate="true" /></Target>
            </Project>
            """;
        sandbox.Write($"P/P.{extension}", project);
        sandbox.Write($"P/{file}", source);
        BuildResult cold = (await sandbox.BuildAsync("P")).Expect(skipped: "P");
        Assert.Equal("none", cold.GateOf("P"));

        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.BuildAsync("P")).Expect(skipped: "P");
        Assert.Equal("compile", warm.GateOf("P"));
        Assert.Equal(WarningLines(cold, code), WarningLines(warm, code));
        Assert.NotEmpty(WarningLines(warm, code));
        await AssertSameAsWithoutCacheAsync(sandbox, "P");
    }

    [Fact]
    public async Task A_warning_that_is_shown_again_fails_a_build_that_it_would_fail()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("P", "lib");
        sandbox.Write("P/Warned.cs", Warned);
        Assert.Contains("warning CS0168", (await sandbox.BuildAsync("P")).Succeeded().Output, StringComparison.Ordinal);

        // The switches of the command line are no properties: neither key knows them.
        sandbox.DeleteOutputs();
        Assert.Contains("error CS0168", (await sandbox.BuildAsync("P", "-warnaserror:CS0168")).Failed().Output, StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        Assert.Contains("error CS0168", (await sandbox.BuildAsync("P", "-warnaserror")).Failed().Output, StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        Assert.DoesNotContain("CS0168", (await sandbox.BuildAsync("P", "-warnasmessage:CS0168")).Succeeded().Output, StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        Assert.Contains("warning CS0168", (await sandbox.BuildAsync("P")).Expect(hits: "P").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_build_that_hides_a_warning_publishes_does_not_hide_it_from_others()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("P", "lib");
        sandbox.Write("P/Warned.cs", Warned);
        Assert.DoesNotContain("CS0168", (await sandbox.BuildAsync("P", "-warnasmessage:CS0168")).Succeeded().Output, StringComparison.Ordinal);

        sandbox.DeleteOutputs();
        Assert.Contains("warning CS0168", (await sandbox.BuildAsync("P")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-t:Rebuild")]
    [InlineData("--no-incremental")]
    public async Task A_rebuild_compiles(string argument)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        BuildResult rebuilt = (await sandbox.BuildAsync("Hello", argument, "-v:n")).Succeeded();
        Assert.DoesNotContain("FROM-CACHE", rebuilt.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Multithreaded_the_compiler_runs_as_always()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync("-mt")).Expect(misses: Sandbox.ChainProjects);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("-mt")).Expect(hits: Sandbox.ChainProjects);
    }

    [Fact]
    public async Task An_error_log_of_ones_own_comes_back_whole()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("P", "lib", "<ErrorLog>obj/log.sarif,version=2.1</ErrorLog><AnyChange>$(Other)</AnyChange>");
        sandbox.Write("P/Warned.cs", Warned);
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        string log = sandbox.Read("P/obj/log.sarif");
        Assert.Contains("CS0168", log, StringComparison.Ordinal);

        sandbox.DeleteOutputs();
        BuildResult again = (await sandbox.BuildAsync("P", "-p:Other=1")).Expect(misses: "P");
        Assert.Equal("compile", again.GateOf("P"));
        Assert.Equal(log, sandbox.Read("P/obj/log.sarif"));
    }

    private static string[] WarningLines(BuildResult result, string code) =>
        [.. result.Output.Split('\n').Select(line => line.Trim()).Where(line => line.Contains($"warning {code}", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];

    private static async Task AssertSameAsWithoutCacheAsync(Sandbox sandbox, string project = "App")
    {
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        sandbox.DeleteOutputs();
        using Sandbox off = sandbox.WithEmptyCache();
        (await off.BuildAsync(project)).Succeeded();
        Assert.Equal(cached, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }
}
