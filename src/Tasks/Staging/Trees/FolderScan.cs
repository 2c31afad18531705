using System.IO.Hashing;
using System.Runtime.InteropServices;
using BuildCache.Hashing;
using BuildCache.Reporting;

namespace BuildCache.Staging.Trees;

/// <summary>A folder as a scan found it.</summary>
/// <param name="Path">Relative to the scanned folder, with forward slashes.</param>
/// <param name="Sum">A hash of the path and of its files' names and stamps, whatever their order.</param>
internal readonly record struct ScannedFolder(string Path, UInt128 Sum);

/// <summary>Looks at all that lies in a folder: quickly, to see that nothing changed, or so that each file's digest is known.</summary>
/// <remarks>Level by level, the folders of a level in parallel. A file is read only if its stamp is not what it was.</remarks>
internal sealed class FolderScan
{
    // A file that changed so shortly before the scan could change again without a new stamp (see StatMemo).
    private static readonly long s_racyNs = OperatingSystem.IsLinux() ? 50_000_000L : 2_000_000_000L;

    private const int SmallFileSize = 16 * 1024;

    /// <summary>To look at so many files one by one takes no longer than the runtime takes to compile a parallel loop.</summary>
    private const int LittleWork = 1000;

    /// <summary>A file of so many bytes counts as one more, since it may have to be read.</summary>
    private const int BytesOfOneEntry = 256 * 1024;

    private readonly string _root;
    private readonly CancellationToken _stop;
    private readonly long _trustedBeforeNs;
    private Dictionary<string, TreeFolder> _before = [];
    private Lazy<Dictionary<string, TreeFolder>>? _other;
    private List<ScannedFolder>? _scanned;

    /// <param name="root">The absolute path of the folder.</param>
    /// <param name="stop">Stops between two folders.</param>
    public FolderScan(string root, CancellationToken stop)
    {
        _root = root;
        _stop = stop;
        _trustedBeforeNs = FileStamp.Nanoseconds(DateTime.UtcNow) - s_racyNs;
    }

    /// <summary>What is looked at; all by default.</summary>
    public GlobFilter Filter { get; init; } = new("", "");

    /// <summary>Whether it is a place that only we write, so that files may be young, and of any kind.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether a file with a permission to write is not what it should be.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Names that are left out wherever they lie.</summary>
    public Func<string, bool>? LeavesOut { get; init; }

    /// <summary>Says what we have just written to a folder, so that it need not be read; none if nothing.</summary>
    public Func<string, TreeFolder?>? Known { get; init; }

    /// <summary>The sum of all stamps. What it sees, <see cref="Refresh"/> need not look at again.</summary>
    public UInt128 Quick()
    {
        UInt128 total = 0;
        _scanned = Walk(static (_, _, path, sum, _) => new ScannedFolder(path, sum));
        foreach (ScannedFolder folder in _scanned)
        {
            total = unchecked(total + folder.Sum);
        }

        return total;
    }

    /// <summary>All files with their digests, those that did not change from the record of an earlier scan.</summary>
    /// <param name="before">The record; none: all files are read.</param>
    /// <param name="other">Finds another one of files that may be these very ones; asked only if a folder is not what it was.</param>
    /// <exception cref="IOException">A file or a folder cannot be read.</exception>
    public TreeRecord Refresh(TreeRecord? before, Func<TreeRecord?>? other = null)
    {
        _before = before?.ByPath() ?? [];
        _other = other is null ? null : new(() => other()?.ByPath() ?? []);
        if (_scanned is null || before is null)
        {
            return ToRecord(Walk(static (scan, reader, path, sum, isRacy) => scan.Detail(reader, path, sum, isRacy)));
        }

        List<TreeFolder> same = new(_scanned.Count);
        List<string> others = [];
        foreach (ScannedFolder folder in _scanned)
        {
            if (Unchanged(folder.Path, folder.Sum) is { } known)
            {
                same.Add(known);
            }
            else
            {
                others.Add(folder.Path);
            }
        }

        return ToRecord([.. same, .. Read(others)]);
    }

    /// <summary>The same record, with some of its folders, or new ones, looked at again.</summary>
    public TreeRecord RefreshOnly(TreeRecord before, IReadOnlySet<string> folders)
    {
        _before = before.ByPath();
        _other = null;
        return ToRecord([.. before.Folders.Where(folder => !folders.Contains(folder.Path)), .. Read(folders.Where(folder => Directory.Exists(PathOf(folder))))]);
    }

