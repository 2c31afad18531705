namespace BuildCache.EndToEnd.Stale;

/// <summary>
/// MSBuild's nodes live on and remember: what they build of something old is not stored under the key of the new.
/// </summary>
public sealed class RememberedByNodesTests
{
    private static readonly string[] s_names = ["A", "B", "C", "D"];

    [Fact]
    public async Task A_package_packed_anew_under_its_version()
    {
        (Sandbox sandbox, string feed, string packages) = await WithPackageAsync("old");
        using Sandbox own = sandbox;

        PackageFeed.Pack(feed, "Own", "1.0.0", "new", targets: Saying("new"));
        Directory.Delete(Path.Combine(packages, "own"), recursive: true);
        (await sandbox.BuildAsync()).Succeeded();

        await CloneSaysAsync(sandbox, "new");
    }

    [Fact]
    public async Task A_build_file_replaced_with_its_times()
    {
        using Sandbox sandbox = await SolutionAsync("");
        string file = sandbox.PathOf("Said.targets");
        sandbox.Write("Said.targets", Saying("old"));
        sandbox.Write("Directory.Build.targets", "<Project><Import Project=\"Said.targets\" /></Project>\n");
        DateTime written = File.GetLastWriteTimeUtc(file);
        await sandbox.CommitAsync("with a build file");
        (await sandbox.BuildAsync()).Succeeded();

        sandbox.Write("Said.targets", Saying("new"));
        File.SetLastWriteTimeUtc(file, written);
        await sandbox.CommitAsync("another build file");
        (await sandbox.BuildAsync()).Succeeded();

        await CloneSaysAsync(sandbox, "new");
    }

    [Fact]
    public async Task Where_all_packages_were_restored_again_nothing_else_is_built_and_a_bundle_is_whole()
    {
        (Sandbox sandbox, _, string packages) = await WithPackageAsync("same");
        using Sandbox own = sandbox;

        Directory.Delete(packages, recursive: true);
        sandbox.DeleteOutputs();
        BuildResult again = (await sandbox.BuildAsync("-p:BuildCacheExplain=true")).Succeeded();
        Assert.Equal(s_names.Length, again.Hits.Count);

        Directory.Delete(packages, recursive: true);
        string output = await sandbox.CommandAsync(
            "build", "-nologo", "-m:2", "-t:BuildCacheExport", $"-p:BuildCacheBundle={sandbox.PathOf("../all.bundle")}");
        Assert.DoesNotContain("BCSDK3023", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The compiler's server outlives all builds, and loads a generator once; each build here is a process that
    /// remembers nothing.
    /// </summary>
    [Fact]
    public async Task A_generator_packed_anew_under_its_version()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.InFreshProcesses = true;
        sandbox.OptIn("<BuildCacheRelocatable>true</BuildCacheRelocatable>");
        sandbox.WriteProject("P", "lib", body: "<ItemGroup><PackageReference Include=\"Own\" Version=\"1.0.0\" /></ItemGroup>");
        byte[] old = await GeneratorAsync(sandbox, "old"), fresh = await GeneratorAsync(sandbox, "new");
        (string feed, string packages) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Own", "1.0.0", "old", analyzer: old);
        await sandbox.CommitAsync("with the generator");
        (await sandbox.BuildAsync("P")).Succeeded();
        AssertSays(sandbox, "it is old");

        PackageFeed.Pack(feed, "Own", "1.0.0", "new", analyzer: fresh);
        Directory.Delete(Path.Combine(packages, "own"), recursive: true);
        (await sandbox.BuildAsync("P")).Succeeded();

        using Sandbox clone = await sandbox.CloneAsync("clone");
        clone.Environment["NUGET_PACKAGES"] = packages;
        clone.InFreshProcesses = true;
        (await clone.BuildAsync("P", "-p:UseSharedCompilation=false")).Succeeded();
        AssertSays(clone, "it is new");

        static void AssertSays(Sandbox at, string text) => Assert.True(
            File.ReadAllBytes(at.PathOf("P/bin/Debug/net10.0/P.dll")).AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes(text)) > 0, text);
    }

