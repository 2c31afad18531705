using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using BuildCache.Hashing;
using BuildCache.Reporting;

namespace BuildCache.Staging.Trees;

/// <summary>What an archive may hold at most; more is taken for an attack.</summary>
/// <param name="Files">Entries.</param>
/// <param name="Bytes">Bytes after unpacking.</param>
/// <param name="Ratio">Times the archive's own size, once <paramref name="RatioFrom"/> bytes are unpacked.</param>
/// <param name="RatioFrom">Where the ratio begins to count.</param>
internal sealed record ArchiveLimits(int Files = 2_000_000, long Bytes = 64L << 30, int Ratio = 200, long RatioFrom = 256L << 20);

/// <summary>An entry of an archive while it is being read.</summary>
/// <param name="Path">Where it lies in the archive, checked.</param>
/// <param name="Kind">A file, an executable or a link; <see langword="null"/> for a folder.</param>
/// <param name="Target">Where a link points.</param>
/// <param name="SameAs">The earlier entry whose second name this is; "" if it has content of its own.</param>
/// <param name="Content">The bytes; to be read before the next entry.</param>
internal readonly record struct ArchiveEntry(string Path, TreeEntryKind? Kind, string Target, string SameAs, Stream? Content);

/// <summary>Reads tar, tar.gz and zip from start to end with .NET's own libraries, and distrusts all that they say.</summary>
internal sealed class ArchiveReader(string path, string name, ArchiveLimits limits, CancellationToken stop)
{
    private const int Block = 512;

    /// <summary>From so many entries on, reading takes seconds, and giving back the memory that it needed a small part of them.</summary>
    private const int Many = 20_000;

    /// <summary>Whether a file is an archive, by its name.</summary>
    public static bool IsArchive(string path) => IsZip(path) || IsTar(path) || IsZippedTar(path);

    private static bool IsZip(string path) => Ends(path, ".zip") || Ends(path, ".nupkg");

    private static bool IsTar(string path) => Ends(path, ".tar");

    private static bool IsZippedTar(string path) => Ends(path, ".tar.gz") || Ends(path, ".tgz");

