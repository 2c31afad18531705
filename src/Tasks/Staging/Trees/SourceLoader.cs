using System.Collections.Concurrent;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>Finds the key of each source, without reading or unpacking what has not changed.</summary>
/// <param name="tree">The tree's name, for messages.</param>
/// <param name="layout">Where records are kept; <see langword="null"/> if nothing can be.</param>
/// <param name="memo">The digests of archives and single files.</param>
/// <param name="limits">What archives may hold.</param>
/// <param name="stop">Stops the hashing.</param>
/// <param name="log">Hears of records that could not be kept.</param>
/// <param name="believes">Whether what is known of files with an unchanged stamp counts; else all are read.</param>
internal sealed class SourceLoader(string tree, StoreLayout? layout, StatMemo memo, ArchiveLimits limits, ICacheLog log, bool believes, CancellationToken stop) : IDisposable
{
    /// <summary>From so many files on, writing down what they are takes longer than another thread takes to begin.</summary>
    private const int Many = 5000;

    private readonly ConcurrentBag<Task> _writes = [];

    /// <summary>NuGet's own files in a package's folder: they tell how it came there, not what it holds.</summary>
    private static readonly string[] s_ofNuGet = [".nupkg.metadata", ".signature.p7s"];

    /// <exception cref="CacheException">The source is not there, or cannot be in a tree.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LoadedSource Load(TreeSource spec) => spec.Kind switch
    {
        SourceKind.Archive => LoadArchive(spec),
        SourceKind.Files => LoadFiles(spec),
        SourceKind.Package => LoadFolder(spec, static name => s_ofNuGet.Contains(name) || name.EndsWith(".nupkg", StringComparison.Ordinal) || name.EndsWith(".nupkg.sha512", StringComparison.Ordinal)),
        _ => LoadFolder(spec, null),
    };

    /// <summary>Waits until what was learned of the sources is on the disk.</summary>
    public void Dispose() => Task.WaitAll([.. _writes]);

    /// <summary>Writes what was learned of a source; of a large one, while the tree is put together.</summary>
    private void Keep(string path, RecordHeader header, TreeRecord listing)
    {
        if (listing.FileCount < Many)
        {
            TreeRecordFormat.TryStore(layout!, path, header, listing, log);
        }
        else
        {
            _writes.Add(Task.Run(() => TreeRecordFormat.TryStore(layout!, path, header, listing, log), CancellationToken.None));
        }
    }

    private LoadedSource LoadFolder(TreeSource spec, Func<string, bool>? leavesOut)
    {
        string root = spec.StripPrefix.Length == 0 ? spec.Path : Path.Combine(spec.Path, spec.StripPrefix);
        if (!Directory.Exists(root))
        {
            throw Missing(spec, $"is no folder ('{root}')");
        }

        // What a link leads to is settled here: one that is turned elsewhere meanwhile must not make a mixture.
        root = RealPath.Of(root);

        FolderScan Scan() => new(root, stop) { Filter = new GlobFilter(spec.Filter, spec.Without), LeavesOut = leavesOut };
        string? recordPath = layout?.TreeRecordPath(string.Join('\0', "source", spec.Kind, root, spec.Filter, spec.Without));
        RecordHeader? header = recordPath is null || !believes ? null : TreeRecordFormat.ReadHeader(recordPath);
        string ContentPath(string folder, TreeFile file) => Path.Join(root, folder, file.Name);
        FolderScan scan = Scan();
        if (header is not null && header.Sum != 0 && scan.Quick() == header.Sum)
        {
            TreeRecordFormat.Touch(recordPath!);
            return new LoadedSource(spec, header.Key, () => TreeRecordFormat.Read(recordPath!)?.Record ?? Scan().Refresh(null))
            {
                ContentOf = (folder, file) => new FileContent(ContentPath(folder, file)),
            };
        }

        TreeRecord listing = scan.Refresh(header is null ? null : TreeRecordFormat.Read(recordPath!)?.Record);
        Digest key = listing.Content();
        if (recordPath is not null)
        {
            Keep(recordPath, new RecordHeader(listing.IsRacy ? 0 : listing.Sum, key, ""), listing);
        }

        return new LoadedSource(spec, key, () => listing) { ContentOf = (folder, file) => new FileContent(ContentPath(folder, file)) };
    }

