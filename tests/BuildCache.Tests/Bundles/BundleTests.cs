using System.IO.Compression;
using System.Text.Json;
using BuildCache.Bundles;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Tests.Bundles;

public class BundleTests : TestFolder
{
    private const long Room = 1L << 30;

    private readonly LocalStore _from;
    private readonly LocalStore _to;
    private readonly CacheEntry _entry;

    public BundleTests()
    {
        _from = new LocalStore(new StoreLayout(PathOf("from")), Log);
        _to = new LocalStore(new StoreLayout(PathOf("to")), Log);
        Digest facts = _from.PutBytes(FactsFormat.Write([new Fact(FactKind.File, "{packages}/some.sdk/1.0.0/Sdk/Sdk.props", Digest.Of("x"))]));
        FakePackage.Write(PathOf("packages"), "some.sdk", "1.0.0", ("Sdk/Sdk.props", "<Project />"));
        _entry = Entries.Entry("key", Entries.Output(_from, "{repo}/App/bin/App.dll", "code"), Entries.Output(_from, "{repo}/App/bin/App.pdb", new string('p', 200_000))) with { Facts = facts };
        _from.PutEntry(_entry);
        new InputRecords(_from.Layout).Add(Digest.Of("weak"), new InputRecord(_entry.ActionKey, facts));
        new InputRecords(_from.Layout).Add(Digest.Of("other"), new InputRecord(Digest.Of("not exported"), facts));
    }

    [Fact]
    public void All_that_an_entry_needs_comes_along_and_nothing_else()
    {
        string bundle = Export();

        ImportResult result = Import(bundle);

        Assert.Equal((1, 1), (result.Entries, result.Packages));
        Assert.Equal(EntryFormat.Write(_entry), EntryFormat.Write(_to.TryGetEntry(_entry.ActionKey)!));
        Assert.All(_entry.Outputs, output => Assert.NotNull(_to.TryGetFile(output.Digest, output.Size, CancellationToken.None)));
        Assert.Equal([new InputRecord(_entry.ActionKey, _entry.Facts)], new InputRecords(_to.Layout).Read(Digest.Of("weak")));
        Assert.Empty(new InputRecords(_to.Layout).Read(Digest.Of("other")));
        Assert.Equal("<Project />", File.ReadAllText(PathOf("there/some.sdk/1.0.0/Sdk/Sdk.props")));
        Assert.Equal(0, Import(bundle).NewBytes);
        Assert.Empty(Log.Reports);
    }

    [Fact]
    public void What_the_cache_does_not_hold_is_named()
    {
        File.Delete(_from.Layout.BlobPath(_entry.Outputs[0].Digest));
        BundleContents contents = new(_from, new PackageStore(_from, Log), Roots());

        contents.AddEntry("App", _entry.ActionKey, CancellationToken.None);
        contents.AddEntry("Other", Digest.Of("never built"), CancellationToken.None);

        Assert.Equal(["App: its outputs are not in the cache", "Other: its outputs are not in the cache"], contents.Missing);
    }

    [Fact]
    public void A_truncated_bundle_is_refused_wherever_it_ends()
    {
        string bundle = Export();
        byte[] whole = File.ReadAllBytes(bundle);
        for (int length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 40))
        {
            File.WriteAllBytes(bundle, whole[..length]);
            Refuses(bundle);
        }

