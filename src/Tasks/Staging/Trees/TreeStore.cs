using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>Whole trees in the store, made for those who link to them: read-only files, by the key of the tree.</summary>
/// <remarks>
/// Trees are kept whole, not as blobs by digest: a hundred thousand blobs of a few bytes take longer to write than
/// the tree itself, and what a copy needs lies in its sources, which must be there to know the key. A tree is
/// believed while its stamps are those that were recorded in this boot. Files with other stamps are read: somebody
/// may have written to them through a second name. A name that comes or goes changes the stamp, too: who gives names
/// notes the new stamps, and after names were taken away the files are read once. A new tree takes what it can from
/// an earlier one as second names.
/// </remarks>
internal sealed class TreeStore(StoreLayout layout, ICacheLog log, ArchiveLimits limits)
{
    private readonly string _boot = BootIdentity.Read();

    /// <summary>Where a tree lies, or would.</summary>
    public string PathOf(Digest key) => layout.TreePath(key);

    /// <summary>Whether a tree is there, without a look at its files: the cheap question of who uses it through a link.</summary>
    public bool IsThere(Digest key)
    {
        string record = layout.TreeRecordPath(key);
        if (!Directory.Exists(PathOf(key)) || !File.Exists(record))
        {
            return false;
        }

        TreeRecordFormat.Touch(record);
        return TreeRecordFormat.ReadHeader(record) is { } header && header.Key == key && header.Mark == _boot;
    }

    /// <summary>The sum of a tree's stamps, as this boot knows them; 0 if it does not. Whoever has a name of each of its files has the same.</summary>
    public UInt128 SumOf(Digest key) => Header(key) is { } header && header.Mark == _boot ? header.Sum : 0;

    /// <summary>What this boot knows of a tree's files; <see langword="null"/> if nothing.</summary>
    public TreeRecord? Known(Digest key) =>
        !key.IsNone && TreeRecordFormat.Read(layout.TreeRecordPath(key)) is { } known && known.Header.Key == key && known.Header.Mark == _boot ? known.Record : null;

    /// <summary>Sees to it that a tree is there, checked, or made now.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="tree">What it holds.</param>
    /// <param name="near">The key of an earlier tree that is like it; none if there is none.</param>
    /// <param name="believes">Whether files with the stamps that were noted are believed; else all are read.</param>
    /// <param name="stop">Stops the making.</param>
    /// <exception cref="IOException">It could not be made.</exception>
    public void Ensure(Digest key, ComposedTree tree, Digest near, bool believes, CancellationToken stop)
    {
        string path = PathOf(key);
        if (Directory.Exists(path))
        {
            if (IsIntact(key, believes, stop))
            {
                return;
            }

            // One without a record is of a build that was killed before it wrote it.
            if (File.Exists(layout.TreeRecordPath(key)))
            {
                log.Report(Diagnostics.DamagedContent, path);
            }

            Remove(path);
        }

        Make(key, tree, near, believes, stop);
    }

    /// <summary>Whether a tree is there and its files are what they were. Those whose stamps are not what was noted in this boot are read.</summary>
    public bool IsIntact(Digest key, bool believes, CancellationToken stop)
    {
        string recordPath = layout.TreeRecordPath(key);
        if (Header(key) is not { } header || !Directory.Exists(PathOf(key)))
        {
            return false;
        }

        FolderScan scan = Scan(key, stop);
        bool isOfThisBoot = believes && header.Mark == _boot;
        if (isOfThisBoot && scan.Quick() == header.Sum)
        {
            TreeRecordFormat.Touch(recordPath);
            return true;
        }

        if (TreeRecordFormat.Read(recordPath)?.Record is not { } before)
        {
            return false;
        }

        TreeRecord now = scan.Refresh(isOfThisBoot ? before : null);
        bool isSame = now.Content() == before.Content();
        if (isSame)
        {
            Note(key, now);
        }

        return isSame;
    }

    /// <summary>Notes the stamps of a tree whose files have just got second names.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="tree">What it holds.</param>
    /// <param name="stamps">The record of a folder that consists of second names of all its files; without one the tree is looked at.</param>
    /// <param name="stop">Stops the look.</param>
    public void NoteNames(Digest key, TreeRecord tree, TreeRecord? stamps, CancellationToken stop)
    {
        Dictionary<string, TreeFolder> known = tree.ByPath();
        stamps ??= new FolderScan(PathOf(key), stop) { IsOwn = true, IsReadOnly = true, Known = known.GetValueOrDefault }.Refresh(null);
        if (stamps.Content() == tree.Content())
        {
            TreeRecordFormat.TryStore(layout, layout.TreeRecordPath(key), HeaderOf(key, stamps), stamps, log);
        }
    }

    private RecordHeader? Header(Digest key) => TreeRecordFormat.ReadHeader(layout.TreeRecordPath(key)) is { } header && header.Key == key ? header : null;

    private FolderScan Scan(Digest key, CancellationToken stop) => new(PathOf(key), stop) { IsOwn = true, IsReadOnly = true };

    private void Make(Digest key, ComposedTree tree, Digest near, bool believes, CancellationToken stop)
    {
        string temporary = layout.NewTemporary();
        try
        {
            Fill(temporary, tree, near == key ? default : near, believes, stop);
            string path = PathOf(key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                Directory.Move(temporary, path);
            }
            catch (IOException) when (Directory.Exists(path))
            {
                // Another build made it in the meantime.
                Directory.Delete(temporary, recursive: true);
            }

            Dictionary<string, TreeFolder> known = tree.Record.ByPath();
            FolderScan scan = new(path, stop) { IsOwn = true, IsReadOnly = true, Known = known.GetValueOrDefault };
            TreeRecord made = scan.Refresh(null);
            if (made.Content() != tree.Record.Content())
            {
                throw new IOException($"'{path}' is not what was written.");
            }

            Note(key, made);
        }
        catch
        {
            TryRemove(temporary);
            throw;
        }
    }

    /// <summary>Writes all files of a tree, or takes them from the earlier tree that is near to it.</summary>
    private void Fill(string folder, ComposedTree tree, Digest near, bool believes, CancellationToken stop)
    {
        Dictionary<string, TreeFolder>? earlier = near.IsNone || !IsIntact(near, believes, stop) ? null : Known(near)?.ByPath();
        string earlierPath = PathOf(near);
        TreePlacer placer = new(folder, tree, readOnly: true, limits, stop)
        {
            LinkSource = path =>
            {
                if (earlier?.GetValueOrDefault(path) is not { } there)
                {
                    return null;
                }

                TreeFile[] files = there.Unpack();
                return new LinkableFolder(Path.Join(earlierPath, path), file => TreeFolderSearch.IndexOf(files, file.Name) is >= 0 and int at && files[at].IsSameContent(file));
            },
        };
        placer.Apply(TreePlan.Between(tree.Record, new TreeRecord([]), static _ => false));
    }

    private void Note(Digest key, TreeRecord record) => TreeRecordFormat.Store(layout, layout.TreeRecordPath(key), HeaderOf(key, record), record);

    private RecordHeader HeaderOf(Digest key, TreeRecord record) => new(record.Sum, key, _boot);

    /// <summary>Takes a damaged tree away at once: nobody finds half of it.</summary>
    private void Remove(string path)
    {
        string doomed = layout.NewTemporary();
        Directory.CreateDirectory(layout.Temporary);
        Directory.Move(path, doomed);
        Directory.Delete(doomed, recursive: true);
    }

    private static void TryRemove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The pruner removes it later.
        }
    }
}
