namespace BuildCache.EndToEnd;

/// <summary>What the compiler writes outside of bin and obj: MSBuild's list of written files does not have all of it.</summary>
public class CompilerOutputTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_error_log_the_comments_and_generated_files_come_back_and_are_no_inputs(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("P", "lib", """
            <ErrorLog>../logs/P.sarif,version=2.1</ErrorLog><DocumentationFile>P.xml</DocumentationFile><NoWarn>$(NoWarn);1591</NoWarn>
            <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles><CompilerGeneratedFilesOutputPath>Generated</CompilerGeneratedFilesOutputPath>
            """, body: "<ItemGroup><Compile Remove=\"Generated/**\" /></ItemGroup>");
        sandbox.WriteSolution("P");
        sandbox.Write("logs/readme.txt", "");
        sandbox.Write("P/Regexes.cs", "public partial class Regexes { [System.Text.RegularExpressions.GeneratedRegex(\"a+\")] public static partial System.Text.RegularExpressions.Regex Letters(); }\n");
        (await sandbox.BuildAsync()).Expect(misses: "P");
        SortedDictionary<string, string> built = Written(sandbox);
        Assert.Equal(["P/P.xml", "logs/P.sarif"], built.Keys.Where(path => !path.StartsWith("P/Generated/", StringComparison.Ordinal)));
        Assert.Contains(built.Keys, path => path.EndsWith("RegexGenerator.g.cs", StringComparison.Ordinal));

        // They lie in the project's folder now, and are no inputs of the next build.
        (await sandbox.BuildAsync()).Expect(hits: "P");
        DeleteWritten(sandbox);
        (await sandbox.BuildAsync()).Expect(hits: "P");
        TreeSnapshot.AssertEqual(built, Written(sandbox));
        DeleteWritten(sandbox);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "P");
        TreeSnapshot.AssertEqual(built, Written(sandbox));

        // What the generator makes no longer goes, although the compiler lets it lie.
        sandbox.Write("P/Regexes.cs", "public class Regexes;\n");
        (await sandbox.BuildAsync()).Expect(misses: "P");
        Assert.DoesNotContain(Written(sandbox).Keys, path => path.StartsWith("P/Generated/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_place_for_several_frameworks_is_refused_by_name()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Multi", "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks><ErrorLog>log.sarif</ErrorLog>");
        BuildResult result = (await sandbox.BuildAsync("Multi")).Expect(skipped: "Multi/net10.0 Multi/netstandard2.0");
        Assert.Contains("log.sarif", result.ReasonOf("Multi/net10.0"), StringComparison.Ordinal);
    }

    private static SortedDictionary<string, string> Written(Sandbox sandbox)
    {
        SortedDictionary<string, string> all = TreeSnapshot.All(sandbox.Root);
        return new(all.Where(file => file.Key is "P/P.xml" or "logs/P.sarif" || file.Key.StartsWith("P/Generated/", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
    }

    private static void DeleteWritten(Sandbox sandbox)
    {
        File.Delete(sandbox.PathOf("P/P.xml"));
        File.Delete(sandbox.PathOf("logs/P.sarif"));
        Directory.Delete(sandbox.PathOf("P/Generated"), recursive: true);
    }
}
