using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Tests.Storage;

public class StorePrunerTests : TestFolder
{
    private static readonly DateTime s_now = new(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly StoreLayout _layout;
    private readonly LocalStore _store;
    private readonly StorePruner _pruner;

    public StorePrunerTests()
    {
        _layout = new StoreLayout(PathOf("cache"));
        _store = new LocalStore(_layout, Log);
        _pruner = new StorePruner(_layout, new FixedClock(), Log);
    }

    [Fact]
    public void What_was_used_longest_ago_goes_first()
    {
        Put("old", 1000, s_now.AddDays(-3));
        Put("middle", 1000, s_now.AddDays(-2));
        Put("new", 1000, s_now.AddDays(-1));

        PruneResult? result = _pruner.Prune(2100);

        Assert.Equal(new PruneResult(2000, 1000, 1), result);
        Assert.Equal([false, true, true], ((string[])["old", "middle", "new"]).Select(Exists));
        Assert.Empty(Log.Reports);
    }

    [Fact]
    public void What_a_wrong_clock_dated_into_the_future_grows_old_all_the_same()
    {
        Put("future", 1000, s_now.AddYears(1));
        string temporary = Write($"cache/v1/tmp/1a2b-{Guid.NewGuid():N}", "of a killed process");
        File.SetLastWriteTimeUtc(temporary, s_now.AddYears(1));

        _pruner.Prune(1);
        Assert.Equal(s_now, File.GetLastWriteTimeUtc(temporary));

        new StorePruner(_layout, new Later(), Log).Prune(1);
        Assert.False(Exists("future") || File.Exists(temporary));
    }

    [Fact]
    public void What_a_killed_clear_left_goes()
    {
        Put("kept", 10, s_now);
        string folder = $"cache/v1.cleared-{Guid.NewGuid():N}";
        string left = Write(folder + "/cas/00/00", "blob");
        string other = Write("cache/v1.cleared-by-hand/notes", "a person's");

        _pruner.Prune(1000);

        Assert.False(File.Exists(left) || Directory.Exists(PathOf(folder)));
        Assert.True(File.Exists(other));
        Assert.True(Exists("kept"));
    }

    [Fact]
    public void Under_its_size_nothing_goes()
    {
        Put("old", 1000, s_now.AddDays(-300));

        Assert.Equal(new PruneResult(1000, 0, 0), _pruner.Prune(1000));
        Assert.True(Exists("old"));
    }

    [Fact]
    public void What_was_used_within_the_grace_stays_whatever_the_size()
    {
        Put("running", 1000, s_now.AddMinutes(-30));
        Put("done", 1000, s_now.AddHours(-2));

        _pruner.Prune(1);

        Assert.True(Exists("running"));
        Assert.False(Exists("done"));
    }

    [Fact]
    public void A_blob_that_two_entries_share_stays_with_the_younger_one()
    {
        CachedOutput shared = Entries.Output(_store, "{repo}/a", "shared");
        foreach ((string key, int days) in (ReadOnlySpan<(string, int)>)[("old", -3), ("new", -1)])
        {
            _store.PutEntry(Entries.Entry(key, shared));
            File.SetLastWriteTimeUtc(_layout.EntryPath(Digest.Of(key)), s_now.AddDays(days));
        }

        File.SetLastWriteTimeUtc(_layout.BlobPath(shared.Digest), s_now.AddDays(-3));
        _pruner.Prune(6);

        Assert.True(File.Exists(_layout.BlobPath(shared.Digest)));
        Assert.NotNull(_store.TryGetEntry(Digest.Of("new")));
    }

    [Fact]
    public void A_blob_that_no_entry_names_goes_after_the_grace()
    {
        Digest digest = _store.PutBytes("orphan"u8.ToArray());
        File.SetLastWriteTimeUtc(_layout.BlobPath(digest), s_now.AddMinutes(-10));
        _pruner.Prune(1_000_000);
        Assert.True(File.Exists(_layout.BlobPath(digest)));

        File.SetLastWriteTimeUtc(_layout.BlobPath(digest), s_now.AddHours(-2));
        _pruner.Prune(1_000_000);
        Assert.False(File.Exists(_layout.BlobPath(digest)));
    }

    [Fact]
    public void A_damaged_entry_goes()
    {
        Put("damaged", 10, s_now.AddDays(-1));
        string path = _layout.EntryPath(Digest.Of("damaged"));
        File.WriteAllText(path, "no entry");
        File.SetLastWriteTimeUtc(path, s_now.AddDays(-1));

        _pruner.Prune(1_000_000);

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_second_pruner_does_not_wait_for_the_first()
    {
        Put("old", 1000, s_now.AddDays(-3));
        using FileStream other = new(_layout.PruneLock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);

        Assert.Null(_pruner.Prune(1));
        Assert.True(Exists("old"));
    }

    [Fact]
    public void Clear_leaves_an_empty_cache_that_works()
    {
        Put("old", 1000, s_now);

        _pruner.Clear();

        Assert.Empty(Directory.GetFileSystemEntries(PathOf("cache")));
        Assert.Null(_store.TryGetEntry(Digest.Of("old")));
        Put("new", 1000, s_now);
        Assert.True(Exists("new"));
    }

    /// <summary>BuildCacheDirectory may name a folder that had a folder v1 before, such as one of a program with versions of its interface.</summary>
    [Theory]
    [InlineData("readme.md")]
    [InlineData("projects/List.cs")]
    [InlineData("history/ab/notes.txt")]
    [InlineData("tmp/old/notes.txt")]
    [InlineData("cas/README")]
    [InlineData("trees/records.record")]
    [InlineData("trees/ab/records.record")]
    public void What_the_cache_did_not_write_stays(string name)
    {
        Put("old", 1000, s_now.AddDays(-3));
        string foreign = Write("cache/v1/" + name, "precious");
        for (string path = foreign; path != PathOf("cache"); path = Path.GetDirectoryName(path)!)
        {
            File.SetLastWriteTimeUtc(path, s_now.AddYears(-2));
        }

        _pruner.Prune(1);
        CacheException refused = Assert.Throws<CacheException>(_pruner.Clear);

        Assert.Equal("precious", File.ReadAllText(foreign));
        Assert.Equal(Diagnostics.StoreHoldsOthers, refused.Diagnostic);
        Assert.Contains(foreign, refused.Message, StringComparison.Ordinal);
        Assert.False(Exists("old"));
        File.Delete(foreign);
        _pruner.Clear();
        Assert.Empty(Directory.GetFileSystemEntries(PathOf("cache")));
    }

    [Fact]
    public void A_cache_that_is_not_there_needs_no_pruning()
    {
        Assert.Equal(new PruneResult(0, 0, 0), _pruner.Prune(1));
        _pruner.Clear();
        Assert.False(Directory.Exists(PathOf("cache")));
    }

    private void Put(string key, int size, DateTime used)
    {
        CachedOutput output = Entries.Output(_store, "{repo}/" + key, key.PadRight(size));
        _store.PutEntry(Entries.Entry(key, output));
        File.SetLastWriteTimeUtc(_layout.EntryPath(Digest.Of(key)), used);
        File.SetLastWriteTimeUtc(_layout.BlobPath(output.Digest), used);
    }

    private bool Exists(string key) => File.Exists(_layout.EntryPath(Digest.Of(key)));

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now;
    }

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now.AddDays(3);
    }
}
