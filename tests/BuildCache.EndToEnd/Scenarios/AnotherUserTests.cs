using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Another user's clone: another folder, another home, another folder for packages.</summary>
public class AnotherUserTests
{
    private static readonly Guid s_embeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe");

    /// <summary>Compilers and generators that mix the folder into the ids of an assembly, although nothing in it names the folder: docs/exceptions.md.</summary>
    private static readonly string[] s_idsHoldPaths = ["Shop.Tax", "Shop.Ui", "Shop.Web"];

    [Fact]
    public async Task Everything_relocatable_hits_and_nothing_points_to_the_old_place()
    {
        using Sandbox one = await Shop.CreateAsync("<BuildCacheRelocatable>true</BuildCacheRelocatable>", "one");
        string packages = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        (await one.DotnetAsync("restore")).Succeeded();

        // The other user gets his packages from the first one's folder, which is a source like others.
        one.Write("nuget.config", $"<configuration><packageSources><clear /><add key=\"under-test\" value=\"{PackedSdk.Feed}\" /><add key=\"packages\" value=\"{packages}\" /></packageSources></configuration>\n");
        await one.CommitAsync("sources");

        // One node, so that what is found in the background is said before the build ends.
        BuildResult cold = (await one.BuildAsync("-v:n", "-m:1")).Succeeded();
        Assert.Empty(cold.Hits);

        using Sandbox two = await one.CloneAsync("another place");
        string home = Path.Combine(Path.GetDirectoryName(one.Root)!, "home");
        string ownPackages = Path.Combine(home, "own packages");
        Directory.CreateDirectory(ownPackages);
        two.Environment["HOME"] = home;
        two.Environment["USERPROFILE"] = home;
        two.Environment["NUGET_PACKAGES"] = ownPackages;
        two.Environment["DOTNET_CLI_HOME"] = home;
        BuildResult warm = (await two.BuildAsync("-p:BuildCacheExplain=true")).Succeeded();

        // What the test SDK writes for code coverage holds the folder in a form of its own: such projects say so, and are built.
        string[] bound = [.. warm.Misses.Order(StringComparer.Ordinal)];
        Assert.All(bound, name => Assert.EndsWith(".Tests", name, StringComparison.Ordinal));
        Assert.All(bound, name => Assert.Contains("holds the path of the folder it was made in", warm.ReasonOf(name), StringComparison.Ordinal));
        Assert.Equal(bound.Length, cold.Output.Split("BCSDK5005: ").Length - 1);
        Assert.True(warm.Hits.Count > 10, warm.Output);
        Assert.Empty(Mentions(two, one.Root + "/", packages + "/"));
        AssertSourcesAreFound(two, one.Root + "/");

        // It is complete: what is built here from scratch holds the same. Hashes of paths and caches that are made anew are named in docs/exceptions.md.
        SortedDictionary<string, string> restored = TreeSnapshot.Outputs(two.Root);
        two.DeleteOutputs();
        (await two.BuildAsync("-p:BuildCacheMode=write")).Succeeded();
        TreeSnapshot.AssertEqual(Comparable(TreeSnapshot.Outputs(two.Root)), Comparable(restored));
    }

    /// <summary>The files in bin and obj that hold a path, as UTF-8 or UTF-16, also inside binaries.</summary>
    private static List<string> Mentions(Sandbox sandbox, params string[] paths)
    {
        List<string> found = [];
        byte[][] forms = [.. paths.SelectMany(path => new[] { Encoding.UTF8.GetBytes(path), Encoding.Unicode.GetBytes(path) })];
        foreach (string file in Directory.EnumerateFiles(sandbox.Root, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(sandbox.Root, file);
            if (("/" + relative).Contains("/obj/", StringComparison.Ordinal) || ("/" + relative).Contains("/bin/", StringComparison.Ordinal))
            {
                byte[] content = File.ReadAllBytes(file);
                if (!TreeSnapshot.IsOfRestore(relative) && forms.Any(form => content.AsSpan().IndexOf(form) >= 0))
                {
                    found.Add(relative);
                }
            }
        }

        return found;
    }

    /// <summary>Every source that a pdb names below the mapped root lies in this clone, with the content that was compiled.</summary>
    private static void AssertSourcesAreFound(Sandbox sandbox, string oldPlace)
    {
        int documents = 0;
        foreach (string pdb in Directory.EnumerateFiles(sandbox.Root, "Shop.*.pdb", SearchOption.AllDirectories).Where(path => path.Contains("/bin/", StringComparison.Ordinal)))
        {
            using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbImage(ImmutableArray.Create(File.ReadAllBytes(pdb)));
            MetadataReader reader = provider.GetMetadataReader();
            foreach (string line in reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Where(information => reader.GetGuid(information.Kind) == s_embeddedSource)
                .SelectMany(information => Text(reader.GetBlobBytes(information.Value)).Split('\n')).Where(line => line.Contains(oldPlace, StringComparison.Ordinal)))
            {
                // The exception of docs/exceptions.md: Razor's generator names the page by its whole path, in lines for the compiler.
                Assert.True(line.StartsWith('#'), $"{pdb} holds generated code that points to the old place: {line}");
            }

            foreach (Document document in reader.Documents.Select(reader.GetDocument))
            {
                string name = reader.GetString(document.Name);
                Assert.True(name.StartsWith("/_/", StringComparison.Ordinal) || name.StartsWith("/_nuget/", StringComparison.Ordinal), $"{pdb} names {name}.");
                string source = sandbox.PathOf(name["/_/".Length..]);
                if (name.StartsWith("/_/", StringComparison.Ordinal) && File.Exists(source))
                {
                    byte[] compiled = reader.GetBlobBytes(document.Hash);
                    Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(source))), Convert.ToHexString(compiled));
                    documents++;
                }
            }
        }

        Assert.True(documents > 50, $"Only {documents} sources were found.");
    }

    /// <summary>The text of an embedded source: a length, 0 if it is not compressed, and the bytes.</summary>
    private static string Text(byte[] blob)
    {
        using MemoryStream content = new(blob, sizeof(int), blob.Length - sizeof(int));
        using Stream plain = BitConverter.ToInt32(blob) == 0 ? content : new DeflateStream(content, CompressionMode.Decompress);
        using StreamReader text = new(plain);
        return text.ReadToEnd();
    }

    private static SortedDictionary<string, string> Comparable(SortedDictionary<string, string> files) => new(
        files.Where(file => !TreeSnapshot.HoldsTimes(file.Key) && !TreeSnapshot.HoldsHashesOfPaths(file.Key) && !HoldsIdsOfPaths(file.Key)).ToDictionary(file => file.Key, file => file.Value), StringComparer.Ordinal);

    private static bool HoldsIdsOfPaths(string path) =>
        Path.GetExtension(path) is ".dll" or ".pdb" && s_idsHoldPaths.Contains(Path.GetFileNameWithoutExtension(path));
}
