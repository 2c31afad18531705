using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>One staging of one tree, by a caller that has locked its place.</summary>
/// <param name="request">The tree.</param>
/// <param name="layout">The store; <see langword="null"/> if it cannot be used.</param>
/// <param name="memo">The digests of archives and single files.</param>
/// <param name="limits">What archives may hold.</param>
/// <param name="log">Hears of damage in the store.</param>
/// <param name="believes">Whether what is known of files with an unchanged stamp counts; else all are read.</param>
/// <param name="mayHoldUsers">Whether the destination lies outside of the build's own folders, so that others may have files there.</param>
/// <param name="stop">Stops between two files.</param>
internal sealed class TreeStaging(TreeRequest request, StoreLayout? layout, StatMemo memo, ArchiveLimits limits, ICacheLog log, bool believes, bool mayHoldUsers, CancellationToken stop)
{
    /// <summary>The ending of a link that is about to get its place.</summary>
    private const string Temporary = ".bc-new";

    /// <summary>The part of a tree up to which changed files are few.</summary>
    private const int FewChanges = 16;

    private readonly string _boot = BootIdentity.Read();
    private readonly string? _recordPath = layout?.TreeRecordPath("destination " + request.Destination);

    /// <summary>Stages the tree.</summary>
    /// <param name="load">Finds a source that only the caller can; <see langword="null"/> for all others.</param>
    /// <exception cref="CacheException">It cannot be staged.</exception>
    /// <exception cref="TreeContentException">A file is not what was known of it.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public StagedTree Stage(Func<TreeSource, LoadedSource?> load)
    {
        RecordHeader? header = ReadHeader();
        bool isFolder = IsFolder();
        string mark = DestinationMark.Of(request, _boot);

        // The destination is looked at while the sources are.
        UInt128 sum = 0;
        FolderScan destination = Scan();
        using SourceLoader loader = new(request.Name, layout, memo, limits, log, believes, stop);
        LoadedSource[] sources = new LoadedSource[request.Sources.Count];
        Action[] looks = [.. request.Sources.Select((source, i) => (Action)(() => sources[i] = load(source) ?? loader.Load(source)))];
        if (isFolder && believes && header is { Sum: var expected } && expected != 0 && header.Mark == mark)
        {
            looks = [.. looks, () => sum = destination.Quick()];
        }

        Array.ForEach(looks.Length == 1 ? looks : [() => Parallel.Invoke(new ParallelOptions { CancellationToken = stop }, looks)], static look => look());
        Digest key = ComposedTree.KeyOf(sources, request.ReadOnly);
        if (request.Placement == TreePlacement.Symlink)
        {
            return Link(key, sources, header, isFolder);
        }

        if (sum != 0 && header!.Key == key && (sum == header.Sum || IsNamesOfStored(header, sum)))
        {
            TreeRecordFormat.Touch(_recordPath!);
            return new StagedTree(key, header.Content, "in place", header.Files, 0);
        }

        ComposedTree tree = TreeComposer.Compose(request.Name, sources);
        return Place(key, tree, header, isFolder ? destination : null);
    }

    /// <summary>Takes a tree away that an earlier run staged.</summary>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    public TreeRemoval TakeAway()
    {
        RemoveOwnLink(request.Destination);
        if (!FileStamp.TryReadLink(request.Destination, out _))
        {
            Forget();
            return TreeRemoval.Gone;
        }

        // What lies there may be anybody's, whatever Clean says.
        if (ReadHeader() is null)
        {
            return TreeRemoval.NotKnown;
        }

        try
        {
            if (!Empty())
            {
                return TreeRemoval.StrangersStay;
            }
        }
        catch (CacheException refused) when (refused.Diagnostic == Diagnostics.TreeStrangers)
        {
            return TreeRemoval.StrangersStay;
        }

        Forget();
        return TreeRemoval.Gone;
    }

    private void Forget()
    {
        if (_recordPath is not null)
        {
            AtomicFile.TryDelete(_recordPath);
        }
    }

    /// <summary>Whether the destination is second names of all files of its tree in the store, which somebody has given more names, or fewer, since.</summary>
    private bool IsNamesOfStored(RecordHeader header, UInt128 sum) =>
        request.Placement == TreePlacement.Hardlink && header.LinkedTo == header.Key && new TreeStore(layout!, log, limits).SumOf(header.Key) == sum;

