using System.Buffers;
using System.Collections.Concurrent;
using BuildCache.Hashing;
using BuildCache.Reporting;
using Microsoft.Win32.SafeHandles;

namespace BuildCache.Storage;

/// <summary>Both stores in a directory that any number of processes use at once, without a daemon and without a lock.</summary>
/// <remarks>
/// A file is written under a temporary name and renamed; content first, the entry last. Nothing is forced to the
/// disk: that would cost more than it saves. Instead a blob is believed only while this boot of the machine has
/// checked it, so that what a power failure tore is found by its digest before it is used.
/// </remarks>
internal sealed class LocalStore : IBlobStore, IEntryStore
{
    // How often a use is noted for the eviction order: more often than the pruner forgets, rarely enough to cost nothing.
    private static readonly long s_touchAfterNs = TimeSpan.FromMinutes(30).Ticks * 100;

    private readonly ICacheLog _log;
    private readonly StatMemo _memo;
    private readonly string _boot;

    // Blobs that this build has put or found, so that it need not look for each again with every copy of it.
    private readonly ConcurrentDictionary<Digest, bool> _seen = new();

    public LocalStore(StoreLayout layout, ICacheLog log)
    {
        Layout = layout;
        _log = log;
        _boot = BootIdentity.Read();
        _memo = new StatMemo(new MemoFile(layout.MemoPath("store"), _boot), log);
    }

    public StoreLayout Layout { get; }

    public string? TryGetFile(Digest digest, long size, CancellationToken stop)
    {
        string path = Layout.BlobPath(digest);
        if (!FileStamp.TryRead(path, out FileStamp found))
        {
            return null;
        }

        if (found.Size != size ||
            !_memo.TryHash(_boot, path, FileHasher.Hash, out Digest actual, out FileStamp stamp, stop) ||
            actual != digest)
        {
            _log.Report(Diagnostics.DamagedContent, path);
            AtomicFile.TryDelete(path);
            return null;
        }

        Touch(path, stamp, digest);
        return path;
    }

    public byte[]? TryGetBytes(Digest digest)
    {
        string path = Layout.BlobPath(digest);
        byte[]? bytes = TryRead(path);
        if (bytes is not null && Digest.Of(bytes) != digest)
        {
            _log.Report(Diagnostics.DamagedContent, path);
            AtomicFile.TryDelete(path);
            return null;
        }

        return bytes;
    }

    public Digest PutFile(string source, CancellationToken stop) => PutFile(source, ModeOf(source), seen: null, stop);

    /// <summary>As the other, for a caller that knows the file's permissions, and who wants to see what it holds.</summary>
    /// <param name="source">The file.</param>
    /// <param name="mode">Its permissions; 0 on Windows.</param>
    /// <param name="seen">Is shown all bytes of a small file with their digest; of a large one nothing.</param>
    /// <param name="stop">Stops the reading.</param>
    public Digest PutFile(string source, UnixFileMode mode, ContentSeen? seen, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileHasher.BufferSize);
        try
        {
            int length = SmallFile.Read(source, buffer);
            if (length < buffer.Length)
            {
                Digest digest = PutContent(buffer.AsSpan(0, length), mode, stop);
                seen?.Invoke(buffer.AsSpan(0, length), digest);
                return digest;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return PutLargeFile(source, mode, stop);
    }

    /// <summary>Takes in a file's content. Many files of a build are in the store already: nothing is written then.</summary>
    /// <param name="content">All bytes of the file.</param>
    /// <param name="mode">Its permissions; 0 on Windows.</param>
    /// <param name="stop">Stops the hashing.</param>
    public Digest PutContent(ReadOnlySpan<byte> content, UnixFileMode mode, CancellationToken stop)
    {
        Digest digest = Digest.Of(content);
        string path = Layout.BlobPath(digest);
        if (IsGood(path, digest, out FileStamp old, stop))
        {
            Touch(path, old, digest);
            return digest;
        }

        AtomicFile.Write(Layout, path, content, mode == 0 ? 0 : mode | UnixFileMode.UserRead);
        NoteWritten(path, digest);
        return digest;
    }

    private static UnixFileMode ModeOf(string file) => OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(file);

    private Digest PutLargeFile(string source, UnixFileMode mode, CancellationToken stop)
    {
        string temporary = Layout.NewTemporary();
        try
        {
            Digest digest = AtomicFile.CopyIn(source, temporary, stop);
            string path = Layout.BlobPath(digest);
            if (IsGood(path, digest, out FileStamp old, stop))
            {
                File.Delete(temporary);
                Touch(path, old, digest);
                return digest;
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, mode | UnixFileMode.UserRead);
            }

            AtomicFile.Commit(temporary, path);
            NoteWritten(path, digest);
            return digest;
        }
        catch
        {
            AtomicFile.TryDelete(temporary);
            throw;
        }
    }

    public Digest PutBytes(ReadOnlySpan<byte> content)
    {
        Digest digest = Digest.Of(content);
        string path = Layout.BlobPath(digest);
        if (!IsGood(path, digest, out _, CancellationToken.None))
        {
            AtomicFile.Write(Layout, path, content);
            NoteWritten(path, digest);
        }

        return digest;
    }