    private TreeFolder? Unchanged(string path, UInt128 sum) =>
        _before.TryGetValue(path, out TreeFolder? known) && known.Sum == sum ? known
        : _other is not null && _other.Value.TryGetValue(path, out known) && known.Sum == sum ? known
        : null;

    private static TreeRecord ToRecord(List<TreeFolder> folders)
    {
        folders.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new TreeRecord([.. folders]);
    }

    private string PathOf(string folder) => folder.Length == 0 ? _root : Path.Join(_root, folder);

    private List<TreeFolder> Read(IEnumerable<string> folders) =>
        Each([.. folders], static (scan, reader, path, sum, isRacy) => scan.Detail(reader, path, sum, isRacy), []);

    private List<T> Walk<T>(Func<FolderScan, FolderReader, string, UInt128, bool, T> visit)
    {
        List<T> found = [];
        List<string> level = [""];
        while (level.Count > 0)
        {
            List<string> next = [];
            found.AddRange(Each(level, visit, next));
            level = next;
        }

        return found;
    }

    /// <summary>Looks at folders, in parallel once they are seen to hold many files; their sub-folders are added to <paramref name="next"/>.</summary>
    private List<T> Each<T>(List<string> folders, Func<FolderScan, FolderReader, string, UInt128, bool, T> visit, List<string> next)
    {
        List<T> found = new(folders.Count);
        int visited = VisitFirst(folders, visit, found, next);
        if (visited == folders.Count)
        {
            return found;
        }

        try
        {
            Parallel.ForEach(
                folders.GetRange(visited, folders.Count - visited),
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = _stop },
                static () => (Reader: new FolderReader(), Found: new List<T>(), Next: new List<string>()),
                (path, _, own) =>
                {
                    Visit(own.Reader, path, visit, own.Found, own.Next);
                    return own;
                },
                own =>
                {
                    own.Reader.Dispose();
                    lock (found)
                    {
                        found.AddRange(own.Found);
                        next.AddRange(own.Next);
                    }
                });
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return found;
    }

    /// <summary>Looks at folders one by one while that is little work; returns at how many.</summary>
    private int VisitFirst<T>(List<string> folders, Func<FolderScan, FolderReader, string, UInt128, bool, T> visit, List<T> found, List<string> next)
    {
        using FolderReader reader = new();
        int visited = 0;
        for (long work = 0; visited < folders.Count && (work < LittleWork || visited == folders.Count - 1); visited++)
        {
            _stop.ThrowIfCancellationRequested();
            Visit(reader, folders[visited], visit, found, next);
            foreach (ref readonly FolderEntry entry in reader.Entries)
            {
                work += 1 + (entry.Stamp.Size / BytesOfOneEntry);
            }
        }

        return visited;
    }

    private void Visit<T>(FolderReader reader, string path, Func<FolderScan, FolderReader, string, UInt128, bool, T> visit, List<T> found, List<string> next)
    {
        reader.Read(PathOf(path));
        UInt128 sum = Sum(reader, path, next, out bool isRacy, out int taken);
        if (taken > 0 || Filter.TakesAll)
        {
            found.Add(visit(this, reader, path, sum, isRacy));
        }
    }

    private UInt128 Sum(FolderReader reader, string path, List<string> subfolders, out bool isRacy, out int taken)
    {
        UInt128 sum = 0;
        isRacy = false;
        taken = 0;
        foreach (ref readonly FolderEntry entry in reader.Entries)
        {
            ReadOnlySpan<char> name = reader.Name(entry);
            if (entry.Stamp.IsDirectory)
            {
                string subfolder = path.Length == 0 ? name.ToString() : string.Concat(path, "/", name);
                if (!Filter.Skips(subfolder))
                {
                    subfolders.Add(subfolder);
                }
            }
            else if (Takes(path, name))
            {
                taken++;
                isRacy |= IsRacy(entry.Stamp);
                sum = unchecked(sum + Hash(name, entry.Stamp));
            }
        }

        return OfFolder(path, sum);
    }

