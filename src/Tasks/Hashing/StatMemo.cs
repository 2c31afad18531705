using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using BuildCache.Reporting;

namespace BuildCache.Hashing;

/// <summary>Remembers the digest of each file by its stamp, so that an unchanged file is read once, by any node, in any build.</summary>
/// <remarks>
/// Safe for concurrent use. Each process loads the file that all share, and appends what it learned when the
/// build ends. A file that changed too recently for the clock to tell is hashed, but not remembered, and one on a file
/// system that does not show each change is hashed each time.
/// </remarks>
/// <param name="file">The file that all share; <see langword="null"/> for none.</param>
/// <param name="log">Hears why it cannot be read or written.</param>
/// <param name="fileSystems">Which file systems show changes; <see langword="null"/> for files that nobody writes
/// twice.</param>
internal sealed class StatMemo(MemoFile? file, ICacheLog log, FileSystems? fileSystems = null)
{
    // A file written within the clock's granularity of its hashing could be written again without a new stamp.
    // Linux's coarse clock ticks every 1 to 10 ms; FAT, the worst of the others, every 2 s.
    private static readonly long s_racyNs = OperatingSystem.IsLinux() ? 50_000_000L : 2_000_000_000L;

    private readonly ConcurrentDictionary<UInt128, MemoRecord> _known = new(file?.Load(log) ?? []);
    private readonly ConcurrentDictionary<UInt128, MemoRecord> _learned = new();

    /// <summary>How many files were read, for the statistics.</summary>
    public int FilesRead => _filesRead;

    private int _filesRead;

    /// <summary>
    /// Whether a file that has the stamp that it had is what it was: <see cref="FileSystems.ShowChanges(string,
    /// FileStamp)"/>.
    /// </summary>
    public bool ShowsChanges(string path, FileStamp stamp) => fileSystems?.ShowChanges(path, stamp) != false;

    /// <summary>As the other, of a folder, or of where one will be.</summary>
    public bool ShowsChanges(string folder) => fileSystems?.ShowChanges(folder) != false;

    /// <summary>The digest of a file; <see langword="false"/> if it does not exist or cannot be read.</summary>
    public bool TryHash(string path, out Digest digest, out FileStamp stamp, CancellationToken stop) =>
        TryHash("", path, static (path, stop) => FileHasher.Hash(path, stop), out digest, out stamp, stop);

    /// <summary>As the other, for a digest that is not of the plain bytes: <paramref name="kind"/> names what <paramref name="hash"/> does.</summary>
    public bool TryHash(string kind, string path, Func<string, CancellationToken, Digest> hash, out Digest digest, out FileStamp stamp, CancellationToken stop)
    {
        digest = default;
        if (!FileStamp.TryRead(path, out stamp) || !stamp.IsRegular)
        {
            return false;
        }

        UInt128 key = Key(kind, path);
        if (_known.TryGetValue(key, out MemoRecord known) && known.Matches(stamp) && ShowsChanges(path, stamp))
        {
            digest = known.Digest;
            return true;
        }

        try
        {
            digest = hash(path, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        Interlocked.Increment(ref _filesRead);
        if (!FileStamp.TryRead(path, out FileStamp after))
        {
            return false;
        }

        if (after == stamp)
        {
            Remember(key, stamp, digest);
        }

        stamp = after;
        return true;
    }

    /// <summary>The digest of a file that is known and has this stamp; the file itself is not looked at.</summary>
    public bool TryRecall(string path, FileStamp stamp, out Digest digest)
    {
        bool isKnown = _known.TryGetValue(Key("", path), out MemoRecord known) && known.Matches(stamp) && ShowsChanges(path, stamp);
        digest = isKnown ? known.Digest : default;
        return isKnown;
    }

    /// <summary>Takes in a digest that the caller knows without reading, because it wrote the file.</summary>
    public void Remember(string path, FileStamp stamp, Digest digest) => Remember(Key("", path), stamp, digest);

    /// <summary>As <see cref="Remember(string, FileStamp, Digest)"/>, for a file that nobody writes twice, so that its age is no matter.</summary>
    public void RememberOwn(string kind, string path, FileStamp stamp, Digest digest)
    {
        MemoRecord record = new(Key(kind, path), stamp, digest);
        _known[record.Key] = record;
        _learned[record.Key] = record;
    }

    /// <summary>Writes what was learned to the shared file.</summary>
    public void Save() => file?.Append(file.IsOfOtherBoot && !_learned.IsEmpty ? _known.Values : _learned.Values, log);

    private void Remember(UInt128 key, FileStamp stamp, Digest digest)
    {
        long now = FileStamp.Nanoseconds(DateTime.UtcNow);
        if (now - Math.Max(stamp.ModifiedNs, stamp.LatestChangeNs) < s_racyNs)
        {
            return;
        }

        MemoRecord record = new(key, stamp, digest);
        _known[key] = record;
        _learned[key] = record;
    }

    private static UInt128 Key(string kind, string path) =>
        XxHash128.HashToUInt128(MemoryMarshal.AsBytes<char>(kind.Length == 0 ? path : kind + "\0" + path));
}
