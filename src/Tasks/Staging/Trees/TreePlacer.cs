using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>Makes a folder what a plan says: first what goes, then what comes, the folders of one depth in parallel.</summary>
/// <remarks>
/// Nothing is written over: a file that changes is removed and made anew, so that other names of it keep their
/// content. A kill leaves a part of the tree, or a file that is cut off; the next run sees both by their stamps.
/// </remarks>
/// <param name="destination">Absolute path of the folder.</param>
/// <param name="tree">What is to lie there.</param>
/// <param name="readOnly">Whether files get no permission to write.</param>
/// <param name="limits">What archives may hold.</param>
/// <param name="stop">Stops between two files.</param>
internal sealed class TreePlacer(string destination, ComposedTree tree, bool readOnly, ArchiveLimits limits, CancellationToken stop)
{
    private const int BatchBytes = 1 << 20;
    private const int BatchFiles = 512;

    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, 8), CancellationToken = stop };

    /// <summary>The folder, by its path in the tree, whose files are to get second names where that is possible; none: all are written.</summary>
    public Func<string, LinkableFolder?>? LinkSource { get; init; }

    /// <summary>Whether a file was written, not only linked.</summary>
    public bool HasWritten { get; private set; }

    /// <exception cref="IOException">Something could not be written or removed.</exception>
    public void Apply(TreePlan plan)
    {
        ForEach(plan.Deletes, path => Remove(Path.Join(destination, path)));
        foreach (string folder in plan.DeletedFolders)
        {
            RemoveIfEmpty(Path.Join(destination, folder));
        }

        if (plan.Folders.Count == 0)
        {
            return;
        }

        Directory.CreateDirectory(destination);
        ArchiveWants?[] fromArchives = new ArchiveWants?[tree.Sources.Count];
        foreach (IGrouping<int, FolderWork> level in plan.Folders.GroupBy(work => Depth(tree.Record.Folders[work.Index].Path)).OrderBy(static level => level.Key))
        {
            ForEach([.. level], work => Fill(work, fromArchives));
        }

        for (int i = 0; i < fromArchives.Length; i++)
        {
            if (fromArchives[i] is { } wanted)
            {
                Extract(tree.Sources[i], wanted);
            }
        }
    }

    private static int Depth(string path) => path.Length == 0 ? -1 : path.AsSpan().Count('/');

    private void Fill(FolderWork work, ArchiveWants?[] fromArchives)
    {
        TreeFolder folder = tree.Record.Folders[work.Index];
        string path = folder.Path.Length == 0 ? destination : Path.Join(destination, folder.Path);
        if (work.IsNew)
        {
            FileLinks.MakeFolder(path);
        }

        TreeFile[] files = folder.Unpack();
        LinkableFolder? there = LinkSource?.Invoke(folder.Path);
        List<(Origin Origin, TreeFile File)> archived = [];
        using FolderLinker? linker = there is null ? null : new FolderLinker(there.Path, path);
        foreach (int index in work.Writes)
        {
            stop.ThrowIfCancellationRequested();
            ref readonly TreeFile file = ref files[index];
            bool isThere = there is not null && file.Kind != TreeEntryKind.Link && there.Has(file);
            if (isThere && linker!.TryLink(file.Name))
            {
                continue;
            }

            HasWritten = true;
            string to = string.Concat(path, "/", file.Name);
            if (file.Kind == TreeEntryKind.Link)
            {
                File.CreateSymbolicLink(to, file.Target);
                continue;
            }

            if (isThere)
            {
                TreeWriter.Copy(new FileContent(string.Concat(there!.Path, "/", file.Name)), to, file, readOnly, stop);
                continue;
            }

            Origin origin = tree.OriginOf(work.Index, index);
            LoadedSource source = tree.Sources[origin.Source];
            if (source.ContentOf is not null)
            {
                TreeWriter.Copy(source.ContentOf(origin.Folder, file), to, file, readOnly, stop);
                continue;
            }

            archived.Add((origin, file));
        }

        foreach (IGrouping<Origin, (Origin, TreeFile File)> folderOf in archived.GroupBy(static one => one.Origin))
        {
            ArchiveWants wants = LazyInitializer.EnsureInitialized(ref fromArchives[folderOf.Key.Source], static () => new ArchiveWants())!;
            TreeFile[] wanted = [.. folderOf.Select(static one => one.File)];
            wants.Add(folderOf.Key.Folder, path, wanted.Length == folder.Count ? folder : new TreeFolder("", wanted));
        }
    }

    /// <summary>Unpacks in one pass: small files are gathered and written in parallel, since making them takes longer than unpacking them.</summary>
    private void Extract(LoadedSource source, ArchiveWants wanted)
    {
        string from = source.Spec.Path;

        // One buffer for all of a batch: of many that are borrowed one by one, the pool would keep a dozen megabytes.
        byte[] gathered = GC.AllocateUninitializedArray<byte>(BatchBytes);
        List<(Range Bytes, string To, TreeFile File)> batch = new(BatchFiles);
        int used = 0;
        void Flush()
        {
            ForEach(batch, item => TreeWriter.Write(gathered.AsSpan(item.Bytes), item.To, item.File, readOnly, from));
            batch.Clear();
            used = 0;
        }

        int written = 0;
        new ArchiveReader(from, source.Spec.Name, limits, stop).Extract(name => wanted.TryFind(name, out _, out _), source.Spec.StripPrefix, (name, content) =>
        {
            written++;
            wanted.TryFind(name, out string to, out TreeFile file);
            if (file.Size > TreeWriter.SmallSize)
            {
                TreeWriter.Write(content, to, file, readOnly, from, stop);
                return;
            }

            // One byte more than it should have: a longer file is told by it.
            int room = (int)file.Size + 1;
            if (batch.Count == BatchFiles || used + room > gathered.Length)
            {
                Flush();
            }

            int read = content.ReadAtLeast(gathered.AsSpan(used, room), room, throwOnEndOfStream: false);
            batch.Add((used..(used + read), to, file));
            used += read;
        });
        Flush();
        if (written != wanted.Count)
        {
            throw new TreeContentException($"'{from}' is not what it was when the tree was put together");
        }
    }

    /// <summary>Removes a file, a link, or whatever lies there that is no folder.</summary>
    public static void Remove(string path)
    {
        if (OperatingSystem.IsWindows() && File.Exists(path))
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }

        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else removed the folder, which is as well.
        }
    }

    private static void RemoveIfEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }
        catch (IOException) when (Directory.EnumerateFileSystemEntries(path).Any())
        {
            // A stranger's file lies in it and is to stay.
        }
    }

    private void ForEach<T>(IReadOnlyCollection<T> items, Action<T> action)
    {
        if (items.Count < 8)
        {
            foreach (T item in items)
            {
                stop.ThrowIfCancellationRequested();
                action(item);
            }

            return;
        }

        try
        {
            Parallel.ForEach(items, _parallel, action);
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
