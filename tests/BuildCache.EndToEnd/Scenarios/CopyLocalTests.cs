using System.Security.Cryptography;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Copy-local closures: the many equal copies in bin folders, each kept once, if at all.</summary>
public class CopyLocalTests
{
    private const string Projects = "Common Api Batch Tool";

    [Fact]
    public async Task The_sample_gets_every_copy_back_and_keeps_each_content_once()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.CopySample("CopyLocal");
        SortedDictionary<string, string> stock = await sandbox.StockAsync();
        (await sandbox.BuildAsync()).Expect(misses: Projects);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        Dictionary<string, long> stored = sandbox.Blobs().Select(blob => (Hash: Hash(blob), new FileInfo(blob).Length)).ToDictionary(blob => blob.Hash, blob => blob.Length);

        // The library of the repository is in four folders and once in the cache; what restore brings is in three, and not in the cache.
        Assert.All((string[])["Common", "Api", "Batch", "Tool"], name => Assert.Contains(Hash(sandbox.PathOf($"{name}/bin/Debug/net10.0/Common.dll")), stored.Keys));
        string[] packages = [.. Directory.GetFiles(sandbox.PathOf("Tool/bin/Debug/net10.0"), "*.dll").Where(file => Path.GetFileName(file) is not ("Tool.dll" or "Common.dll"))];
        Assert.True(packages.Length > 20, string.Join(' ', packages));
        Assert.All(packages, file => Assert.DoesNotContain(Hash(file), stored.Keys));
        long copies = Directory.GetFiles(sandbox.Root, "*", SearchOption.AllDirectories).Where(file => file.Contains("/bin/", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);
        Assert.True(stored.Values.Sum() < copies / 4, $"{stored.Values.Sum()} of {copies} bytes");

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: Projects);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        SortedDictionary<string, string> times = Times(sandbox);
        BuildResult plain = (await sandbox.BuildAsync(["-p:BuildCacheEnabled=false", .. Sandbox.WithoutCommit, "-v:n"])).Succeeded();
        TreeSnapshot.AssertEqual(times, Times(sandbox));
        Assert.DoesNotContain("Copying file from", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_is_gone_comes_back_and_one_that_somebody_changed_is_replaced()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.CopySample("CopyLocal");
        (await sandbox.BuildAsync()).Expect(misses: Projects);
        SortedDictionary<string, string> built = TreeSnapshot.Outputs(sandbox.Root);
        File.Delete(sandbox.PathOf("Api/bin/Debug/net10.0/Newtonsoft.Json.dll"));
        await File.WriteAllTextAsync(sandbox.PathOf("Batch/bin/Debug/net10.0/Common.dll"), "not an assembly");

        (await sandbox.BuildAsync()).Expect(hits: Projects);

        TreeSnapshot.AssertEqual(built, TreeSnapshot.Outputs(sandbox.Root));
    }

    /// <summary>Without MSBuild's cache of references, which holds times and is made anew.</summary>
    private static SortedDictionary<string, string> Times(Sandbox sandbox) =>
        new(TreeSnapshot.Times(sandbox.Root).Where(file => !TreeSnapshot.HoldsTimes(file.Key)).ToDictionary(), StringComparer.Ordinal);

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
