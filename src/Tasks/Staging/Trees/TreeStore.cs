using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>Whole trees in the store, made for those who link to them: read-only files, by the key of the tree.</summary>
/// <remarks>
/// Trees are kept whole, not as blobs by digest: a hundred thousand blobs of a few bytes take longer to write than
/// the tree itself, and what a copy needs lies in its sources, which must be there to know the key. A tree is
/// believed while its stamps are those that were recorded in this boot; else its files are read again. A new tree
/// takes what it can from an earlier one as second names.
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

    /// <summary>Sees to it that a tree is there, checked, or made now; returns what says what the store knows of its files.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="tree">What it holds.</param>
    /// <param name="near">The key of an earlier tree that is like it; none if there is none.</param>
    /// <param name="stop">Stops the making.</param>
    /// <exception cref="IOException">It could not be made.</exception>
    public Func<TreeRecord?> Ensure(Digest key, ComposedTree tree, Digest near, CancellationToken stop)
    {
        string path = PathOf(key);
        if (Directory.Exists(path))
        {
            if (Verify(key, tree.Record, stop) is not null)
            {
                return () => TreeRecordFormat.Read(layout.TreeRecordPath(key))?.Record;
            }

            // One without a record is of a build that was killed before it wrote it.
            if (File.Exists(layout.TreeRecordPath(key)))
            {
                log.Report(Diagnostics.DamagedContent, path);
            }

            Remove(path);
        }

        TreeRecord made = Make(key, tree, near, stop);
        return () => made;
    }

    /// <summary>The record of a tree whose files are what they were; <see langword="null"/> if some are not.</summary>
    private TreeRecord? Verify(Digest key, TreeRecord? expected, CancellationToken stop)
    {
        string recordPath = layout.TreeRecordPath(key);
        if (TreeRecordFormat.ReadHeader(recordPath) is not { } header || header.Key != key || !Directory.Exists(PathOf(key)))
        {
            return null;
        }

        if (header.Mark == _boot && Scan(key, stop).Quick() == header.Sum)
        {
            TreeRecordFormat.Touch(recordPath);
            return expected ?? TreeRecordFormat.Read(recordPath)?.Record;
        }

        // After a power failure, or a write through a second name: read what may have changed.
        TreeRecord? before = TreeRecordFormat.Read(recordPath)?.Record;
        TreeRecord now = Scan(key, stop).Refresh(header.Mark == _boot ? before : null);
        if (before is null || now.Content() != before.Content())
        {
            return null;
        }

        WriteRecord(key, now);
        return now;
    }

    private FolderScan Scan(Digest key, CancellationToken stop) => new(PathOf(key), stop) { WithChangeTime = false, IsOwn = true, IsReadOnly = true };

    private TreeRecord Make(Digest key, ComposedTree tree, Digest near, CancellationToken stop)
    {
        string temporary = layout.NewTemporary();
        try
        {
            Fill(temporary, tree, near == key ? default : near, stop);
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
            FolderScan scan = new(path, stop) { WithChangeTime = false, IsOwn = true, IsReadOnly = true, Known = known.GetValueOrDefault };
            TreeRecord made = scan.Refresh(null);
            if (made.Content() != tree.Record.Content())
            {
                throw new IOException($"'{path}' is not what was written.");
            }

            WriteRecord(key, made);
            return made;
        }
        catch
        {
            TryRemove(temporary);
            throw;
        }
    }

    /// <summary>Writes all files of a tree, or takes them from the earlier tree that is near to it.</summary>
    private void Fill(string folder, ComposedTree tree, Digest near, CancellationToken stop)
    {
        Dictionary<string, TreeFolder>? earlier = near.IsNone ? null : Verify(near, null, stop)?.ByPath();
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

    private void WriteRecord(Digest key, TreeRecord record) =>
        TreeRecordFormat.Store(layout, layout.TreeRecordPath(key), new RecordHeader(record.Sum, key, _boot), record);

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