    private static bool Ends(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>What it holds, by folders.</summary>
    /// <exception cref="CacheException">It is damaged, too large, or holds what must not be.</exception>
    public TreeRecord List(string stripPrefix, GlobFilter filter)
    {
        ArchiveListing listing = new();
        HashSet<string> named = new(StringComparer.Ordinal);
        ReadAll(entry =>
        {
            if (entry.SameAs.Length > 0)
            {
                named.Add(entry.SameAs);
            }
            else
            {
                Take(listing, entry, stripPrefix, filter, entry.Kind is { } kind ? Describe(entry, kind) : default);
            }
        });
        if (named.Count > 0)
        {
            ListSecondNames(listing, named, stripPrefix, filter);
        }

        return listing.ToRecord(path => Unsafe(path, "is in the archive twice"));
    }

    /// <summary>Adds second names, which are rare, in a pass of their own: so that not every file must be remembered by its path.</summary>
    private void ListSecondNames(ArchiveListing listing, HashSet<string> named, string stripPrefix, GlobFilter filter)
    {
        Dictionary<string, TreeFile> firsts = new(StringComparer.Ordinal);
        ReadAll(entry =>
        {
            if (entry.SameAs.Length > 0)
            {
                TreeFile file = firsts.TryGetValue(entry.SameAs, out TreeFile first) ? first : throw Unsafe(entry.Path, $"is a second name of '{entry.SameAs}', which does not come before it");
                firsts[entry.Path] = file;
                Take(listing, entry, stripPrefix, filter, file);
            }
            else if (entry.Kind is { } kind && named.Contains(entry.Path))
            {
                firsts[entry.Path] = Describe(entry, kind);
            }
        });
    }

    private TreeFile Describe(in ArchiveEntry entry, TreeEntryKind kind)
    {
        if (kind == TreeEntryKind.Link)
        {
            return new TreeFile("", kind, 0, Digest.Of(entry.Target), entry.Target, 0);
        }

        (Digest digest, long size) = Hash(entry.Content);
        return new TreeFile("", kind, size, digest, "", 0);
    }

    private static void Take(ArchiveListing listing, in ArchiveEntry entry, string stripPrefix, GlobFilter filter, in TreeFile file)
    {
        if (Select(entry.Path, stripPrefix) is not { } taken)
        {
            return;
        }

        if (entry.Kind is null)
        {
            if (filter.TakesAll)
            {
                listing.AddFolder(taken);
            }
        }
        else if (taken.Length > 0 && filter.Takes(taken))
        {
            string folder = TreeComposer.Parent(taken);
            listing.Add(folder, file with { Name = SharedNames.Get(taken.AsSpan(folder.Length == 0 ? 0 : folder.Length + 1)) });
        }
    }

    /// <summary>Hands out the content of those files that <paramref name="wanted"/> names, in the archive's order.</summary>
    public void Extract(Func<string, bool> wanted, string stripPrefix, Action<string, Stream> write)
    {
        // The content of a second name lies before it: those that are wanted need another pass. They are rare.
        Dictionary<string, string> secondNames = [];
        Dictionary<string, string> firsts = [];
        ReadAll(entry =>
        {
            string first = entry.SameAs.Length == 0 ? "" : firsts.GetValueOrDefault(entry.SameAs, entry.SameAs);
            if (first.Length > 0)
            {
                firsts[entry.Path] = first;
            }

            if (Select(entry.Path, stripPrefix) is { Length: > 0 } taken && entry.Kind is TreeEntryKind.File or TreeEntryKind.Executable && wanted(taken))
            {
                if (first.Length > 0)
                {
                    secondNames[taken] = first;
                }
                else
                {
                    write(taken, entry.Content ?? Stream.Null);
                }
            }
        });
        if (secondNames.Count == 0)
        {
            return;
        }

        ILookup<string, string> names = secondNames.ToLookup(static pair => pair.Value, static pair => pair.Key);
        ReadAll(entry =>
        {
            if (names.Contains(entry.Path) && entry.SameAs.Length == 0)
            {
                using MemoryStream copy = new();
                (entry.Content ?? Stream.Null).CopyTo(copy);
                foreach (string taken in names[entry.Path])
                {
                    copy.Position = 0;
                    write(taken, copy);
                }
            }
        });
    }

    private static string? Select(string path, string stripPrefix) =>
        stripPrefix.Length == 0 ? path
        : path == stripPrefix ? ""
        : path.StartsWith(stripPrefix, StringComparison.Ordinal) && path[stripPrefix.Length] == '/' ? path[(stripPrefix.Length + 1)..] : null;

    private void ReadAll(Action<ArchiveEntry> visit)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 128 * 1024, FileOptions.SequentialScan);
            if (IsZip(path))
            {
                ReadZip(file, visit);
            }
            else
            {
                using Stream stream = IsZippedTar(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
                ReadTar(new BoundedStream(stream, Allowed(file.Length), TooLarge), visit);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or NotSupportedException or FormatException or ArgumentException or OverflowException)
        {
            throw new CacheException(Diagnostics.TreeArchiveDamaged, name, failure.Message);
        }
    }

    private long Allowed(long size) => Math.Min(limits.Bytes, Math.Max(limits.RatioFrom, size * limits.Ratio));

    private CacheException TooLarge() => new(Diagnostics.TreeArchiveDamaged, name, "it unpacks to far more than an archive of its size should; it is taken for an attack");

