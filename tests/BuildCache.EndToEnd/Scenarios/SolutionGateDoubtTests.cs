namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Where the solution gate cannot be sure, the projects are looked up one by one, and the build is right.</summary>
public class SolutionGateDoubtTests
{
    [Fact]
    public async Task Projects_that_cannot_be_judged_by_facts_are_evaluated_and_named()
    {
        (string Project, string Body, string Reason)[] cases =
        [
            ("Behind", "<Target Name=\"Mine\" AfterTargets=\"Build\"><WriteLinesToFile File=\"mine.log\" Lines=\"ran\" /></Target>", "Mine"),
            ("Restoring", "<Target Name=\"Mine\" BeforeTargets=\"Restore\"><Exec Command=\"true\" /></Target>", "Mine"),
            ("Reading", "<PropertyGroup><Company>$([System.IO.File]::GetLastWriteTime('$(MSBuildThisFileDirectory)../company.txt').Year)</Company></PropertyGroup>", "GetLastWriteTime"),
            ("Packing", "<PropertyGroup><GeneratePackageOnBuild>true</GeneratePackageOnBuild></PropertyGroup>", "package"),
            ("Finding", "<ItemGroup><None Include=\"**/*.json\" /></ItemGroup>", "DefaultItemExcludes"),
            ("Asking", "<PropertyGroup><Where>../one</Where><Where>../two</Where></PropertyGroup><PropertyGroup Condition=\"Exists('$(Where)')\"><Company>Two</Company></PropertyGroup>", "changes on the way"),
        ];
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write("company.txt", "One");
        sandbox.WriteProject("Lib", "lib");
        foreach ((string project, string body, _) in cases)
        {
            sandbox.WriteProject(project, "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", body: body);
        }

        sandbox.WriteSolution(["Lib", .. cases.Select(one => one.Project)]);
        (await sandbox.BuildAsync()).Succeeded();

        BuildResult second = await sandbox.BuildAsync("-p:BuildCacheExplain=true");

        second.Succeeded();
        Assert.True(second.GateOf("Lib") == "solution", second.Output);
        Assert.All(cases, one =>
        {
            Assert.NotEqual("solution", second.GateOf($"{one.Project}/net10.0"));
            Assert.Contains(second.Output.Split('\n'), line => line.Contains($"{one.Project}.csproj is evaluated", StringComparison.Ordinal) && line.Contains(one.Reason, StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_the_solution_writes_before_its_build_counts_in_this_very_build(bool isBeforeOurs)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        const string Import = "<Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" />";
        const string Mine = "<Target Name=\"Mine\" BeforeTargets=\"Build\"><Copy SourceFiles=\"$(SolutionDir)text.txt\" DestinationFiles=\"$(SolutionDir)Lib/Text.cs\" SkipUnchangedFiles=\"false\" /></Target>";
        sandbox.Write("Directory.Solution.targets", $"<Project>{(isBeforeOurs ? Mine + Import : Import + Mine)}</Project>");
        foreach (string text in (string[])["one", "two", "three"])
        {
            // Written where restore has run already: what the gate saw then is not what is compiled.
            sandbox.Write("text.txt", $"public static class Text {{ public const string Value = \"the text is {text}\"; }}\n");
            (await sandbox.BuildAsync()).Succeeded();
            Assert.Contains($"the text is {text}", System.Text.Encoding.Unicode.GetString(File.ReadAllBytes(sandbox.PathOf("App/bin/Debug/net10.0/Lib.dll"))) +
                System.Text.Encoding.Unicode.GetString(File.ReadAllBytes(sandbox.PathOf("App/bin/Debug/net10.0/Lib.dll")).AsSpan(1)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_time_of_a_file_that_an_item_asks_for_is_the_present_one()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write("data.txt", "the same all along");
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><Data Include=\"$(MSBuildThisFileDirectory)../data.txt\" /><AssemblyMetadata Include=\"@(Data->'changed in %(ModifiedTime)')\" Value=\"by somebody\" /></ItemGroup>");
        sandbox.WriteProject("Other", "lib");
        sandbox.WriteSolution("Lib", "Other");
        foreach (int year in (int[])[2001, 2002, 2001])
        {
            File.SetLastWriteTimeUtc(sandbox.PathOf("data.txt"), new DateTime(year, 7, 1, 0, 0, 0, DateTimeKind.Utc));

            (await sandbox.BuildAsync()).Succeeded();

            Assert.Contains($"changed in {year}-", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(sandbox.PathOf("Lib/bin/Debug/net10.0/Lib.dll"))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_runs_after_the_build_still_runs()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.WriteProject("Lib", "lib", body: "<Target Name=\"Mine\" AfterTargets=\"Build\"><WriteLinesToFile File=\"../.git/mine.log\" Lines=\"ran\" /></Target>");
        (await sandbox.BuildAsync()).Succeeded();
        (await sandbox.BuildAsync()).Succeeded();

        Assert.Equal(2, File.ReadAllLines(sandbox.PathOf(".git/mine.log")).Length);
    }

    [Fact]
    public async Task Damaged_records_and_those_of_a_newer_version_cost_nothing_but_time()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        foreach (string record in Records(sandbox))
        {
            byte[] bytes = File.ReadAllBytes(record);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(record, bytes);
        }

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("project", Sandbox.ChainProjects);
        foreach (string record in Records(sandbox))
        {
            File.WriteAllText(record, "bc-solution/99 of the future");
        }

        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("project", Sandbox.ChainProjects);
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
    }

    [Fact]
    public async Task An_entry_that_is_gone_is_built_again()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        foreach (string file in Directory.GetFiles(Path.Combine(sandbox.Cache, "v1", "cas"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        Assert.True(File.Exists(sandbox.PathOf("App/bin/Debug/net10.0/App.dll")));
    }

    [Fact]
    public async Task A_project_that_leaves_or_joins_the_solution_is_seen()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.WriteProject("New", "lib", references: "Lib");
        sandbox.WriteSolution("Lib", "Mid", "Multi", "App", "New");

        BuildResult joined = await sandbox.BuildAsync();

        joined.Expect(hits: Sandbox.ChainProjects, misses: "New").ExpectGate("solution", Sandbox.ChainProjects);
        sandbox.WriteSolution("Lib", "Mid", "New");
        (await sandbox.BuildAsync()).Succeeded();
        Directory.Delete(sandbox.PathOf("New"), recursive: true);
        (await sandbox.BuildAsync()).Failed();
        sandbox.WriteSolution("Lib", "Mid");
        BuildResult left = await sandbox.BuildAsync();
        Assert.Contains("Mid", left.Succeeded().Hits);
    }

    [Fact]
    public async Task A_solution_outside_of_the_repository_is_built_as_always()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        string outside = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(sandbox.Root)!, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(outside, "Out.slnx"), "<Solution><Project Path=\"../repo/Lib/Lib.csproj\" /></Solution>");
        File.Copy(sandbox.PathOf("Directory.Solution.targets"), Path.Combine(outside, "Directory.Solution.targets"));
        File.Copy(sandbox.PathOf("global.json"), Path.Combine(outside, "global.json"));
        File.Copy(sandbox.PathOf("nuget.config"), Path.Combine(outside, "nuget.config"));
        string solution = Path.Combine(outside, "Out.slnx");

        (await sandbox.BuildAsync(solution)).Expect(misses: "Lib");
        (await sandbox.BuildAsync(solution)).Expect(hits: "Lib");
    }

    [Theory]
    [InlineData("tools/All.slnx", "<Solution><Folder Name=\"/one/\"><Project Path=\"../Lib/Lib.csproj\" /></Folder><Folder Name=\"/one/two/\"><File Path=\"../global.json\" /><Project Path=\"../Mid/Mid.csproj\" /></Folder></Solution>")]
    [InlineData("tools/größer & co/All.sln", """

        Microsoft Visual Studio Solution File, Format Version 12.00
        Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "a folder", "a folder", "{00000009-0000-0000-0000-000000000000}"
        EndProject
        Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Lib", "..\..\Lib\Lib.csproj", "{00000001-0000-0000-0000-000000000000}"
        EndProject
        Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Mid", "..\..\Mid\Mid.csproj", "{00000002-0000-0000-0000-000000000000}"
        EndProject
        Global
        	GlobalSection(SolutionConfigurationPlatforms) = preSolution
        		Debug|Any CPU = Debug|Any CPU
        	EndGlobalSection
        	GlobalSection(ProjectConfigurationPlatforms) = postSolution
        		{00000001-0000-0000-0000-000000000000}.Debug|Any CPU.ActiveCfg = Debug|Any CPU
        		{00000001-0000-0000-0000-000000000000}.Debug|Any CPU.Build.0 = Debug|Any CPU
        		{00000002-0000-0000-0000-000000000000}.Debug|Any CPU.ActiveCfg = Debug|Any CPU
        		{00000002-0000-0000-0000-000000000000}.Debug|Any CPU.Build.0 = Debug|Any CPU
        	EndGlobalSection
        	GlobalSection(NestedProjects) = preSolution
        		{00000001-0000-0000-0000-000000000000} = {00000009-0000-0000-0000-000000000000}
        	EndGlobalSection
        EndGlobal

        """)]
    public async Task A_solution_with_folders_that_lies_below_the_root_is_passed_by(string path, string text)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        File.Delete(sandbox.PathOf("All.slnx"));
        sandbox.Write(path, text);
        (await sandbox.BuildAsync(path)).Expect(misses: "Lib Mid");

        (await sandbox.BuildAsync(path)).Expect(hits: "Lib Mid").ExpectGate("solution", "Lib Mid");
        sandbox.WriteSource("Mid", "lib", "Lib", "edited");
        (await sandbox.BuildAsync(path)).Expect(hits: "Lib", misses: "Mid");
    }

    [Fact]
    public async Task With_half_of_the_clone_missing_the_build_fails_as_without_the_cache_and_recovers()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        string aside = sandbox.PathOf(".git/aside");
        Directory.Move(sandbox.PathOf("Mid"), aside);

        Assert.Contains("Mid.csproj", (await sandbox.BuildAsync()).Failed().Output, StringComparison.Ordinal);
        Assert.Contains("Mid.csproj", (await sandbox.BuildAsync("App")).Failed().Output, StringComparison.Ordinal);
        Directory.Move(aside, sandbox.PathOf("Mid"));
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects).ExpectGate("solution", Sandbox.ChainProjects);
        foreach (string source in Directory.GetFiles(sandbox.Root, "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("App", StringComparison.Ordinal)))
        {
            File.Delete(source);
        }

        Assert.Contains("CS0103", (await sandbox.BuildAsync()).Failed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_restore_is_shown_where_other_projects_are_unchanged()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        sandbox.WriteProject("Mid", "lib", references: "Lib", body: "<ItemGroup><PackageReference Include=\"There.Is.No.Such.Package\" Version=\"1.0.0\" /></ItemGroup>");

        Assert.Contains("NU1101", (await sandbox.BuildAsync()).Failed().Output, StringComparison.Ordinal);
    }

    private static string[] Records(Sandbox sandbox) => Directory.GetFiles(Path.Combine(sandbox.Cache, "v1", "solutions"), "*", SearchOption.AllDirectories);
}