    private LoadedSource LoadArchive(TreeSource spec)
    {
        if (!TryHash(spec.Path, out Digest digest, out _))
        {
            throw Missing(spec, $"cannot be read ('{spec.Path}')");
        }

        using CanonicalHasher hasher = new("tree-archive/1");
        hasher.Add(1, digest);
        hasher.Add(2, spec.StripPrefix);
        hasher.Add(3, spec.Filter);
        hasher.Add(4, spec.Without);
        hasher.Add(5, Path.GetExtension(spec.Path).ToUpperInvariant());
        Digest key = hasher.Finish();
        return new LoadedSource(spec, key, () =>
        {
            string? recordPath = layout?.TreeRecordPath("archive " + key);
            if (recordPath is not null && TreeRecordFormat.Read(recordPath) is { } known && known.Header.Key == key)
            {
                return known.Record;
            }

            TreeRecord listing = new ArchiveReader(spec.Path, spec.Name, limits, stop).List(spec.StripPrefix, new GlobFilter(spec.Filter, spec.Without));
            if (recordPath is not null)
            {
                Keep(recordPath, new RecordHeader(0, key, ""), listing);
            }

            return listing;
        });
    }

    private LoadedSource LoadFiles(TreeSource spec)
    {
        GlobFilter filter = new(spec.Filter, spec.Without);
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        Dictionary<string, List<TreeFile>> folders = new(StringComparer.Ordinal);
        foreach (NamedFile named in spec.Files)
        {
            string target = TreeNames.Clean(named.Target, named.Path, allowEmpty: false);
            if (!filter.Takes(target))
            {
                continue;
            }

            if (!TryHash(named.Path, out Digest digest, out FileStamp stamp))
            {
                throw Missing(spec with { Name = named.Path }, FileStamp.TryRead(named.Path, out _) ? "is no file, or cannot be read" : "does not exist");
            }

            if (!paths.TryAdd(target, named.Path))
            {
                throw new CacheException(Diagnostics.TreeOverlap, tree, $"'{TreeRecord.Join(spec.Into, target)}' comes from '{paths[target]}' and from '{named.Path}'");
            }

            string folder = TreeComposer.Parent(target);
            if (!folders.TryGetValue(folder, out List<TreeFile>? files))
            {
                folders[folder] = files = [];
            }

            TreeEntryKind kind = (stamp.Permissions & UnixFileMode.UserExecute) != 0 ? TreeEntryKind.Executable : TreeEntryKind.File;
            files.Add(new TreeFile(target[(folder.Length == 0 ? 0 : folder.Length + 1)..], kind, stamp.Size, digest, "", 0));
        }

        TreeRecord listing = new([.. folders.OrderBy(static folder => folder.Key, StringComparer.Ordinal)
            .Select(static folder => new TreeFolder(folder.Key, [.. folder.Value.OrderBy(static file => file.Name, StringComparer.Ordinal)]))]);
        return new LoadedSource(spec, listing.Content(), () => listing)
        {
            ContentOf = (folder, file) => new FileContent(paths[TreeRecord.Join(folder, file.Name)]),
            OwnerOf = path => paths.GetValueOrDefault(path, spec.Name),
        };
    }

    /// <summary>As <see cref="StatMemo"/> does, which is told better where it is not believed.</summary>
    private bool TryHash(string path, out Digest digest, out FileStamp stamp)
    {
        if (believes || !FileStamp.TryRead(path, out FileStamp before) || !before.IsRegular)
        {
            return memo.TryHash(path, out digest, out stamp, stop);
        }

        digest = FileHasher.Hash(path, stop);
        if (!FileStamp.TryRead(path, out stamp) || stamp != before)
        {
            throw new TreeContentException($"'{path}' changed while it was read");
        }

        memo.Remember(path, stamp, digest);
        return true;
    }

    private CacheException Missing(TreeSource spec, string fault) => new(Diagnostics.TreeSourceMissing, tree, spec.Name, fault);
}