    private void ReadTar(BoundedStream stream, Action<ArchiveEntry> visit)
    {
        if (ReadEntries(stream, visit) >= Many)
        {
            // .NET's reader keeps a stream for each entry to its end. Waited for, or what comes now would take new memory meanwhile.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        if (!stream.EndedInZeros)
        {
            throw new EndOfStreamException("it ends too early.");
        }
    }

    /// <summary>Returns the number of entries.</summary>
    private int ReadEntries(BoundedStream stream, Action<ArchiveEntry> visit)
    {
        using TarReader reader = new(stream, leaveOpen: true);
        int count = 0;
        while (reader.GetNextEntry(copyData: false) is { } entry)
        {
            stop.ThrowIfCancellationRequested();
            CheckCount(++count);
            switch (entry.EntryType)
            {
                case TarEntryType.GlobalExtendedAttributes:
                    continue;
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    visit(new ArchiveEntry(Clean(entry.Name), null, "", "", null));
                    continue;
                case TarEntryType.SymbolicLink:
                    visit(new ArchiveEntry(Name(entry.Name), TreeEntryKind.Link, entry.LinkName, "", null));
                    continue;
                case TarEntryType.HardLink:
                    visit(new ArchiveEntry(Name(entry.Name), TreeEntryKind.File, "", Name(entry.LinkName), null));
                    continue;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    visit(new ArchiveEntry(Name(entry.Name), KindOf(entry.Mode), "", "", entry.DataStream));
                    continue;
                default:
                    throw new CacheException(Diagnostics.TreeSpecialFile, $"{name}: {entry.Name}");
            }
        }

        return count;
    }

    private void ReadZip(FileStream file, Action<ArchiveEntry> visit)
    {
        using ZipArchive zip = new(file, ZipArchiveMode.Read);
        CheckCount(zip.Entries.Count);
        long left = Allowed(file.Length);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            stop.ThrowIfCancellationRequested();
            int mode = entry.ExternalAttributes >> 16;
            int type = mode & 0xF000;
            string full = entry.FullName.Replace('\\', '/');
            if (full.EndsWith('/'))
            {
                visit(new ArchiveEntry(Clean(full), null, "", "", null));
                continue;
            }

            if (entry.IsEncrypted)
            {
                throw new InvalidDataException("it is encrypted.");
            }

            if (type is not (0 or 0x8000 or 0xA000))
            {
                throw new CacheException(Diagnostics.TreeSpecialFile, $"{name}: {entry.FullName}");
            }

            using BoundedStream content = new(entry.Open(), left, TooLarge);
            if (type == 0xA000)
            {
                using StreamReader reader = new(content);
                visit(new ArchiveEntry(Name(full), TreeEntryKind.Link, reader.ReadToEnd(), "", null));
            }
            else
            {
                visit(new ArchiveEntry(Name(full), KindOf((UnixFileMode)(mode & 0x1FF)), "", "", content));
            }

            left -= content.Count;
        }
    }

    private void CheckCount(int count)
    {
        if (count > limits.Files)
        {
            throw new CacheException(Diagnostics.TreeArchiveDamaged, name, $"it holds more than {limits.Files} entries; it is taken for an attack");
        }
    }

    private static TreeEntryKind KindOf(UnixFileMode mode) => (mode & UnixFileMode.UserExecute) != 0 ? TreeEntryKind.Executable : TreeEntryKind.File;

    private string Clean(string entry) => TreeNames.Clean(entry, name);

    private string Name(string entry) => Clean(entry) is { Length: > 0 } clean ? clean : throw Unsafe(entry, "is empty");

    private CacheException Unsafe(string entry, string fault) => new(Diagnostics.TreeUnsafeName, entry, name, fault);

    private (Digest, long) Hash(Stream? content)
    {
        if (content is null)
        {
            return (Digest.Of([]), 0);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return read < buffer.Length ? (Digest.Of(buffer.AsSpan(0, read)), read) : HashLong(content, buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Hashes what does not fit into one buffer, whose first part is in it already.</summary>
    private (Digest, long) HashLong(Stream content, byte[] buffer)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        for (int read = buffer.Length; read > 0; read = content.Read(buffer))
        {
            stop.ThrowIfCancellationRequested();
            sha.AppendData(buffer, 0, read);
            size += read;
        }

        Span<byte> hash = stackalloc byte[Digest.Size];
        sha.GetHashAndReset(hash);
        return (Digest.FromBytes(hash), size);
    }

    /// <summary>Counts what comes out, stops at a bound, and remembers whether the last block was of zeros, with which a whole tar ends.</summary>
    private sealed class BoundedStream(Stream inner, long most, Func<Exception> tooMuch) : Stream
    {
        public long Count { get; private set; }

        public bool EndedInZeros { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            if (read > 0)
            {
                Count += read;
                EndedInZeros = !buffer[..Math.Min(read, Block)].ContainsAnyExcept((byte)0);
            }

            return Count > most ? throw tooMuch() : read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
