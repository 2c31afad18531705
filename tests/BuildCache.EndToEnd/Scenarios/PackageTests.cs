namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Projects with packages that many use, whose targets take part in the build: a hit leaves the files of a build without the cache.</summary>
public class PackageTests
{
    [Theory]
    [InlineData("Microsoft.NET.Test.Sdk/18.11.0;xunit/2.9.3;xunit.runner.visualstudio/3.1.5", "")]
    [InlineData("Humanizer/3.0.10", "")]
    [InlineData("", "<IsAotCompatible>true</IsAotCompatible>")]
    public async Task A_fresh_clone_has_the_files_of_a_build_without_the_cache(string packages, string properties)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        string references = string.Concat(packages.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(package => package.Split('/')).Select(package => $"<PackageReference Include=\"{package[0]}\" Version=\"{package[1]}\" />"));
        sandbox.WriteProject("Lib", "lib", "<RootNamespace>Own</RootNamespace>" + properties, body: $"<ItemGroup>{references}</ItemGroup>");
        sandbox.WriteSolution("Lib");
        SortedDictionary<string, string> stock = await sandbox.StockAsync();
        (await sandbox.BuildAsync()).Expect(misses: "Lib");
        sandbox.DeleteOutputs();

        (await sandbox.BuildAsync()).Expect(hits: "Lib").ExpectGate("solution", "Lib").ExpectNoRestore();

        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }
}
