using System.IO.Hashing;
using System.Runtime.InteropServices;
using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>Every file name in the store. The version in the top folder's name changes with any format below it.</summary>
internal sealed class StoreLayout(string directory)
{
    /// <summary>The version of the layout and of all formats in it.</summary>
    public const string Version = "v1";

    /// <summary>The ending of the record beside a tree.</summary>
    public const string TreeRecordEnding = ".record";

    public string Root { get; } = Path.Combine(directory, Version);

    /// <summary>Blobs, by the SHA-256 of their content.</summary>
    public string Blobs => Path.Combine(Root, "cas");

    /// <summary>Entries, by action key.</summary>
    public string Entries => Path.Combine(Root, "ac");

    /// <summary>Input records, by weak key.</summary>
    public string Records => Path.Combine(Root, "records");

    /// <summary>What was placed last, by project and folder; of this machine only.</summary>
    public string Placements => Path.Combine(Root, "placed");

    /// <summary>Records of projects, by place; of this machine only.</summary>
    public string ProjectRecords => Path.Combine(Root, "projects");

    /// <summary>Records of solutions, by weak key.</summary>
    public string Solutions => Path.Combine(Root, "solutions");

    /// <summary>NuGet packages, by id, version and content hash.</summary>
    public string Packages => Path.Combine(Root, "packages");

    /// <summary>What a restore with a lock file needed, by the lock file.</summary>
    public string Locks => Path.Combine(Root, "locks");

    /// <summary>What the solution gate of a running build found unchanged.</summary>
    public string Verdicts => Path.Combine(Root, "verdicts");

    /// <summary>How long work takes, a file for each piece.</summary>
    public string History => Path.Combine(Root, "history");

    /// <summary>Rows of the statistics of running builds.</summary>
    public string Statistics => Path.Combine(Root, "stats");

    /// <summary>Files on their way; left behind only by a killed process.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>Whole trees for those who link to them, by key, each with its record; and what is known of sources and destinations, of this machine only.</summary>
    public string Trees => Path.Combine(Root, "trees");

    public string TreeRecords => Path.Combine(Trees, "records");

    public string Memos => Path.Combine(Root, "memo");

    public string PruneLock => Path.Combine(Root, StoreNames.PruneLock);

    public string BlobPath(Digest digest) => Sharded(Blobs, digest.ToString());

    public string EntryPath(Digest actionKey) => Sharded(Entries, actionKey.ToString());

    public string RecordPath(Digest weakKey) => Sharded(Records, weakKey.ToString());

    public string PlacementPath(string identity) => Sharded(Placements, Short(identity));

    /// <summary>The folder of a tree.</summary>
    public string TreePath(Digest key) => Sharded(Trees, key.ToString());

    /// <summary>The record of a tree in the store.</summary>
    public string TreeRecordPath(Digest key) => TreePath(key) + TreeRecordEnding;

    /// <summary>What is known of a source or of a destination.</summary>
    public string TreeRecordPath(string identity) => Sharded(TreeRecords, Short(identity));

    public string ProjectRecordPath(string place) => Sharded(ProjectRecords, Short(place));

    public string WorkPath(string work) => Sharded(History, Short(work));

    public string SolutionFolder(Digest weakKey) => Sharded(Solutions, weakKey.ToString());

    public string PackagePath(Digest key) => Sharded(Packages, key.ToString());

    public string LockPath(Digest key) => Sharded(Locks, key.ToString());

    /// <summary>The memo for the files of one repository in one place, or for the store itself.</summary>
    public string MemoPath(string place) => Path.Combine(Memos, Short(place) + ".memo");

    /// <summary>The folder for the rows of builds in one repository in one place.</summary>
    public string StatisticsPath(string place) => Path.Combine(Statistics, Short(place));

    /// <summary>A new name for a temporary file.</summary>
    public string NewTemporary() => Path.Combine(Temporary, $"{Environment.ProcessId:x}-{Guid.NewGuid():N}");

    /// <summary>32 hex digits that stand for a path or another text: local and disposable, so fast and not cryptographic.</summary>
    private static string Short(string text) =>
        Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes<char>(text)));

    private static string Sharded(string folder, string name) => Path.Join(folder, name.AsSpan(0, 2), name);
}
