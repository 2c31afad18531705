using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>Entries by action key. Safe for concurrent use; a damaged entry is a miss.</summary>
internal interface IEntryStore
{
    /// <summary>The entry; <see langword="null"/> on a miss.</summary>
    CacheEntry? TryGetEntry(Digest actionKey);

    /// <summary>Writes the entry. All its blobs must have been put before: the entry is the commit.</summary>
    void PutEntry(CacheEntry entry);
}