    /// <summary>The path and the files in one hash: of sums alone, two folders that change places would have the same total.</summary>
    private static UInt128 OfFolder(string path, UInt128 files)
    {
        Span<UInt128> both = [XxHash128.HashToUInt128(MemoryMarshal.AsBytes(path.AsSpan())), files];
        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(both));
    }

    private bool IsRacy(in FileStamp stamp) => !IsOwn && Math.Max(stamp.ModifiedNs, stamp.LatestChangeNs) >= _trustedBeforeNs;

    private bool Takes(string folder, ReadOnlySpan<char> name)
    {
        if (LeavesOut is not null && LeavesOut(name.ToString()))
        {
            return false;
        }

        if (Filter.TakesAll)
        {
            return true;
        }

        if (folder.Length == 0)
        {
            return Filter.Takes(name);
        }

        Span<char> path = stackalloc char[512];
        return path.TryWrite($"{folder}/{name}", out int length) ? Filter.Takes(path[..length]) : Filter.Takes(string.Concat(folder, "/", name));
    }

    private UInt128 Hash(ReadOnlySpan<char> name, in FileStamp stamp)
    {
        Span<byte> bytes = stackalloc byte[40 + 512];
        MemoryMarshal.Write(bytes, stamp.Size);
        MemoryMarshal.Write(bytes[8..], stamp.ModifiedNs);
        MemoryMarshal.Write(bytes[16..], stamp.ChangedNs);
        MemoryMarshal.Write(bytes[24..], stamp.Inode);
        MemoryMarshal.Write(bytes[32..], (long)stamp.Mode);
        int length = Math.Min(name.Length * 2, 512);
        MemoryMarshal.AsBytes(name)[..length].CopyTo(bytes[40..]);
        return XxHash128.HashToUInt128(bytes[..(40 + length)]);
    }

    private TreeFolder Detail(FolderReader reader, string path, UInt128 sum, bool isRacy)
    {
        if (!isRacy && Unchanged(path, sum) is { } same)
        {
            return same;
        }

        TreeFile[] earlier = _before.GetValueOrDefault(path)?.Unpack() ?? [];
        TreeFile[] other = _other?.Value.GetValueOrDefault(path)?.Unpack() ?? [];
        TreeFile[] written = Known?.Invoke(path)?.Unpack() ?? [];
        List<TreeFile> files = new(reader.Entries.Length);
        foreach (ref readonly FolderEntry entry in reader.Entries)
        {
            ReadOnlySpan<char> name = reader.Name(entry);
            if (!entry.Stamp.IsDirectory && Takes(path, name))
            {
                files.Add(Describe(path, name, entry.Stamp, earlier, other, written));
            }
        }

        files.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new TreeFolder(path, CollectionsMarshal.AsSpan(files), isRacy ? 0 : sum);
    }

    private TreeFile Describe(string folder, ReadOnlySpan<char> name, in FileStamp stamp, TreeFile[] earlier, TreeFile[] other, TreeFile[] written)
    {
        UInt128 hash = IsRacy(stamp) ? 0 : Hash(name, stamp);
        int at = TreeFolderSearch.IndexOf(earlier, name);
        if (at >= 0 && hash != 0 && earlier[at].Stamp == hash)
        {
            return earlier[at];
        }

        at = TreeFolderSearch.IndexOf(other, name);
        if (at >= 0 && hash != 0 && other[at].Stamp == hash)
        {
            return other[at];
        }

        string text = SharedNames.Get(name);
        if (stamp.IsLink)
        {
            string path = Path.Join(_root, folder, text);
            string target = new FileInfo(path).LinkTarget ?? throw new IOException($"The link '{path}' cannot be read.");
            return new TreeFile(text, TreeEntryKind.Link, 0, Digest.Of(target), target, hash);
        }

        if (!stamp.IsRegular)
        {
            return IsOwn ? new TreeFile(text, TreeEntryKind.Other, 0, default, "", hash) : throw new CacheException(Diagnostics.TreeSpecialFile, Path.Join(_root, folder, text));
        }

        if (IsReadOnly && (stamp.Permissions & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            return new TreeFile(text, TreeEntryKind.Other, stamp.Size, default, "", hash);
        }

        TreeFile file = new(text, (stamp.Permissions & UnixFileMode.UserExecute) != 0 ? TreeEntryKind.Executable : TreeEntryKind.File, stamp.Size, default, "", hash);
        return TreeFolderSearch.IndexOf(written, name) is >= 0 and int own && written[own].Kind == file.Kind && written[own].Size == file.Size
            ? file with { Digest = written[own].Digest }
            : file with { Digest = Read(Path.Join(_root, folder, text), stamp.Size) };
    }

    private Digest Read(string path, long size)
    {
        if (size >= SmallFileSize)
        {
            return FileHasher.Hash(path, _stop);
        }

        Span<byte> content = stackalloc byte[SmallFileSize];
        int length = SmallFile.Read(path, content);
        return length < content.Length ? Digest.Of(content[..length]) : FileHasher.Hash(path, _stop);
    }
}