        AssertNothingCame();
    }

    [Fact]
    public void A_flipped_byte_is_found_wherever_it_is()
    {
        string bundle = Export();
        byte[] whole = File.ReadAllBytes(bundle);
        for (int at = 0; at < whole.Length; at += Math.Max(1, whole.Length / 97))
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 0x55;
            File.WriteAllBytes(bundle, flipped);
            Directory.CreateDirectory(_to.Layout.Root);
            Directory.Delete(_to.Layout.Root, recursive: true);
            try
            {
                Import(bundle);
            }
            catch (CacheException refused)
            {
                Assert.Contains(refused.Diagnostic, (Diagnostic[])[Diagnostics.BundleRefused, Diagnostics.BundleOfAnother]);
            }

            // Whatever was taken in has its digest.
            AssertAllHaveTheirDigests();
        }
    }

    [Fact]
    public void A_newer_format_says_so()
    {
        string bundle = Export();
        using (ZipArchive archive = ZipFile.Open(bundle, ZipArchiveMode.Update))
        {
            archive.Comment = archive.Comment.Replace("bundle/1 ", "bundle/2 ", StringComparison.Ordinal);
        }

        Assert.Same(Diagnostics.BundleOfAnother, Assert.Throws<CacheException>(() => BundleReader.Open(bundle, Room)).Diagnostic);
    }

    [Fact]
    public void Content_without_its_digest_is_refused()
    {
        string blob = BundleFile.Name(BundleFile.Blobs, _entry.Outputs[0].Digest);
        string bundle = Forge(static manifest => manifest, (blob, "kode"u8.ToArray()));

        Refuses(bundle);

        Assert.Null(_to.TryGetEntry(_entry.ActionKey));
        AssertNothingCame();
    }

    [Fact]
    public void A_member_that_unpacks_to_more_than_it_says_is_refused_before_it_does()
    {
        string blob = BundleFile.Name(BundleFile.Blobs, _entry.Outputs[0].Digest);
        string bundle = Forge(static manifest => manifest, (blob, new byte[64 << 20]));

        Refuses(bundle);

        AssertNothingCame();
    }

    [Fact]
    public void More_than_the_cache_may_hold_is_refused_before_anything_is_unpacked()
    {
        CacheException refused = Assert.Throws<CacheException>(() => BundleReader.Open(Export(), maxBytes: 100_000));

        Assert.Same(Diagnostics.BundleRefused, refused.Diagnostic);
        Assert.Contains("BuildCacheMaxSize", refused.Arguments[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../evil")]
    [InlineData("cas/../../evil")]
    [InlineData("ac/0123")]
    [InlineData("tmp/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("/etc/passwd")]
    public void A_name_that_is_none_of_the_caches_is_refused(string name)
    {
        Refuses(Forge(manifest => manifest with { Members = [.. manifest.Members, new BundleMember(name, Digest.Of("").ToString(), 0)] }, (name, [])));

        AssertNothingCame();
    }

    [Fact]
    public void A_package_that_names_a_file_outside_its_folder_is_refused()
    {
        StoredPackage evil = new("evil", "1.0.0", "hash", [new PackageFile("../../../out.txt", _entry.Outputs[0].Digest, 4, 0, DateTime.UnixEpoch)]);
        byte[] bytes = PackageFormat.Write(evil);
        string name = BundleFile.Name(BundleFile.Packages, evil.Key);
        string bundle = Forge(manifest => manifest with { Members = [.. manifest.Members, new BundleMember(name, Digest.Of(bytes).ToString(), bytes.Length)] }, (name, bytes));

        using BundleReader reader = BundleReader.Open(bundle, Room);
        Assert.Throws<InvalidDataException>(() => reader.Import(_to, new PackageStore(_to, Log), PathOf("there"), CancellationToken.None));

        Assert.False(File.Exists(PathOf("out.txt")));
    }

    [Fact]
    public void An_archive_that_is_no_bundle_is_refused()
    {
        string zip = PathOf("some.zip");
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            archive.CreateEntry("manifest.json");
        }

        Refuses(zip);
        Refuses(Write("some.txt", "no archive"));
    }

    private string Export()
    {
        BundleContents contents = new(_from, new PackageStore(_from, Log), Roots());
        contents.AddEntry("App", _entry.ActionKey, CancellationToken.None);
        contents.AddRecords();
        Assert.Empty(contents.Missing);
        Assert.Equal(["some.sdk 1.0.0"], contents.Packages);
        string path = PathOf("bundle.zip");
        BundleWriter.Write(path, Manifest([.. contents.Members().Select(each => each.Member)]), contents.Members(), CancellationToken.None);
        return path;
    }

    /// <summary>The bundle with another manifest, or with other content in some members.</summary>
    private string Forge(Func<BundleManifest, BundleManifest> change, params (string Name, byte[] Content)[] content)
    {
        Dictionary<string, byte[]> members = [];
        BundleManifest manifest;
        using (ZipArchive archive = ZipFile.OpenRead(Export()))
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using MemoryStream bytes = new();
                using Stream from = entry.Open();
                from.CopyTo(bytes);
                members[entry.FullName] = bytes.ToArray();
            }

            manifest = change(JsonSerializer.Deserialize(members[BundleFile.Manifest], BundleJson.Default.BundleManifest)!);
        }

        members.Remove(BundleFile.Manifest);
        foreach ((string name, byte[] bytes) in content)
        {
            members[name] = bytes;
        }

        string path = PathOf("forged.zip");
        BundleWriter.Write(path, manifest, members.Select(member => (new BundleMember(member.Key, "", 0), (string?)null, (byte[]?)member.Value)), CancellationToken.None);
        return path;
    }

    private static BundleManifest Manifest(IReadOnlyList<BundleMember> members) => new()
    {
        FormatVersion = BundleManifest.Newest,
        Engine = "engine",
        EngineVersion = "0.0.0",
        DotnetSdk = "10.0.100",
        Platform = "any",
        Folder = "",
        Made = DateTime.UnixEpoch,
        Of = "App",
        Projects = [],
        Packages = [],
        Members = members,
    };

    private ImportResult Import(string bundle)
    {
        using BundleReader reader = BundleReader.Open(bundle, Room);
        return reader.Import(_to, new PackageStore(_to, Log), PathOf("there"), CancellationToken.None);
    }

    private void Refuses(string bundle) => Assert.Same(Diagnostics.BundleRefused, Assert.Throws<CacheException>(() => Import(bundle)).Diagnostic);

    private void AssertNothingCame()
    {
        Assert.False(Directory.Exists(PathOf("there")));
        Assert.False(Directory.Exists(_to.Layout.Entries));
        Assert.False(Directory.Exists(_to.Layout.Temporary) && Directory.EnumerateFiles(_to.Layout.Temporary).Any());
        Assert.Equal(["bundle.zip", "forged.zip"], Directory.GetFiles(Scratch).Select(path => Path.GetFileName(path)!).Append("forged.zip").Distinct().Order(StringComparer.Ordinal));
    }

    private void AssertAllHaveTheirDigests()
    {
        foreach (string path in Directory.Exists(_to.Layout.Blobs) ? Directory.GetFiles(_to.Layout.Blobs, "*", SearchOption.AllDirectories) : [])
        {
            Assert.Equal(Path.GetFileName(path), Digest.Of(File.ReadAllBytes(path)).ToString());
        }

        if (_to.TryGetEntry(_entry.ActionKey) is { } entry)
        {
            Assert.Equal(EntryFormat.Write(_entry), EntryFormat.Write(entry));
        }
    }
}
