namespace BuildCache.EndToEnd.Scenarios;

public class InputTests
{
    [Fact]
    public async Task A_file_in_the_projects_folder_counts_unless_it_is_removed_from_the_inputs()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Deaf", "lib", body: "<ItemGroup><BuildCacheInput Remove=\"README.md\" /><None Remove=\"README.md\" /></ItemGroup>");
        sandbox.WriteProject("App", "exe", references: "Lib;Deaf");
        sandbox.Write("Lib/README.md", "one");
        sandbox.Write("Deaf/README.md", "one");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib Deaf App");

        sandbox.Write("Lib/README.md", "two");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib", hits: "Deaf App");

        sandbox.Write("Deaf/README.md", "two");
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib Deaf App");
    }

    /// <summary>Projects of one process that have the same items share them: one whose item differs in its last metadata alone has a key of its own, and nothing but the item says so.</summary>
    [Fact]
    public async Task Items_that_two_projects_have_alike_count_for_each_once_they_differ()
    {
        const string Flag = "<ItemGroup><AssemblyMetadata Include=\"Flag\"><Value>no</Value><Value Condition=\"Exists('../flags/$(MSBuildProjectName)')\">yes</Value></AssemblyMetadata></ItemGroup>";
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheSolutionGate>false</BuildCacheSolutionGate>");
        sandbox.WriteProject("One", "lib", body: Flag);
        sandbox.WriteProject("Two", "lib", body: Flag);
        sandbox.WriteProject("App", "exe", references: "One;Two");
        (await sandbox.BuildAsync("App", "-m:1")).Expect(misses: "One Two App");

        sandbox.Write("flags/Two", "");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App", "-m:1")).Expect(hits: "One", misses: "Two App");
        Assert.Contains("yes", sandbox.Read("Two/obj/Debug/net10.0/Two.AssemblyInfo.cs"), StringComparison.Ordinal);

        File.Delete(sandbox.PathOf("flags/Two"));
        sandbox.Write("flags/One", "");
        (await sandbox.BuildAsync("App", "-m:1")).Expect(hits: "Two", misses: "One App");
        Assert.DoesNotContain("yes", sandbox.Read("Two/obj/Debug/net10.0/Two.AssemblyInfo.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_input_elsewhere_counts_and_one_that_does_not_exist_warns()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        sandbox.WriteProject("Hello", "exe", body: "<ItemGroup><BuildCacheInput Include=\"../shared/table.txt;../shared/absent.txt\" /><BuildCacheEnvironment Include=\"HELLO_FLAVOUR\" /></ItemGroup>");
        sandbox.Write("shared/table.txt", "one");
        BuildResult cold = (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Contains("warning BCSDK2001", cold.Output, StringComparison.Ordinal);
        Assert.Contains("absent.txt", cold.Output, StringComparison.Ordinal);

        sandbox.Write("shared/table.txt", "two");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        sandbox.Environment["HELLO_FLAVOUR"] = "vanilla";
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        sandbox.Environment["UNRELATED_VARIABLE"] = "1";
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
    }

    [LinuxTheory("ln -s")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_is_a_link_counts_by_what_it_leads_to(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("App", "exe");
        sandbox.WriteSolution("App");
        sandbox.Write("App/App.cs", "public static class App { public static void Main() { System.Console.WriteLine(Far.Word + Near.Word); } }\n");
        sandbox.Write("shared/Near.cs", Word("Near", "one"));
        sandbox.Write("shared/Other.cs", Word("Near", "six"));
        File.WriteAllText(sandbox.Outside("Far.cs"), Word("Far", "one"));
        File.CreateSymbolicLink(sandbox.PathOf("App/Far.cs"), sandbox.Outside("Far.cs"));
        File.CreateSymbolicLink(sandbox.PathOf("App/Near.cs"), "../shared/Near.cs");
        (await sandbox.BuildAsync()).Expect(misses: "App");
        (await sandbox.BuildAsync()).Expect(hits: "App");

        // Each text is as long as the one before, and the links themselves stay as they are: MSBuild alone, which looks at
        // them, takes the old outputs for current.
        File.WriteAllText(sandbox.Outside("Far.cs"), Word("Far", "two"));
        (await sandbox.BuildAsync()).Expect(misses: "App");
        sandbox.Write("shared/Near.cs", Word("Near", "two"));
        (await sandbox.BuildAsync()).Expect(misses: "App");
        Assert.Contains("twotwo", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);

        // Now the link leads elsewhere.
        File.Delete(sandbox.PathOf("App/Near.cs"));
        File.CreateSymbolicLink(sandbox.PathOf("App/Near.cs"), "../shared/Other.cs");
        (await sandbox.BuildAsync()).Expect(misses: "App");
        Assert.Contains("twosix", await sandbox.CommandAsync("run", "--no-build", "--project", "App"), StringComparison.Ordinal);

        static string Word(string type, string word) => $"public static class {type} {{ public const string Word = \"{word}\"; }}\n";
    }

    [Fact]
    public async Task Settings_that_change_no_output_change_no_key()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        (await sandbox.BuildAsync("Hello", "-p:BuildCacheExplain=true", "-p:BuildCacheMaxSize=5GB", "-p:BuildCacheMode=read")).Expect(hits: "Hello");
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheRequireHit=true")).Expect(hits: "Hello");
    }
}