    private StagedTree Place(Digest key, ComposedTree tree, RecordHeader? header, FolderScan? destination)
    {
        RemoveOwnLink(request.Destination);

        // Files of another placement or of other permissions are no use, whatever they hold.
        bool isOther = header is not null && header.Mark.Length > 0 && !header.Mark.StartsWith(DestinationMark.KindOf(request), StringComparison.Ordinal);
        TreeRecord actual = destination is null ? new TreeRecord([]) : LookAt(destination, isOther ? null : header);
        HashSet<string>? ours = request.Clean == CleanMode.Keep && header is not null ? TreeOwnership.Placed(header, ReadRecord()) : null;
        TreeRecord found = actual;
        if (isOther)
        {
            actual = Unusable(actual);
        }

        TreePlan plan = TreePlan.Between(tree.Record, actual, path => request.Clean == CleanMode.Keep && ours?.Contains(path) != true);

        // In the build's own folders a file with another content is one of an earlier run. Without a store nothing says what we placed.
        IReadOnlyList<string> doomed = mayHoldUsers && _recordPath is not null ? plan.Deletes : plan.Strangers;
        if (request.Clean == CleanMode.Default && TreeOwnership.Unknown(request.Destination, doomed, plan.Strangers, found, header, ReadRecord) is { } unknown)
        {
            throw new CacheException(Diagnostics.TreeStrangers, request.Name, request.Destination, unknown);
        }

        // From here on the place is known as one of ours, also if this run is cut off.
        if (header is null)
        {
            Keep(new RecordHeader(0, default, ""), new TreeRecord([]));
        }

        string how = plan.Count == 0 ? "checked" : actual.FileCount == 0 ? "placed" : "updated";
        Digest linkedTo = header?.LinkedTo ?? default;
        bool isLinked = request.Placement == TreePlacement.Hardlink && plan.Folders.Count > 0 && IsInStore(key, tree, linkedTo, plan);
        Func<string, LinkableFolder?>? linkSource = null;
        if (isLinked)
        {
            string path = layout!.TreePath(key);
            linkSource = folder => new LinkableFolder(folder.Length == 0 ? path : Path.Join(path, folder), static _ => true);
            linkedTo = key;
        }

        TreePlacer placer = new(request.Destination, tree, request.ReadOnly, limits, stop) { LinkSource = linkSource };
        placer.Apply(plan);
        if (plan.Folders.Count > 0)
        {
            // A change that comes after the look must have another time than what was written before it.
            Thread.Sleep(OperatingSystem.IsLinux() ? 12 : 20);
        }

        TreeRecord placed = LookAfter(tree, actual, plan, isLinked);
        TreePlan rest = TreePlan.Between(tree.Record, placed, static _ => true);
        if (rest.Folders.Any(static work => work.Writes.Count > 0))
        {
            throw Unlike(tree.Record, placed, rest.Folders.First(static work => work.Writes.Count > 0));
        }

        if (isLinked)
        {
            bool isWhole = actual.FileCount == 0 && plan.DeletedFolders.Count == 0 && !placer.HasWritten;
            new TreeStore(layout!, log, limits).NoteNames(key, tree.Record, isWhole ? placed : null, stop);
        }

        Digest content = rest.Strangers.Count == 0 ? key : WithStrangers(key, rest.Strangers, placed);
        Keep(new RecordHeader(placed.Sum, key, DestinationMark.Of(request, _boot)) { Content = content, LinkedTo = linkedTo, Strangers = rest.Strangers }, placed);
        return new StagedTree(key, content, how, tree.Record.FileCount, plan.Count);
    }

    /// <summary>Why a file is not what was written: a place that keeps no permissions would never have the tree.</summary>
    private IOException Unlike(TreeRecord tree, TreeRecord placed, FolderWork work)
    {
        TreeFolder folder = tree.Folders[work.Index];
        TreeFile wanted = folder.Files[work.Writes[0]];
        string path = Path.Join(request.Destination, folder.Path, wanted.Name);
        TreeFile[] files = placed.ByPath().GetValueOrDefault(folder.Path)?.Files ?? [];
        return TreeFolderSearch.IndexOf(files, wanted.Name) is >= 0 and int at && wanted.Kind != TreeEntryKind.Link && files[at].Kind != wanted.Kind && files[at].Size == wanted.Size
            ? new IOException($"'{path}' does not have the permissions that it was made with: its file system keeps none, or the umask takes them away")
            : new TreeContentException($"'{path}' was changed by somebody else meanwhile");
    }

    /// <summary>What lies in the destination; only files that are not what this boot knows of them are read.</summary>
    private TreeRecord LookAt(FolderScan destination, RecordHeader? header)
    {
        bool isKnown = believes && header is not null && (DestinationMark.IsOfBoot(header.Mark, _boot) || header.Mark.Length == 0);
        TreeRecord? before = isKnown ? TreeRecordFormat.Read(_recordPath!)?.Record : null;
        return destination.Refresh(before, before is null || request.Placement != TreePlacement.Hardlink ? null : () => new TreeStore(layout!, log, limits).Known(header!.LinkedTo));
    }

