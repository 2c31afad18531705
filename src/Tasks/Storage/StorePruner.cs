using BuildCache.Hashing;
using BuildCache.Reporting;

namespace BuildCache.Storage;

/// <summary>Keeps the store under its size: the entries and packages used longest ago go first, then the blobs that no entry names.</summary>
/// <param name="Kept">Bytes of blobs that stay.</param>
/// <param name="Freed">Bytes of blobs that went.</param>
/// <param name="EntriesRemoved">How many entries went.</param>
internal readonly record struct PruneResult(long Kept, long Freed, int EntriesRemoved);

/// <inheritdoc cref="PruneResult"/>
internal sealed class StorePruner(StoreLayout layout, TimeProvider clock, ICacheLog log)
{
    /// <summary>What was written or used within this time may belong to a running build, and stays.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private const string Cleared = ".cleared-";

    /// <summary>Brings the store under <paramref name="maxBytes"/>. Returns <see langword="null"/> when another process is at it.</summary>
    public PruneResult? Prune(long maxBytes)
    {
        if (!Directory.Exists(layout.Root))
        {
            return new PruneResult(0, 0, 0);
        }

        try
        {
            // Deleted on close and only tried: a killed process leaves no lock, a second one does not wait.
            using FileStream only = new(layout.PruneLock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return PruneLocked(maxBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The cache was not pruned: {failure.Message}");
            return null;
        }
    }

    private PruneResult PruneLocked(long maxBytes)
    {
        DateTime keepSince = (clock.GetUtcNow() - Grace).UtcDateTime;
        DeleteOld(layout.Temporary, keepSince - TimeSpan.FromDays(1));
        DeleteOldFolders(layout.Temporary, keepSince - TimeSpan.FromDays(1));
        foreach (string remains in Directory.EnumerateDirectories(Path.GetDirectoryName(layout.Root)!, StoreLayout.Version + Cleared + "*"))
        {
            if (StoreNames.IsOurs(Path.GetFileName(remains.AsSpan())[(StoreLayout.Version.Length + Cleared.Length)..]))
            {
                Directory.Delete(remains, recursive: true);
            }
        }

        Dictionary<Digest, (long Size, DateTime Used)> blobs = [];
        foreach (FileInfo file in Files(layout.Blobs))
        {
            if (Digest.TryParse(file.Name, out Digest digest))
            {
                blobs[digest] = (file.Length, file.LastWriteTimeUtc);
            }
        }

        // Newest first: an entry stays while the blobs that it adds still fit, a tree while its files do.
        long kept = 0;
        long freedByTrees = 0;
        int removed = 0;
        HashSet<Digest> needed = [];
        foreach (FileInfo file in Files(layout.Entries).Concat(Files(layout.Packages)).Concat(TreeRecords()).OrderByDescending(file => file.LastWriteTimeUtc))
        {
            if (file.Extension == StoreLayout.TreeRecordEnding)
            {
                long ofTree = SizeOfTree(file);
                if (kept + ofTree <= maxBytes || file.LastWriteTimeUtc > keepSince)
                {
                    kept += ofTree;
                }
                else
                {
                    RemoveTree(file);
                    freedByTrees += ofTree;
                }

                continue;
            }

            bool isPackage = file.FullName.StartsWith(layout.Packages + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            if (!Digest.TryParse(file.Name, out Digest key) || BlobsOf(File.ReadAllBytes(file.FullName), key, isPackage) is not { } named)
            {
                AtomicFile.TryDelete(file.FullName);
                continue;
            }

            Digest[] added = [.. named.Where(digest => blobs.ContainsKey(digest) && !needed.Contains(digest)).Distinct()];
            long size = added.Sum(digest => blobs[digest].Size);
            if (kept + size <= maxBytes || file.LastWriteTimeUtc > keepSince)
            {
                kept += size;
                needed.UnionWith(added);
            }
            else
            {
                AtomicFile.TryDelete(file.FullName);
                removed++;
            }
        }

        long freed = freedByTrees;
        foreach ((Digest digest, (long size, DateTime used)) in blobs)
        {
            if (!needed.Contains(digest) && used <= keepSince)
            {
                AtomicFile.TryDelete(layout.BlobPath(digest));
                freed += size;
            }
        }

        DeleteOld(layout.Records, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.Locks, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.Solutions, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.ProjectRecords, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.TreeRecords, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.Placements, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.Memos, keepSince - TimeSpan.FromDays(30));
        DeleteOld(layout.History, keepSince - TimeSpan.FromDays(365));
        DeleteOld(layout.Verdicts, keepSince - TimeSpan.FromDays(1));
        DeleteOld(layout.Statistics, keepSince - TimeSpan.FromDays(1));
        return new PruneResult(kept, freed, removed);
    }

    /// <summary>The blobs that an entry or a package names; <see langword="null"/> if it is damaged.</summary>
    private static IEnumerable<Digest>? BlobsOf(byte[] bytes, Digest key, bool isPackage) => isPackage
        ? PackageFormat.Read(bytes, key)?.Files.Select(static file => file.Digest)
        : EntryFormat.Read(bytes, key) is { } entry ? entry.Outputs.Select(static output => output.Digest).Append(entry.Facts) : null;

    /// <summary>Removes everything. A build that runs meanwhile sees misses, and writes into new folders.</summary>
    /// <exception cref="CacheException">Something lies there that is not the cache's; then nothing is removed.</exception>
    public void Clear()
    {
        if (!Directory.Exists(layout.Root))
        {
            return;
        }

        if (StoreNames.FindForeign(layout) is { } foreign)
        {
            throw new CacheException(Diagnostics.StoreHoldsOthers, layout.Root, foreign);
        }

        // Renamed first, so that no build finds an entry whose blobs are already gone.
        string doomed = layout.Root + Cleared + Guid.NewGuid().ToString("N");
        Directory.Move(layout.Root, doomed);
        Directory.Delete(doomed, recursive: true);
    }

    /// <summary>The cache's files below a folder; what else lies there is left alone. One from the future, which a wrong clock left, is dated anew: it would never grow old.</summary>
    private IEnumerable<FileInfo> Files(string folder)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        DateTime now = clock.GetUtcNow().UtcDateTime;
        foreach (FileInfo file in FilesBelow.In(folder).Select(static path => new FileInfo(path)).Where(static file => StoreNames.IsOurs(file.Name) && (file.Attributes & FileAttributes.ReparsePoint) == 0))
        {
            if (file.LastWriteTimeUtc > now + Grace)
            {
                file.LastWriteTimeUtc = now;
            }

            yield return file;
        }
    }

    private void DeleteOld(string folder, DateTime before)
    {
        foreach (FileInfo file in Files(folder))
        {
            if (file.LastWriteTimeUtc < before)
            {
                AtomicFile.TryDelete(file.FullName);
            }
        }
    }

    /// <summary>The records of whole trees. Their time is that of the last use.</summary>
    private IEnumerable<FileInfo> TreeRecords() => !Directory.Exists(layout.Trees) ? [] : Directory.EnumerateDirectories(layout.Trees)
        .Where(folder => folder != layout.TreeRecords)
        .SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*" + StoreLayout.TreeRecordEnding))
        .Where(static record => StoreNames.IsOurs(record.Name));

    /// <summary>Blocks count, not bytes: such trees are of many small files. What trees share counts for each.</summary>
    private static long SizeOfTree(FileInfo record)
    {
        const long Block = 4096;
        DirectoryInfo tree = new(Path.ChangeExtension(record.FullName, null));
        return !tree.Exists ? 0 : FilesBelow.In(tree.FullName).Sum(static path => FileStamp.TryReadLink(path, out FileStamp stamp) ? (stamp.Size + Block - 1) / Block * Block : 0);
    }

    /// <summary>The tree goes first, at once, under another name: a link to it then leads nowhere, which the next build sees.</summary>
    private void RemoveTree(FileInfo record)
    {
        string tree = Path.ChangeExtension(record.FullName, null);
        if (Directory.Exists(tree))
        {
            string doomed = layout.NewTemporary();
            Directory.CreateDirectory(layout.Temporary);
            Directory.Move(tree, doomed);
            Directory.Delete(doomed, recursive: true);
        }

        AtomicFile.TryDelete(record.FullName);
    }

    private static void DeleteOldFolders(string folder, DateTime before)
    {
        if (Directory.Exists(folder))
        {
            foreach (DirectoryInfo left in new DirectoryInfo(folder).EnumerateDirectories().Where(left => left.LastWriteTimeUtc < before && StoreNames.IsOurs(left.Name)))
            {
                left.Delete(recursive: true);
            }
        }
    }
}
