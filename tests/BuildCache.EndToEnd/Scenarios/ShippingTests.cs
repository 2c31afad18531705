using System.IO.Compression;
using System.Security.Cryptography;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What is packed or published without a build is what it is without the cache: with its commit and Source Link.</summary>
public class ShippingTests
{
    private const string Code = "BCSDK5061";

    private static readonly string[] s_off = ["-p:BuildCacheEnabled=false"];

    [Fact]
    public async Task A_program_that_was_built_before_is_published_with_its_commit_and_so_are_its_references()
    {
        using Sandbox sandbox = await CommittedAsync();
        string[] publish = ["publish", "App", "-c", "Release", "-f", "net10.0", "--no-build"];
        (await sandbox.BuildAsync(["App", "-c", "Release", "-p:Version=1.2.3", .. s_off])).Succeeded();
        (await sandbox.DotnetAsync([.. publish, .. s_off])).Succeeded();
        SortedDictionary<string, string> stock = Published(sandbox);
        sandbox.DeleteOutputs();

        BuildResult built = (await sandbox.BuildAsync("App", "-c", "Release", "-p:Version=1.2.3")).Succeeded();
        Assert.NotEqual(stock["App.dll"], TreeSnapshot.All(sandbox.PathOf("App/bin/Release/net10.0"))["App.dll"]);
        BuildResult published = (await sandbox.DotnetAsync(publish)).Succeeded();

        Assert.Equal(1, Count(published.Output, Code));
        Assert.Contains("BuildCacheSourceRevision=exact", published.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Code, built.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, Published(sandbox));
        Assert.Empty(Marks(sandbox));

        // It is exact now: nothing is to do. From the cache the mark comes back with the neutral result, and goes with the exact one.
        Assert.DoesNotContain(Code, (await sandbox.DotnetAsync(publish)).Succeeded().Output, StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App", "-c", "Release", "-p:Version=1.2.3")).Expect(hits: "Lib Multi App");
        Assert.Equal(3, Marks(sandbox).Length);
        Assert.Equal(1, Count((await sandbox.DotnetAsync(publish)).Succeeded().Output, Code));
        TreeSnapshot.AssertEqual(stock, Published(sandbox));

        // The cache is off in the second command.
        (await sandbox.BuildAsync("App", "-c", "Release", "-p:Version=1.2.3")).Succeeded();
        Assert.Equal(1, Count((await sandbox.DotnetAsync([.. publish, .. s_off])).Succeeded().Output, Code));
        TreeSnapshot.AssertEqual(stock, Published(sandbox));

        // Only a reference is neutral.
        (await sandbox.BuildAsync("Lib", "-c", "Release", "-p:Version=1.2.3")).Succeeded();
        BuildResult one = (await sandbox.DotnetAsync(publish)).Succeeded();
        Assert.Contains(Code + ": 'Lib.csproj'", one.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, Published(sandbox));
    }

    [Fact]
    public async Task Packages_of_a_solution_that_was_built_before_are_those_without_the_cache()
    {
        using Sandbox sandbox = (await CommittedAsync()).OnTwoNodes();
        string[] pack = ["pack", "-c", "Release", "--no-build", "-o", sandbox.PathOf("bin")];
        (await sandbox.BuildAsync(["-c", "Release", .. s_off])).Succeeded();
        (await sandbox.DotnetAsync([.. pack, .. s_off])).Succeeded();
        SortedDictionary<string, string> stock = Packed(sandbox);
        Assert.Contains(stock, file => file.Value.Contains("commit=", StringComparison.Ordinal));
        sandbox.DeleteOutputs();

        (await sandbox.BuildAsync("-c", "Release")).Expect(misses: Projects);
        BuildResult packed = (await sandbox.DotnetAsync(pack)).Succeeded();

        Assert.Contains(Code, packed.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, Packed(sandbox));
        Assert.Empty(Marks(sandbox));

        // Built exact, or neutral by the project's own word, or in a folder without a commit: no word, and nothing done.
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("-c", "Release", "-p:BuildCacheSourceRevision=exact")).Succeeded();
        Assert.Empty(Marks(sandbox));
        Assert.DoesNotContain(Code, (await sandbox.DotnetAsync(pack)).Succeeded().Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, Packed(sandbox));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("-c", "Release")).Expect(hits: Projects);
        Assert.DoesNotContain(Code, (await sandbox.DotnetAsync([.. pack, "-p:BuildCacheSourceRevision=neutral"])).Succeeded().Output, StringComparison.Ordinal);
        Directory.Move(sandbox.PathOf(".git/refs"), sandbox.PathOf(".git/no refs"));
        Assert.DoesNotContain(Code, (await sandbox.DotnetAsync(pack)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_the_second_time_fails_the_command_and_the_next_one_too()
    {
        using Sandbox sandbox = await CommittedAsync();
        (await sandbox.BuildAsync("Lib", "-c", "Release")).Succeeded();
        string good = sandbox.Read("Lib/Lib.cs");
        sandbox.Write("Lib/Lib.cs", "not a program");

        Assert.Contains("CS", (await sandbox.DotnetAsync("pack", "Lib", "-c", "Release", "--no-build")).Failed().Output, StringComparison.Ordinal);
        (await sandbox.DotnetAsync("pack", "Lib", "-c", "Release", "--no-build")).Failed();
        sandbox.Write("Lib/Lib.cs", good);
        Assert.Contains(Code, (await sandbox.DotnetAsync("pack", "Lib", "-c", "Release", "--no-build")).Succeeded().Output, StringComparison.Ordinal);

        // A mark that nobody can read says nothing about the assembly.
        (await sandbox.BuildAsync("Lib", "-c", "Release")).Succeeded();
        sandbox.Write("Lib/obj/Release/net10.0/buildcache.neutral", "something else\n");
        Assert.Contains("BCSDK5062", (await sandbox.DotnetAsync("pack", "Lib", "-c", "Release", "--no-build")).Failed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_made_in_the_build_or_by_a_target_has_its_commit()
    {
        using Sandbox sandbox = await CommittedAsync();
        (await sandbox.DotnetAsync(["build", "Lib", "-c", "Release", "-t:Pack", .. s_off])).Succeeded();
        SortedDictionary<string, string> stock = Packed(sandbox);
        sandbox.DeleteOutputs();

        Assert.Contains(Code, (await sandbox.DotnetAsync("build", "Lib", "-c", "Release", "-t:Pack")).Succeeded().Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, Packed(sandbox));

        sandbox.DeleteOutputs();
        BuildResult built = (await sandbox.BuildAsync("Lib", "-c", "Release", "-p:GeneratePackageOnBuild=true")).Succeeded();
        Assert.DoesNotContain(Code, built.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, Packed(sandbox));
    }

    [Fact]
    public async Task A_tool_and_a_package_that_holds_the_assembly_of_a_reference_have_theirs()
    {
        using Sandbox sandbox = await CommittedAsync();
        sandbox.WriteProject("Tool", "exe", "<PackAsTool>true</PackAsTool>", references: "Lib");
        sandbox.WriteProject("Both", "lib", "<TargetsForTfmSpecificBuildOutput>$(TargetsForTfmSpecificBuildOutput);AddLib</TargetsForTfmSpecificBuildOutput>", references: "Lib", body: """
            <Target Name="AddLib" DependsOnTargets="ResolveReferences">
              <ItemGroup><BuildOutputInPackage Include="@(ReferenceCopyLocalPaths->WithMetadataValue('ReferenceSourceTarget', 'ProjectReference'))" /></ItemGroup>
            </Target>
            """);
        await sandbox.CommitAsync("second");
        foreach (string project in (string[])["Tool", "Both"])
        {
            string[] pack = ["pack", project, "-c", "Release", "--no-build", "-p:BuildProjectReferences=false"];
            (await sandbox.BuildAsync([project, "-c", "Release", .. s_off])).Succeeded();
            (await sandbox.DotnetAsync([.. pack, .. s_off])).Succeeded();
            SortedDictionary<string, string> stock = Packed(sandbox);
            Assert.Contains(stock.Keys, name => name.EndsWith("/Lib.dll", StringComparison.Ordinal));
            sandbox.DeleteOutputs();

            (await sandbox.BuildAsync(project, "-c", "Release")).Succeeded();
            Assert.Contains(Code, (await sandbox.DotnetAsync(pack)).Succeeded().Output, StringComparison.Ordinal);
            TreeSnapshot.AssertEqual(stock, Packed(sandbox));

            // The project itself is exact, and only what it takes along is not.
            (await sandbox.BuildAsync("Lib", "-c", "Release")).Succeeded();
            Assert.Contains(Code + ": 'Lib.csproj'", (await sandbox.DotnetAsync(pack)).Succeeded().Output, StringComparison.Ordinal);
            TreeSnapshot.AssertEqual(stock, Packed(sandbox));
            sandbox.DeleteOutputs();
        }
    }

    private const string Projects = "Lib Multi/net10.0 Multi/netstandard2.0 App";

    /// <summary>Lib; Multi, for two frameworks; and App, a program on top of both. In a repository that comes from GitHub.</summary>
    private static async Task<Sandbox> CommittedAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Multi", "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>");
        sandbox.WriteProject("App", "exe", references: "Lib;Multi");
        sandbox.WriteSolution("Lib", "Multi", "App");
        await sandbox.CommitAsync("first");
        await sandbox.GitAsync("remote", "add", "origin", "https://github.com/one/one.git");
        return sandbox;
    }

    private static SortedDictionary<string, string> Published(Sandbox sandbox)
    {
        string folder = sandbox.PathOf("App/bin/Release/net10.0/publish");
        SortedDictionary<string, string> files = TreeSnapshot.All(folder);
        Directory.Delete(folder, recursive: true);
        return files;
    }

    /// <summary>What is in the packages below the repository, which are deleted: names and digests, and the text of each nuspec.</summary>
    private static SortedDictionary<string, string> Packed(Sandbox sandbox)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string package in Directory.GetFiles(sandbox.Root, "*.nupkg", SearchOption.AllDirectories))
        {
            using (ZipArchive archive = ZipFile.OpenRead(package))
            {
                foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => !entry.FullName.StartsWith("_rels", StringComparison.Ordinal) && !entry.FullName.StartsWith("package/", StringComparison.Ordinal)))
                {
                    using MemoryStream content = new();
                    using (Stream stream = entry.Open())
                    {
                        stream.CopyTo(content);
                    }

                    files[$"{Path.GetFileName(package)}/{entry.FullName}"] = entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)
                        ? System.Text.Encoding.UTF8.GetString(content.ToArray()) : Convert.ToHexStringLower(SHA256.HashData(content.ToArray()));
                }
            }

            File.Delete(package);
        }

        return files;
    }

    private static string[] Marks(Sandbox sandbox) => Directory.GetFiles(sandbox.Root, "buildcache.neutral", SearchOption.AllDirectories);

    private static int Count(string text, string part) => text.Split(part + ":").Length - 1;
}