    /// <summary>Sees to it that the store has the whole tree, if that is worth it.</summary>
    private bool IsInStore(Digest key, ComposedTree tree, Digest near, TreePlan plan)
    {
        TreeStore trees = new(layout ?? throw new InvalidOperationException("Hard links need a store."), log, limits);

        // For a few changed files a whole tree in the store is not worth it: they are the destination's own.
        if (plan.Count <= tree.Record.FileCount / FewChanges && !Directory.Exists(trees.PathOf(key)))
        {
            return false;
        }

        try
        {
            trees.Ensure(key, tree, near, believes, stop);
            return true;
        }
        catch (Exception failure) when (IsOfStore(failure))
        {
            log.Report(Diagnostics.TreeCopied, request.Name, "hard links", failure.Message);
            return false;
        }
    }

    /// <summary>Whether a failure to fill the store may be the store's, so that the tree is copied instead; not one of a file that is to be read again.</summary>
    private bool IsOfStore(Exception failure) =>
        failure is IOException or UnauthorizedAccessException && !(believes && failure is TreeContentException or FileNotFoundException);

    /// <summary>What lies in the destination after a plan was carried out.</summary>
    private TreeRecord LookAfter(ComposedTree tree, TreeRecord actual, TreePlan plan, bool isLinked)
    {
        if (plan.Count == 0 && plan.Folders.Count == 0 && plan.DeletedFolders.Count == 0)
        {
            return actual;
        }

        // A new name changes the stamp of a file, wherever its other names are.
        FolderScan scan = Scan(tree.Record.ByPath().GetValueOrDefault);
        return isLinked ? scan.Refresh(null) : scan.RefreshOnly(actual, plan.Touched(tree.Record));
    }

    /// <summary>Makes the destination a link to the tree in the store: as long as both are there, nothing else is looked at.</summary>
    private StagedTree Link(Digest key, LoadedSource[] sources, RecordHeader? header, bool isFolder)
    {
        TreeStore trees = new(layout ?? throw new InvalidOperationException("Links need a store."), log, limits);
        string path = trees.PathOf(key);
        bool isLinked = new FileInfo(request.Destination).LinkTarget == path;
        bool isThere = trees.IsThere(key) && ((isLinked && believes) || trees.IsIntact(key, believes, stop));
        TreeStaging asCopy = new(request with { Placement = TreePlacement.Copy }, layout, memo, limits, log, believes, mayHoldUsers, stop);
        if (!isThere)
        {
            ComposedTree tree = TreeComposer.Compose(request.Name, sources);
            try
            {
                trees.Ensure(key, tree, header?.Key ?? default, believes, stop);
            }
            catch (Exception failure) when (IsOfStore(failure))
            {
                log.Report(Diagnostics.TreeCopied, request.Name, "a link", failure.Message);
                return asCopy.Place(key, tree, header, isFolder ? asCopy.Scan() : null);
            }
        }

        int files = TreeRecordFormat.ReadHeader(layout.TreeRecordPath(key))?.Files ?? 0;
        if (isLinked)
        {
            return new StagedTree(key, key, isThere ? "in place" : "linked", files, 0);
        }

        if (isFolder)
        {
            if (header is null)
            {
                // Nothing says what lies there. It may be this very tree, copied while the cache could not be used.
                asCopy.Place(key, TreeComposer.Compose(request.Name, sources), header, asCopy.Scan());
            }

            if (!Empty())
            {
                throw new CacheException(Diagnostics.TreeDestination, request.Name, request.Destination, "files that are not the tree's are to stay there, so it cannot become a link");
            }
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
        Keep(new RecordHeader(0, key, "") { Content = key }, new TreeRecord([]));
        return new StagedTree(key, key, "linked", files, 1);
    }

    /// <summary>Takes away what the rules for any tree say, as if it were the empty one, and the folder with it; <see langword="false"/> if files are to stay.</summary>
    private bool Empty()
    {
        TreeStaging asCopy = new(request with { Placement = TreePlacement.Copy }, layout, memo, limits, log, believes, mayHoldUsers, stop);
        ComposedTree empty = new(new TreeRecord([new TreeFolder("", [])]), [[new Origin(-1, "")]], []);
        if (asCopy.Place(default, empty, ReadHeader(), Scan()).Content != default(Digest))
        {
            return false;
        }

        Directory.Delete(request.Destination);
        return true;
    }

    private RecordHeader? ReadHeader() => _recordPath is null ? null : TreeRecordFormat.ReadHeader(_recordPath);

    private TreeRecord? ReadRecord() => _recordPath is null ? null : TreeRecordFormat.Read(_recordPath)?.Record;

    private bool IsFolder() => FileStamp.TryReadLink(request.Destination, out FileStamp there) && there.IsDirectory;

    private void Keep(RecordHeader header, TreeRecord record)
    {
        if (_recordPath is not null)
        {
            TreeRecordFormat.TryStore(layout!, _recordPath, header, record, log);
        }
    }

    private FolderScan Scan(Func<string, TreeFolder?>? known = null) => new(request.Destination, stop) { IsOwn = true, IsReadOnly = request.ReadOnly, Known = known };

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
}
