using System.Reflection.Metadata;

namespace BuildCache.EndToEnd.Scenarios;

public class SourceRevisionTests
{
    [Fact]
    public async Task Neutral_a_new_commit_is_no_miss_and_changes_no_byte()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        await sandbox.CommitAsync("first");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);

        await sandbox.CommitAsync("second");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=write")).Succeeded();
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
    }

    [Fact]
    public async Task Exact_a_new_commit_is_a_miss_and_is_compiled_in()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<BuildCacheSourceRevision>exact</BuildCacheSourceRevision>");
        await sandbox.CommitAsync("first");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        string first = sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs");
        Assert.Contains("InformationalVersionAttribute(\"1.0.0+", first, StringComparison.Ordinal);

        await sandbox.CommitAsync("second");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.NotEqual(first, sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-p:ContinuousIntegrationBuild=true")]
    public async Task Neutral_takes_away_the_commit_and_nothing_else(string how)
    {
        using Sandbox sandbox = await SourcesAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync(["Hello", .. how.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        (await sandbox.BuildAsync(["Hello", .. how.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Expect(misses: "Hello");

        SortedDictionary<string, string> ours = TreeSnapshot.TimelessOutputs(sandbox.Root);
        foreach (string path in stock.Keys.Where(path => how.Length > 0 && TreeSnapshot.HoldsHashesOfPaths(path)).ToArray())
        {
            // In CI clones in other folders are to share, which the hash of the compiler's arguments shows.
            stock.Remove(path);
            ours.Remove(path);
        }

        TreeSnapshot.AssertEqual(stock, ours);
        Assert.Equal([".NETCoreApp,Version=v10.0.AssemblyAttributes.cs", "Hello.AssemblyInfo.cs", "Ignored.cs"], Embedded(sandbox));
        Assert.Contains("\"https://github.com/one/one.git\"", sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"), StringComparison.Ordinal);
        Assert.Contains("\"1.0.0\"", sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hello")]
    [InlineData("All.slnx")]
    public async Task What_git_ignores_and_where_the_repository_comes_from_counts_where_it_is_compiled_in(string built)
    {
        using Sandbox sandbox = await SourcesAsync();
        sandbox.WriteProject("Other", "lib");
        sandbox.WriteSolution("Hello", "Other");
        await sandbox.CommitAsync("second");
        string[] build = [built, "-p:BuildCacheExplain=true"];
        (await sandbox.BuildAsync(build)).Succeeded();
        (await sandbox.BuildAsync(build)).Expect(hits: Of("Hello Other"));

        // Of this user, and about no source: nothing changes. Then one that is about a source.
        sandbox.Write(".git/info/exclude", "# mine\n.idea/\n*.swp\nThumbs.db\n");
        (await sandbox.BuildAsync(build)).Expect(hits: Of("Hello Other"));
        sandbox.Write(".git/info/exclude", "Sub/\n");
        BuildResult other = (await sandbox.BuildAsync(build)).Expect(misses: "Hello", hits: built == "Hello" ? "" : "Other");
        Assert.Contains("what git ignores here", other.ReasonOf("Hello"), StringComparison.Ordinal);
        File.Delete(sandbox.PathOf(".git/info/exclude"));
        (await sandbox.BuildAsync(build)).Expect(hits: Of("Hello Other"));

        sandbox.Write(".gitignore", "bin/\nobj/\n");
        Assert.Contains(".gitignore", (await sandbox.BuildAsync(build)).Expect(misses: Of("Hello Other")).ReasonOf("Hello"), StringComparison.Ordinal);
        Assert.DoesNotContain("Ignored.cs", Embedded(sandbox));

        await sandbox.GitAsync("remote", "set-url", "origin", "https://github.com/two/two.git");
        (await sandbox.BuildAsync(build)).Expect(misses: "Hello", hits: built == "Hello" ? "" : "Other");
        Assert.Contains("two.git", sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"), StringComparison.Ordinal);

        string Of(string all) => built == "Hello" ? "Hello" : all;
    }

    [Fact]
    public async Task Neutral_no_target_of_the_build_sees_the_commit_and_a_package_names_it()
    {
        using Sandbox sandbox = await SourcesAsync("""
            <Target Name="Say" BeforeTargets="GetAssemblyAttributes" DependsOnTargets="InitializeSourceControlInformation">
              <ItemGroup><AssemblyMetadata Include="Commit" Value="[$(SourceRevisionId)$(SourceBranchName)@(SourceRoot->'%(RevisionId)')]" /></ItemGroup>
            </Target>
            """);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Contains("\"Commit\", \"[", sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"), StringComparison.Ordinal);
        Assert.DoesNotMatch("[0-9a-f]{40}|main|master", sandbox.Read("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs"));

        (await sandbox.DotnetAsync("build", "Hello", "-t:Pack", "-p:BuildCacheSourceRevision=neutral")).Succeeded();

        Assert.Matches("repository type=\"git\" url=\"https://github.com/one/one.git\" branch=\"[^\"]+\" commit=\"[0-9a-f]{40}\"", sandbox.Read("Hello/obj/Debug/Hello.1.0.0.nuspec"));
    }

    /// <summary>A project with a source that git ignores, and one that it does not, in a repository that comes from GitHub.</summary>
    private static async Task<Sandbox> SourcesAsync(string body = "")
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", "<PublishRepositoryUrl>true</PublishRepositoryUrl>", body: body);
        sandbox.Write("Hello/Sub/Plain.cs", "class Plain\n{\n    int F() { return 1; }\n}\n");
        sandbox.Write("Hello/Ignored.cs", "class Ignored\n{\n    int F() { return 1; }\n}\n");
        await sandbox.GitAsync("add", "-A");
        sandbox.Write(".gitignore", "bin/\nobj/\nIgnored.cs\n");
        await sandbox.CommitAsync("first");
        await sandbox.GitAsync("remote", "add", "origin", "https://github.com/one/one.git");
        return sandbox;
    }

    /// <summary>The names of the sources that the pdb holds, in order.</summary>
    private static string[] Embedded(Sandbox sandbox)
    {
        Guid embedded = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(sandbox.PathOf("Hello/obj/Debug/net10.0/Hello.pdb")));
        MetadataReader reader = provider.GetMetadataReader();
        return [.. reader.Documents
            .Where(document => reader.GetCustomDebugInformation(document).Any(information => reader.GetGuid(reader.GetCustomDebugInformation(information).Kind) == embedded))
            .Select(document => Path.GetFileName(reader.GetString(reader.GetDocument(document).Name)))
            .Order(StringComparer.Ordinal)];
    }
}
