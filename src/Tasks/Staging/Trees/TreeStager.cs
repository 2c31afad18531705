using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>Makes a destination what its tree's sources say, touching only what differs.</summary>
/// <param name="layout">The store; <see langword="null"/> if it cannot be used: then every run looks at everything.</param>
/// <param name="memo">The digests of archives and single files.</param>
/// <param name="places">The folders that trees keep away from.</param>
/// <param name="log">Hears of damage in the store.</param>
internal sealed class TreeStager(StoreLayout? layout, StatMemo memo, TreePlaces places, ICacheLog log)
{
    /// <summary>The ending of a link that is about to get its place.</summary>
    private const string Temporary = ".bc-new";

    /// <summary>The part of a tree up to which changed files are few.</summary>
    private const int FewChanges = 16;

    /// <summary>How long another build may stage into the same place before this one gives up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>What archives may hold.</summary>
    public ArchiveLimits Limits { get; init; } = new();

    /// <summary>Stages a tree.</summary>
    /// <param name="request">The tree.</param>
    /// <param name="load">Finds a source that only the caller can; <see langword="null"/> for all others.</param>
    /// <param name="stop">Stops between two files. What is unfinished then, the next run repairs.</param>
    /// <exception cref="CacheException">It cannot be staged.</exception>
    public StagedTree Stage(TreeRequest request, Func<TreeSource, LoadedSource?> load, CancellationToken stop)
    {
        DestinationCheck.Check(request, places);
        try
        {
            using FileStream? only = layout is null ? null : Lock(layout.TreeRecordPath("destination " + request.Destination) + ".lock", stop);
            return StageLocked(request, load, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AggregateException)
        {
            stop.ThrowIfCancellationRequested();
            Exception cause = failure is AggregateException several ? several.Flatten().InnerExceptions[0] : failure;
            throw cause as CacheException ?? new CacheException(Diagnostics.TreeFailed, request.Name, request.Destination, cause.Message);
        }
    }

    private StagedTree StageLocked(TreeRequest request, Func<TreeSource, LoadedSource?> load, CancellationToken stop)
    {
        string? recordPath = layout?.TreeRecordPath("destination " + request.Destination);
        RecordHeader? header = recordPath is null ? null : TreeRecordFormat.ReadHeader(recordPath);
        string mark = MarkOf(request);
        bool isFolder = FileStamp.TryReadLink(request.Destination, out FileStamp there) && there.IsDirectory;

        // The destination is looked at while the sources are.
        UInt128 sum = 0;
        FolderScan destination = Scan(request, stop);
        using SourceLoader loader = new(request.Name, layout, memo, Limits, log, stop);
        LoadedSource[] sources = new LoadedSource[request.Sources.Count];
        Action[] looks = [.. request.Sources.Select((source, i) => (Action)(() => sources[i] = load(source) ?? loader.Load(source)))];
        if (isFolder && header is { Sum: var expected } && expected != 0 && header.Mark == mark)
        {
            looks = [.. looks, () => sum = destination.Quick()];
        }

        Array.ForEach(looks.Length == 1 ? looks : [() => Parallel.Invoke(new ParallelOptions { CancellationToken = stop }, looks)], static look => look());
        Digest key = ComposedTree.KeyOf(sources, request.ReadOnly);
        if (request.Placement == TreePlacement.Symlink)
        {
            return Link(request, key, sources, header, recordPath, isFolder, stop);
        }

        if (isFolder && header is not null && header.Key == key && header.Mark == mark && sum != 0 && sum == header.Sum)
        {
            TreeRecordFormat.Touch(recordPath!);
            return new StagedTree(key, header.Content, "in place", header.Files, 0);
        }

        ComposedTree tree = TreeComposer.Compose(request.Name, sources);
        return Place(request, key, tree, header, recordPath, mark, isFolder ? destination : null, stop);
    }

    private StagedTree Place(TreeRequest request, Digest key, ComposedTree tree, RecordHeader? header, string? recordPath, string mark, FolderScan? destination, CancellationToken stop)
    {
        RemoveOwnLink(request.Destination);

        // Files of another placement or of other permissions are no use, whatever they hold.
        bool isOther = header is not null && header.Mark.Length > 0 && !header.Mark.StartsWith(KindOf(request), StringComparison.Ordinal);
        TreeRecord actual = destination is null ? new TreeRecord([])
            : destination.Refresh(header is null || isOther ? null : TreeRecordFormat.Read(recordPath!)?.Record);
        HashSet<string>? ours = request.Clean == CleanMode.Keep && header is not null ? TreeOwnership.Placed(header, TreeRecordFormat.Read(recordPath!)?.Record) : null;
        if (isOther)
        {
            actual = Unusable(actual);
        }

        TreePlan plan = TreePlan.Between(tree.Record, actual, path => request.Clean == CleanMode.Keep && ours?.Contains(path) != true);
        // In the build's own folders a file with another content is one of an earlier run. Without a store nothing says what we placed.
        bool mayBeUsers = recordPath is not null && !places.Outputs.Any(folder => RootMap.IsWithin(request.Destination, folder));
        if (request.Clean == CleanMode.Default &&
            TreeOwnership.Unknown(request.Destination, mayBeUsers ? plan.Deletes : plan.Strangers, plan.Strangers, header, recordPath, stop) is { } unknown)
        {
            throw new CacheException(Diagnostics.TreeStrangers, request.Name, request.Destination, unknown);
        }

        // From here on the place is known as one of ours, also if this run is cut off.
        if (header is null && recordPath is not null)
        {
            TreeRecordFormat.TryStore(layout!, recordPath, new RecordHeader(0, default, ""), new TreeRecord([]), log);
        }

        string how = plan.Count == 0 ? "checked" : actual.FileCount == 0 ? "placed" : "updated";
        Digest linkedTo = header?.LinkedTo ?? default;
        Func<string, LinkableFolder?>? linkSource = null;
        Func<TreeRecord?>? storedRecord = null;
        bool isWhole = actual.FileCount == 0 && plan.DeletedFolders.Count == 0;
        if (request.Placement == TreePlacement.Hardlink && plan.Folders.Count > 0)
        {
            TreeStore trees = new(layout ?? throw new InvalidOperationException("Hard links need a store."), log, Limits);

            // For a few changed files a whole tree in the store is not worth it: they are the destination's own.
            if (plan.Count > tree.Record.FileCount / FewChanges || Directory.Exists(trees.PathOf(key)))
            {
                try
                {
                    storedRecord = trees.Ensure(key, tree, linkedTo, stop);
                    string path = trees.PathOf(key);
                    linkSource = folder => new LinkableFolder(folder.Length == 0 ? path : Path.Join(path, folder), static _ => true);
                    linkedTo = key;
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    log.Report(Diagnostics.TreeCopied, request.Name, "hard links", failure.Message);
                }
            }
        }

        TreePlacer placer = new(request.Destination, tree, request.ReadOnly, Limits, stop) { LinkSource = linkSource };
        placer.Apply(plan);
        if (plan.Folders.Count > 0)
        {
            // A change that comes after the look must have another time than what was written before it.
            Thread.Sleep(OperatingSystem.IsLinux() ? 12 : 20);
        }

        // A folder whose files are all second names of those of a tree in the store has that tree's record: their stamps are the same.
        TreeRecord placed = isWhole && !placer.HasWritten && storedRecord?.Invoke() is { } whole
            ? whole
            : Look(request, tree, actual, plan, stop);
        TreePlan rest = TreePlan.Between(tree.Record, placed, static _ => true);
        if (rest.Folders.Any(static work => work.Writes.Count > 0))
        {
            TreeFolder folder = tree.Record.Folders[rest.Folders[0].Index];
            throw new IOException($"'{Path.Join(request.Destination, folder.Path)}' was changed by somebody else meanwhile");
        }

        Digest content = rest.Strangers.Count == 0 ? key : WithStrangers(key, rest.Strangers, placed);
        if (recordPath is not null)
        {
            RecordHeader now = new(placed.Sum, key, mark) { Content = content, LinkedTo = linkedTo, Strangers = rest.Strangers };
            TreeRecordFormat.TryStore(layout!, recordPath, now, placed, log);
        }

        return new StagedTree(key, content, how, tree.Record.FileCount, plan.Count);
    }

    /// <summary>What lies in the destination after a plan was carried out.</summary>
    private static TreeRecord Look(TreeRequest request, ComposedTree tree, TreeRecord actual, TreePlan plan, CancellationToken stop)
    {
        if (plan.Count == 0 && plan.Folders.Count == 0 && plan.DeletedFolders.Count == 0)
        {
            return actual;
        }

        Dictionary<string, TreeFolder> known = tree.Record.ByPath();
        return Scan(request, stop, known.GetValueOrDefault).RefreshOnly(actual, plan.Touched(tree.Record));
    }

    /// <summary>Makes the destination a link to the tree in the store: as long as both are there, nothing else is looked at.</summary>
    private StagedTree Link(TreeRequest request, Digest key, LoadedSource[] sources, RecordHeader? header, string? recordPath, bool isFolder, CancellationToken stop)
    {
        TreeStore trees = new(layout ?? throw new InvalidOperationException("Links need a store."), log, Limits);
        string path = trees.PathOf(key);
        bool isThere = trees.IsThere(key);
        if (!isThere)
        {
            ComposedTree tree = TreeComposer.Compose(request.Name, sources);
            try
            {
                trees.Ensure(key, tree, header?.Key ?? default, stop);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.Report(Diagnostics.TreeCopied, request.Name, "a link", failure.Message);
                TreeRequest copied = request with { Placement = TreePlacement.Copy };
                return Place(copied, key, tree, header, recordPath, MarkOf(copied), isFolder ? Scan(copied, stop) : null, stop);
            }
        }

        int files = TreeRecordFormat.ReadHeader(layout.TreeRecordPath(key))?.Files ?? 0;
        if (new FileInfo(request.Destination).LinkTarget == path)
        {
            return new StagedTree(key, key, isThere ? "in place" : "linked", files, 0);
        }

        if (isFolder)
        {
            if (header is null && recordPath is not null)
            {
                // Nothing says what lies there. It may be this very tree, copied while the cache could not be used.
                TreeRequest copied = request with { Placement = TreePlacement.Copy };
                Place(copied, key, TreeComposer.Compose(request.Name, sources), header, recordPath, MarkOf(copied), Scan(copied, stop), stop);
                header = TreeRecordFormat.ReadHeader(recordPath);
            }

            // What lies there goes by the same rules as for any tree: first it becomes the empty one.
            ComposedTree empty = new(new TreeRecord([new TreeFolder("", [])]), [[new Origin(-1, "")]], []);
            StagedTree emptied = Place(request with { Placement = TreePlacement.Copy }, default, empty, header, recordPath, "", Scan(request, stop), stop);
            if (emptied.Content != default(Digest))
            {
                throw new CacheException(Diagnostics.TreeDestination, request.Name, request.Destination, "files that are not the tree's are to stay there, so it cannot become a link");
            }

            Directory.Delete(request.Destination);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(request.Destination)!);
        string temporary = request.Destination + Temporary;
        File.Delete(temporary);
        Directory.CreateSymbolicLink(temporary, path);
        if (OperatingSystem.IsWindows())
        {
            RemoveOwnLink(request.Destination);
        }

        FileLinks.Rename(temporary, request.Destination);
        TreeRecordFormat.TryStore(layout, recordPath!, new RecordHeader(0, key, "") { Content = key }, new TreeRecord([]), log);
        return new StagedTree(key, key, "linked", files, 1);
    }

    /// <summary>Whether a destination still holds what staging left there: seen by stamps alone.</summary>
    public static bool IsAsStaged(StoreLayout layout, string destination, Digest content, CancellationToken stop)
    {
        if (TreeRecordFormat.ReadHeader(layout.TreeRecordPath("destination " + destination)) is not { } header || header.Content != content)
        {
            return false;
        }

        try
        {
            return new FileInfo(destination).LinkTarget is { } target
                ? target == layout.TreePath(header.Key)
                : new FolderScan(destination, stop) { IsOwn = true, WithChangeTime = !TreeOwnership.IsHardlinked(header) }.Quick() == header.Sum;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AggregateException)
        {
            return false;
        }
    }

    private static FolderScan Scan(TreeRequest request, CancellationToken stop, Func<string, TreeFolder?>? known = null) => new(request.Destination, stop)
    {
        IsOwn = true,
        IsReadOnly = request.ReadOnly,
        WithChangeTime = request.Placement != TreePlacement.Hardlink,
        Known = known,
    };

    /// <summary>What must be the same for files to stay as they are.</summary>
    /// <remarks>Names are spelled out: the runtime would have to compile how it finds the name of a number, in each build.</remarks>
    private static string KindOf(TreeRequest request)
    {
        string placement = request.Placement switch
        {
            TreePlacement.Hardlink => nameof(TreePlacement.Hardlink),
            TreePlacement.Symlink => nameof(TreePlacement.Symlink),
            _ => nameof(TreePlacement.Copy),
        };
        return placement + (request.ReadOnly ? " read-only " : " writable ");
    }

    /// <summary>What must be the same for the whole destination to stay as it is.</summary>
    private static string MarkOf(TreeRequest request) => KindOf(request) + request.Clean switch
    {
        CleanMode.Remove => nameof(CleanMode.Remove),
        CleanMode.Keep => nameof(CleanMode.Keep),
        _ => nameof(CleanMode.Default),
    };

    private static TreeRecord Unusable(TreeRecord actual) => new([.. actual.Folders.Select(static folder =>
        new TreeFolder(folder.Path, [.. folder.Unpack().Select(static file => file with { Kind = TreeEntryKind.Other, Stamp = 0 })], folder.Sum))]);

    private static Digest WithStrangers(Digest key, IReadOnlyList<string> strangers, TreeRecord placed)
    {
        Dictionary<string, TreeFolder> folders = placed.ByPath();
        using CanonicalHasher hasher = new("tree-with-strangers/1");
        hasher.Add(1, key);
        foreach (string path in strangers.Order(StringComparer.Ordinal))
        {
            TreeFile[] files = folders[TreeComposer.Parent(path)].Files;
            int at = TreeFolderSearch.IndexOf(files, Path.GetFileName(path.AsSpan()));
            hasher.Add(2, path);
            hasher.Add(3, files[at].Digest);
        }

        return hasher.Finish();
    }

    private static void RemoveOwnLink(string path)
    {
        if (FileStamp.TryReadLink(path, out FileStamp stamp) && stamp.IsLink)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.Delete(path);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Waits its turn; <see langword="null"/> if there is no way to, which is no reason not to stage.</summary>
    private FileStream? Lock(string path, CancellationToken stop)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

                // Old files are pruned.
                File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow);
                return file;
            }
            catch (IOException failure) when (failure.GetType() == typeof(IOException) && (failure.HResult & 0xFFFF) is 11 or 32 or 33 or 35)
            {
                stop.ThrowIfCancellationRequested();
                if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > s_patience)
                {
                    throw;
                }

                Thread.Sleep(10);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.Detail($"Builds that stage into one place do not wait for one another: {failure.Message}");
                return null;
            }
        }
    }
}