    /// <summary>Takes in a blob whose digest and size are said beforehand.</summary>
    /// <param name="source">Its bytes. No more than <paramref name="size"/> and one are read, whatever it holds.</param>
    /// <param name="expected">The digest that it must have.</param>
    /// <param name="size">The length that it must have.</param>
    /// <param name="stop">Stops the copying.</param>
    /// <returns>Whether it has; if not, nothing is kept.</returns>
    public bool TryPut(Stream source, Digest expected, long size, CancellationToken stop)
    {
        string temporary = Layout.NewTemporary();
        try
        {
            using (SafeFileHandle file = AtomicFile.Create(temporary))
            {
                if (!FileHasher.TryCopy(source, file, size, out Digest digest, stop) || digest != expected)
                {
                    return false;
                }
            }

            string path = Layout.BlobPath(expected);
            AtomicFile.Commit(temporary, path);
            NoteWritten(path, expected);
            return true;
        }
        finally
        {
            AtomicFile.TryDelete(temporary);
        }
    }

    /// <summary>Whether a whole blob is there.</summary>
    public bool Holds(Digest digest, long size, CancellationToken stop) =>
        FileStamp.TryRead(Layout.BlobPath(digest), out FileStamp stamp) && stamp.Size == size && IsGood(Layout.BlobPath(digest), digest, out _, stop);

    /// <summary>The package; <see langword="null"/> if it is not in the store.</summary>
    public StoredPackage? TryGetPackage(Digest key)
    {
        string path = Layout.PackagePath(key);
        StoredPackage? package = TryRead(path) is { } bytes ? PackageFormat.Read(bytes, key) : null;
        if (package is not null && FileStamp.TryRead(path, out FileStamp stamp))
        {
            Touch(path, stamp, default);
        }

        return package;
    }

    /// <summary>Writes the list of a package's files. All its blobs must have been put before.</summary>
    public void PutPackage(StoredPackage package) => AtomicFile.Write(Layout, Layout.PackagePath(package.Key), PackageFormat.Write(package));

    public CacheEntry? TryGetEntry(Digest actionKey)
    {
        string path = Layout.EntryPath(actionKey);
        if (TryRead(path) is not { } bytes)
        {
            return null;
        }

        CacheEntry? entry = EntryFormat.Read(bytes, actionKey);
        if (entry is null)
        {
            _log.Report(Diagnostics.DamagedContent, path);
            AtomicFile.TryDelete(path);
        }
        else if (FileStamp.TryRead(path, out FileStamp stamp))
        {
            Touch(path, stamp, default);
        }

        return entry;
    }

    public void PutEntry(CacheEntry entry) =>
        AtomicFile.Write(Layout, Layout.EntryPath(entry.ActionKey), EntryFormat.Write(entry));

    /// <summary>Takes an entry away. Its content stays until it is the oldest.</summary>
    public void RemoveEntry(Digest actionKey) => AtomicFile.TryDelete(Layout.EntryPath(actionKey));

    /// <summary>Notes that an entry was of use, without reading it.</summary>
    public bool TouchEntry(Digest actionKey)
    {
        string path = Layout.EntryPath(actionKey);
        if (!FileStamp.TryRead(path, out FileStamp stamp))
        {
            return false;
        }

        Touch(path, stamp, default);
        return true;
    }

    /// <summary>A small file of the store, or <see langword="null"/>.</summary>
    public static byte[]? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps what was learned about the blobs.</summary>
    public void Save() => _memo.Save();

    /// <summary>Whether the blob is there and this boot has checked it, or can now. A damaged one is to be written anew.</summary>
    private bool IsGood(string path, Digest digest, out FileStamp stamp, CancellationToken stop)
    {
        bool isGood = _memo.TryHash(_boot, path, FileHasher.Hash, out Digest actual, out stamp, stop) && actual == digest;
        if (isGood)
        {
            _seen[digest] = true;
        }

        return isGood;
    }

    /// <summary>Whether a blob is there, as far as this build knows: another may just have evicted it, and a later hit will then say so.</summary>
    public bool IsThere(Digest digest) => _seen.ContainsKey(digest) || (File.Exists(Layout.BlobPath(digest)) && (_seen[digest] = true));

    private void NoteWritten(string path, Digest digest)
    {
        if (FileStamp.TryRead(path, out FileStamp stamp))
        {
            _memo.RememberOwn(_boot, path, stamp, digest);
            _seen[digest] = true;
        }
    }

    /// <summary>The time of the last use is the file's own time: there is no index that could be wrong.</summary>
    private void Touch(string path, FileStamp stamp, Digest digest)
    {
        DateTime now = DateTime.UtcNow;
        if (FileStamp.Nanoseconds(now) - stamp.ModifiedNs < s_touchAfterNs)
        {
            return;
        }

        try
        {
            File.SetLastWriteTimeUtc(path, now);
            if (!digest.IsNone)
            {
                NoteWritten(path, digest);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A store that is only read, or a blob that was evicted this instant: its age is not ours to keep.
        }
    }
}

/// <summary>Looks at the content of a file that is taken into the store.</summary>
internal delegate void ContentSeen(ReadOnlySpan<byte> content, Digest digest);