    /// <summary>
    /// The same package, loaded from each of the two folders, has types that are not those of the other.
    /// </summary>
    [Fact]
    public async Task Two_folders_of_packages_with_the_same_package_on_the_same_nodes()
    {
        using Sandbox one = await SolutionAsync("");
        one.Environment["NUGET_PACKAGES"] = one.PathOf("../packages-of-one");
        await one.CommitAsync("first");
        using Sandbox two = await one.CloneAsync("two");
        two.ReusesNodes = true;
        two.Environment["NUGET_PACKAGES"] = two.PathOf("../packages-of-two");
        two.Environment["BuildCacheDirectory"] = two.PathOf("../cache-of-two");

        (await one.BuildAsync()).Succeeded();
        BuildResult other = (await two.BuildAsync()).Succeeded();

        Assert.DoesNotContain("BCSDK", other.Output, StringComparison.Ordinal);
    }

    /// <summary>An assembly with a generator that says a text.</summary>
    private static async Task<byte[]> GeneratorAsync(Sandbox sandbox, string text)
    {
        sandbox.WriteProject(
            "Gen", "lib", "<BuildCacheEnabled>false</BuildCacheEnabled><AssemblyName>Own.Generator</AssemblyName>",
            body: "<ItemGroup><Reference Include=\"$(RoslynTargetsPath)/bincore/Microsoft.CodeAnalysis.dll\" Private=\"false\" /></ItemGroup>");
        sandbox.Write("Gen/Gen.cs", $$"""
            using Microsoft.CodeAnalysis;
            [Generator]
            public class Gen : IIncrementalGenerator
            {
                public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterPostInitializationOutput(
                    output => output.AddSource("g", "public static class G { public static string Text() => \"it is {{text}}\"; }"));
            }
            """);
        (await sandbox.BuildAsync("Gen")).Succeeded();
        byte[] built = await File.ReadAllBytesAsync(sandbox.PathOf("Gen/bin/Debug/net10.0/Own.Generator.dll"));
        Directory.Delete(sandbox.PathOf("Gen"), recursive: true);
        return built;
    }

    /// <summary>Four projects with a package, built, with its source and the folder that it is restored into.</summary>
    private static async Task<(Sandbox Sandbox, string Feed, string Packages)> WithPackageAsync(string text)
    {
        Sandbox sandbox = await SolutionAsync("<PackageReference Include=\"Own\" Version=\"1.0.0\" />");
        (string feed, string packages) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Own", "1.0.0", text, targets: Saying(text));
        await sandbox.CommitAsync("with the package");
        (await sandbox.BuildAsync()).Succeeded();
        return (sandbox, feed, packages);
    }

    /// <summary>Four projects on two nodes that live on.</summary>
    private static async Task<Sandbox> SolutionAsync(string items)
    {
        Sandbox sandbox = (await Sandbox.CreateAsync()).OnTwoNodes();
        sandbox.ReusesNodes = true;
        sandbox.OptIn("<BuildCacheRelocatable>true</BuildCacheRelocatable>");
        foreach (string name in s_names)
        {
            sandbox.WriteProject(name, "lib", body: $"<ItemGroup>{items}</ItemGroup>");
        }

        sandbox.WriteSolution(s_names);
        return sandbox;
    }

    private static string Saying(string text) =>
        $"<Project><ItemGroup><AssemblyMetadata Include=\"said\" Value=\"it is {text}\" /></ItemGroup></Project>\n";

    private static async Task CloneSaysAsync(Sandbox sandbox, string text)
    {
        using Sandbox clone = await sandbox.CloneAsync("clone");
        if (sandbox.Environment.TryGetValue("NUGET_PACKAGES", out string? packages))
        {
            clone.Environment["NUGET_PACKAGES"] = packages;
        }

        clone.InFreshProcesses = true;
        (await clone.BuildAsync()).Succeeded();
        foreach (string name in s_names)
        {
            string assembly = await File.ReadAllTextAsync(clone.PathOf($"{name}/bin/Debug/net10.0/{name}.dll"), System.Text.Encoding.Latin1);
            Assert.Contains($"it is {text}", assembly, StringComparison.Ordinal);
        }
    }
}
