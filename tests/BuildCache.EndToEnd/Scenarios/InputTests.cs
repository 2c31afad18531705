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

    [Fact]
    public async Task Settings_that_change_no_output_change_no_key()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        (await sandbox.BuildAsync("Hello", "-p:BuildCacheExplain=true", "-p:BuildCacheMaxSize=5GB", "-p:BuildCacheMode=read")).Expect(hits: "Hello");
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheRequireHit=true")).Expect(hits: "Hello");
    }
}
