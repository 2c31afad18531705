using System.Runtime.InteropServices;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests.Storage;

public partial class LocalStoreTests : TestFolder
{
    private readonly StoreLayout _layout;
    private readonly LocalStore _store;

    public LocalStoreTests()
    {
        _layout = new StoreLayout(PathOf("cache"));
        _store = new LocalStore(_layout, Log);
    }

    [Fact]
    public void A_file_comes_back_by_its_digest()
    {
        string source = Write("source", "content");

        Digest digest = _store.PutFile(source, CancellationToken.None);

        Assert.Equal(Digest.Of("content"), digest);
        Assert.Equal("content", File.ReadAllText(_store.TryGetFile(digest, 7, CancellationToken.None)!));
        Assert.Equal("content"u8.ToArray(), _store.TryGetBytes(digest));
        Assert.Equal(digest, _store.PutFile(source, CancellationToken.None));
        Assert.Empty(Directory.GetFiles(_layout.Temporary));
    }

    [Fact]
    public void An_empty_file_is_content_too()
    {
        Digest digest = _store.PutFile(Write("source", ""), CancellationToken.None);

        Assert.NotNull(_store.TryGetFile(digest, 0, CancellationToken.None));
        Assert.Equal([], _store.TryGetBytes(digest)!);
    }

    [Fact]
    public void What_was_never_put_is_a_miss_without_a_report()
    {
        Assert.Null(_store.TryGetFile(Digest.Of("absent"), 6, CancellationToken.None));
        Assert.Null(_store.TryGetBytes(Digest.Of("absent")));
        Assert.Null(_store.TryGetEntry(Digest.Of("absent")));
        Assert.Empty(Log.Reports);
        Assert.False(Directory.Exists(_layout.Root));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cont")]
    [InlineData("CONTENT")]
    [InlineData("content and more")]
    public void A_damaged_blob_is_reported_removed_and_a_miss(string damaged)
    {
        Digest digest = _store.PutBytes("content"u8.ToArray());
        File.WriteAllText(_layout.BlobPath(digest), damaged);

        Assert.Null(_store.TryGetFile(digest, 7, CancellationToken.None));
        Assert.Equal(["BCSDK3002"], Log.Codes);
        Assert.False(File.Exists(_layout.BlobPath(digest)));
        Assert.Null(_store.TryGetFile(digest, 7, CancellationToken.None));
        _store.PutBytes("content"u8.ToArray());
        Assert.NotNull(_store.TryGetFile(digest, 7, CancellationToken.None));
    }

    [Fact]
    public void Damaged_bytes_are_reported_removed_and_a_miss()
    {
        Digest digest = _store.PutBytes("content"u8.ToArray());
        File.WriteAllText(_layout.BlobPath(digest), "CONTENT");

        Assert.Null(_store.TryGetBytes(digest));
        Assert.Equal(["BCSDK3002"], Log.Codes);
        Assert.False(File.Exists(_layout.BlobPath(digest)));
    }

    [Fact]
    public void Putting_heals_a_blob_of_the_wrong_size()
    {
        string source = Write("source", "content");
        Digest digest = _store.PutFile(source, CancellationToken.None);
        File.WriteAllText(_layout.BlobPath(digest), "cont");

        _store.PutFile(source, CancellationToken.None);

        Assert.Equal("content", File.ReadAllText(_layout.BlobPath(digest)));
    }

    [Fact]
    public void An_entry_comes_back_and_a_damaged_one_is_reported_and_removed()
    {
        CacheEntry entry = Entries.Entry("key");
        _store.PutEntry(entry);
        Assert.Equal(entry.TargetPath, _store.TryGetEntry(entry.ActionKey)?.TargetPath);

        string path = _layout.EntryPath(entry.ActionKey);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Null(_store.TryGetEntry(entry.ActionKey));
        Assert.Equal(["BCSDK3002"], Log.Codes);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_second_process_finds_what_the_first_put()
    {
        Digest digest = _store.PutBytes("content"u8.ToArray());
        _store.PutEntry(Entries.Entry("key"));
        _store.Save();

        LocalStore other = new(_layout, Log);

        Assert.NotNull(other.TryGetFile(digest, 7, CancellationToken.None));
        Assert.NotNull(other.TryGetEntry(Digest.Of("key")));
    }

    [Fact]
    public void Use_is_noted_by_the_files_time()
    {
        Digest digest = _store.PutBytes("content"u8.ToArray());
        _store.PutEntry(Entries.Entry("key"));
        DateTime longAgo = DateTime.UtcNow.AddDays(-10);
        File.SetLastWriteTimeUtc(_layout.BlobPath(digest), longAgo);
        File.SetLastWriteTimeUtc(_layout.EntryPath(Digest.Of("key")), longAgo);

        _store.TryGetFile(digest, 7, CancellationToken.None);
        Assert.True(_store.TouchEntry(Digest.Of("key")));

        Assert.True(File.GetLastWriteTimeUtc(_layout.BlobPath(digest)) > longAgo.AddDays(1));
        Assert.True(File.GetLastWriteTimeUtc(_layout.EntryPath(Digest.Of("key"))) > longAgo.AddDays(1));
        Assert.False(_store.TouchEntry(Digest.Of("absent")));
    }

    [Fact]
    public async Task Many_that_put_the_same_at_once_all_succeed()
    {
        string source = Write("source", new string('x', 200_000));

        Digest[] digests = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => new LocalStore(_layout, Log).PutFile(source, CancellationToken.None))));

        Assert.Single(digests.Distinct());
        Assert.NotNull(_store.TryGetFile(digests[0], 200_000, CancellationToken.None));
        Assert.Empty(Log.Reports);
    }

    [LinuxFact("link")]
    public void A_blob_with_as_many_links_as_the_file_system_allows_is_a_blob_like_others()
    {
        string source = Write("source", "content");
        Digest digest = _store.PutFile(source, CancellationToken.None);
        string blob = _store.TryGetFile(digest, 7, CancellationToken.None)!;
        Directory.CreateDirectory(PathOf("links"));
        int links = 1;
        while (links < 65_000 && Link(blob, PathOf($"links/{links}")) == 0)
        {
            links++;
        }

        Assert.InRange(links, 1_000, 65_000);
        Assert.Equal("content", File.ReadAllText(new LocalStore(_layout, Log).TryGetFile(digest, 7, CancellationToken.None)!));
        Assert.Equal(digest, new LocalStore(_layout, Log).PutFile(source, CancellationToken.None));

        // One of the many names is written through: the blob is found damaged, and is made anew under its own name.
        File.WriteAllText(PathOf("links/7"), "another");
        Assert.Null(new LocalStore(_layout, Log).TryGetFile(digest, 7, CancellationToken.None));
        Assert.Equal(digest, new LocalStore(_layout, Log).PutFile(source, CancellationToken.None));
        Assert.Equal("content", File.ReadAllText(new LocalStore(_layout, Log).TryGetFile(digest, 7, CancellationToken.None)!));
        Assert.Equal("another", File.ReadAllText(PathOf("links/8")));
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
