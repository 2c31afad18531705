namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What targets write behind Build is there after a hit, too: also where nothing was evaluated.</summary>
public class BehindBuildTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_that_a_known_package_copies_are_part_of_the_outputs(bool solutionGate)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(solutionGate ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("Tests", "lib", "<OutputType>Exe</OutputType><RootNamespace>Own</RootNamespace>", body: "<ItemGroup><PackageReference Include=\"xunit.v3.mtp-v2\" Version=\"3.2.2\" /></ItemGroup>");
        sandbox.Write("Tests/Checks.cs", "public class Checks { [Xunit.Fact] public void Passes() { } }\n");
        sandbox.WriteSolution("Tests");
        SortedDictionary<string, string> stock = await sandbox.StockAsync();
        Assert.Contains("Tests/bin/Debug/net10.0/xunit.v3.runner.utility.netcore.dll", stock.Keys);
        (await sandbox.BuildAsync()).Expect(misses: "Tests");
        Assert.Equal(stock.Keys, TreeSnapshot.TimelessOutputs(sandbox.Root).Keys);

        for (int i = 0; i < 2; i++)
        {
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync()).Expect(hits: "Tests").ExpectGate(solutionGate ? "solution" : "project", "Tests");
            Assert.Equal(stock.Keys, TreeSnapshot.TimelessOutputs(sandbox.Root).Keys);
            (await sandbox.BuildAsync()).Expect(hits: "Tests").ExpectGate(solutionGate ? "solution" : "project", "Tests");
        }
    }

    [Theory]
    [InlineData("<CallTarget Targets=\"Publish\" />")]
    [InlineData("<PropertyGroup><Next>Publish</Next></PropertyGroup><CallTarget Targets=\"$(Next)\" />")]
    public async Task A_target_that_publishes_behind_each_build_does_so_after_a_hit(string call)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("App", "exe", body: $"<Target Name=\"Mine\" AfterTargets=\"Build\">{call}</Target>");
        sandbox.WriteProject("User", "lib", references: "App");
        sandbox.WriteSolution("App", "User");
        SortedDictionary<string, string> stock = await sandbox.StockAsync();
        Assert.Contains("App/bin/Debug/net10.0/publish/App.dll", stock.Keys);
        (await sandbox.BuildAsync()).Succeeded();

        for (int i = 0; i < 2; i++)
        {
            sandbox.DeleteOutputs();
            BuildResult hit = await sandbox.BuildAsync("-p:BuildCacheExplain=true");
            hit.Expect(hits: "App User");
            Assert.True((call.Contains("Next", StringComparison.Ordinal) ? "project" : "solution") == hit.GateOf("User"), hit.Output);
            Assert.Equal(stock.Keys, TreeSnapshot.TimelessOutputs(sandbox.Root).Keys);
        }

        sandbox.WriteSource("App", "exe", text: "edited");
        (await sandbox.BuildAsync()).Succeeded();
        Assert.Equal(sandbox.Read("App/bin/Debug/net10.0/App.dll"), sandbox.Read("App/bin/Debug/net10.0/publish/App.dll"));
    }

    [Fact]
    public async Task What_is_published_behind_a_build_is_looked_at_after_it()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("App", "exe", body: "<Target Name=\"Mine\" AfterTargets=\"Build\"><CallTarget Targets=\"Publish\" /></Target><ItemGroup><Content Include=\"text.txt\" CopyToPublishDirectory=\"Always\" /></ItemGroup>");
        sandbox.Write("App/text.txt", "one");
        sandbox.WriteProject("User", "lib", references: "App", body: "<ItemGroup><EmbeddedResource Include=\"../App/bin/Debug/net10.0/publish/text.txt\" LogicalName=\"text\" /></ItemGroup>");
        sandbox.WriteSolution("App", "User");
        foreach (string text in (string[])["one", "two"])
        {
            sandbox.Write("App/text.txt", text);
            (await sandbox.BuildAsync()).Succeeded();
            Assert.Contains(text, System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(sandbox.PathOf("User/bin/Debug/net10.0/User.dll"))), StringComparison.Ordinal);
            sandbox.Write("App/bin/Debug/net10.0/publish/text.txt", "spoilt");
            (await sandbox.BuildAsync()).Succeeded();
            Assert.Contains(text, System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(sandbox.PathOf("User/bin/Debug/net10.0/User.dll"))), StringComparison.Ordinal);
        }
    }
}
