namespace BuildCache.EndToEnd.UsersFiles;

/// <summary>Files that git knows, at places where another commit's build writes.</summary>
public class TrackedFileTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_one_commit_makes_and_the_next_has_checked_in_is_not_deleted(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate><NoWarn>$(NoWarn);1591</NoWarn>");
        sandbox.WriteSolution("Hello");
        const string Made = """
            <PropertyGroup><DocumentationFile>docs/api.xml</DocumentationFile><BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks></PropertyGroup>
            <ItemGroup><BuildCacheOutput Include="docs/made.txt" /></ItemGroup>
            <Target Name="Make" BeforeTargets="CoreCompile"><WriteLinesToFile File="docs/made.txt" Lines="made" Overwrite="true" /></Target>
            """;
        sandbox.WriteProject("Hello", "exe", body: Made);
        await sandbox.CommitAsync("makes them");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");
        sandbox.WriteProject("Hello", "exe");
        sandbox.Write("Hello/docs/notes.txt", "never committed");
        await sandbox.CommitAsync("has them");
        (await sandbox.BuildAsync()).Expect(misses: "Hello");

        await sandbox.GitAsync("checkout", "-q", "HEAD~1");
        (await sandbox.BuildAsync()).Expect(hits: "Hello");
        await sandbox.GitAsync("checkout", "-q", "-f", "-");
        (await sandbox.BuildAsync()).Expect(hits: "Hello");
        await ExpectCleanAsync(sandbox);
        Assert.True(File.Exists(sandbox.PathOf("Hello/docs/api.xml")));
    }

    /// <summary>A folder for generated files may hold more than those.</summary>
    [Fact]
    public async Task In_the_folder_of_generated_files_only_those_are_the_builds()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles><CompilerGeneratedFilesOutputPath>../Generated</CompilerGeneratedFilesOutputPath>");
        foreach (string name in (string[])["A", "B"])
        {
            sandbox.WriteProject(name, "lib");
            sandbox.Write($"{name}/Regexes.cs", Regexes(name, "a+"));
        }

        sandbox.WriteSolution("A", "B");
        sandbox.Write("Generated/README.md", "by hand");
        sandbox.Write("Generated/System.Text.RegularExpressions.Generator/notes.txt", "by hand");
        await sandbox.CommitAsync("start");
        (await sandbox.BuildAsync()).Expect(misses: "A B");
        string generated = Assert.Single(Directory.GetFiles(sandbox.PathOf("Generated"), "*.g.cs", SearchOption.AllDirectories));

        // A hit brings back what the compiler made, and leaves what it did not make as it is now.
        sandbox.Write("Generated/README.md", "edited");
        sandbox.DeleteOutputs();
        File.Delete(generated);
        (await sandbox.BuildAsync()).Expect(hits: "A B");
        Assert.True(File.Exists(generated));
        Assert.Equal("edited", sandbox.Read("Generated/README.md"));

        // A miss takes away what the last build made, and nothing else.
        sandbox.Write("A/Regexes.cs", "public class Regexes;\n");
        sandbox.Write("B/Regexes.cs", "public class Regexes;\n");
        (await sandbox.BuildAsync()).Expect(misses: "A B");
        Assert.False(File.Exists(generated));
        Assert.Equal("edited", sandbox.Read("Generated/README.md"));
        Assert.Equal("by hand", sandbox.Read("Generated/System.Text.RegularExpressions.Generator/notes.txt"));

        // One that is tracked stays even then.
        sandbox.Write("A/Regexes.cs", Regexes("A", "a+"));
        (await sandbox.BuildAsync()).Expect(hits: "A B");
        await sandbox.CommitAsync("generated files are checked in");
        sandbox.Write("A/Regexes.cs", "public class Regexes;\n");
        (await sandbox.BuildAsync()).Expect(hits: "A B");
        Assert.True(File.Exists(generated));
    }

    /// <summary>Where sources lie, not all that lies there is the build's.</summary>
    [Fact]
    public async Task A_project_that_builds_into_a_folder_of_others_is_named_and_takes_nothing()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>");
        sandbox.WriteProject("Here", "lib", "<IntermediateOutputPath>./</IntermediateOutputPath>");
        sandbox.WriteProject("There", "lib", "<IntermediateOutputPath>../build/</IntermediateOutputPath>");
        sandbox.WriteSolution("Here", "There");
        sandbox.Write("Here/.local/data.db", "rows");
        sandbox.Write("build/local.sh", "echo\n");
        for (int round = 0; round < 2; round++)
        {
            BuildResult result = (await sandbox.BuildAsync()).Expect(skipped: "Here There");
            Assert.Contains("BaseIntermediateOutputPath", result.ReasonOf("There"), StringComparison.Ordinal);
            Assert.Equal("rows", sandbox.Read("Here/.local/data.db"));
            Assert.Equal("echo\n", sandbox.Read("build/local.sh"));
            sandbox.WriteSource("Here", "lib", text: "two");
        }
    }

    private static string Regexes(string name, string pattern) =>
        $"public partial class {name}Regexes {{ [System.Text.RegularExpressions.GeneratedRegex(\"{pattern}\")] public static partial System.Text.RegularExpressions.Regex Letters(); }}\n";

    private static async Task ExpectCleanAsync(Sandbox sandbox) =>
        Assert.Equal("", (await Tool.RunAsync(sandbox.Root, sandbox.Environment, "git", ["status", "--porcelain"])).Output.Trim());
}
