using System.IO.Compression;
using System.Security.Cryptography;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What follows a build must not see whether it came from the cache.</summary>
public class OnTopOfAHitTests
{
    [Fact]
    public async Task Publishing_gives_the_files_that_it_gives_without_the_cache()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        sandbox.Write("App/settings.json", "{}");
        sandbox.WriteProject("App", "exe", references: "Mid;Multi", body: "<ItemGroup><Content Include=\"settings.json\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        await sandbox.CommitAsync("first");
        (await sandbox.DotnetAsync("publish", "App", "-p:BuildCacheEnabled=false")).Succeeded();
        SortedDictionary<string, string> stock = TreeSnapshot.All(sandbox.PathOf("App/bin/Release/net10.0/publish"));

        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("publish", "App")).Expect(misses: "Lib Mid Multi App");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.All(sandbox.PathOf("App/bin/Release/net10.0/publish")));

        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("publish", "App")).Expect(hits: "Lib Mid Multi App");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.All(sandbox.PathOf("App/bin/Release/net10.0/publish")));
    }

    /// <summary>What is put in place again must not be newer than what was built on it, and stayed.</summary>
    [Theory]
    [InlineData("true", "Lib/obj/Debug/net10.0/Lib.AssemblyInfo.cs")]
    [InlineData("false", "Lib/obj/Debug/net10.0/Lib.AssemblyInfo.cs")]
    [InlineData("true", "Lib/bin/Debug/net10.0/Lib.dll")]
    public async Task Where_one_output_was_damaged_nothing_is_compiled_or_copied_for_it(string bySolution, string damaged)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync($"<BuildCacheSolutionGate>{bySolution}</BuildCacheSolutionGate>");
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> built = TreeSnapshot.Outputs(sandbox.Root);
        sandbox.Write(damaged, "damaged");
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(built, TreeSnapshot.Outputs(sandbox.Root));

        BuildResult stock = (await sandbox.BuildAsync(["--no-restore", "-p:BuildCacheEnabled=false", "-v:d", "-tl:off", .. Sandbox.WithoutCommit])).Succeeded();

        Assert.Equal([], stock.Output.Split('\n').Where(static line => line.Contains("Copying file from", StringComparison.Ordinal) || line.Contains("Task \"Csc\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Packing_gives_the_package_that_it_gives_without_the_cache()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        await sandbox.CommitAsync("first");
        (await sandbox.DotnetAsync("pack", "Multi", "-p:BuildCacheEnabled=false")).Succeeded();
        SortedDictionary<string, string> stock = PackageContent(sandbox.PathOf("Multi/bin/Release/Multi.1.0.0.nupkg"));

        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("pack", "Multi")).Succeeded();
        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.DotnetAsync("pack", "Multi")).Succeeded();

        Assert.Contains("FROM-CACHE", (await sandbox.DotnetAsync("pack", "Multi", "-v:n")).Output, StringComparison.Ordinal);
        Assert.Empty(warm.Misses);
        TreeSnapshot.AssertEqual(stock, PackageContent(sandbox.PathOf("Multi/bin/Release/Multi.1.0.0.nupkg")));
    }

    [Fact]
    public async Task Running_runs_what_came_from_the_cache()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib Mid Multi App");
        sandbox.DeleteOutputs();

        BuildResult run = (await sandbox.DotnetAsync("run", "--project", "App")).Succeeded();

        Assert.Empty(run.Misses);
        Assert.Contains("App Mid Lib Multi", run.Output.Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(File.Exists(sandbox.PathOf("Mid/bin/Debug/net10.0/Mid.dll")));
    }

    [Fact]
    public async Task Testing_runs_the_tests_that_came_from_the_cache()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheSourceRevision>exact</BuildCacheSourceRevision>");
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Checks", "lib", references: "Lib", body: """
            <ItemGroup>
              <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />
              <PackageReference Include="xunit" Version="2.9.3" />
              <PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />
            </ItemGroup>
            """);
        sandbox.Write("Checks/Checks.cs", "public class Checks\n{\n    [Xunit.Fact]\n    public void Passes() { Xunit.Assert.StartsWith(\"Lib\", Lib.Say()); }\n}\n");
        (await sandbox.DotnetAsync("test", "Checks", "-p:BuildCacheEnabled=false")).Succeeded();
        SortedDictionary<string, string> stock = TreeSnapshot.All(sandbox.PathOf("Checks/bin"));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Checks")).Expect(misses: "Lib Checks");
        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.DotnetAsync("test", "Checks")).Succeeded();

        Assert.Empty(warm.Misses);
        Assert.Contains("Passed:     1", warm.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.All(sandbox.PathOf("Checks/bin")));
    }

    /// <summary>The files of a package, without the part whose name is random.</summary>
    private static SortedDictionary<string, string> PackageContent(string path)
    {
        SortedDictionary<string, string> content = new(StringComparer.Ordinal);
        using ZipArchive package = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in package.Entries.Where(entry => !entry.FullName.EndsWith(".psmdcp", StringComparison.Ordinal) && entry.Name != ".rels"))
        {
            using Stream stream = entry.Open();
            content[entry.FullName] = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        return content;
    }
}
