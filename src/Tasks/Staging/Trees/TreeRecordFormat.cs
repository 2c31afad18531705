using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>What is known of a place that was scanned: a source, a destination, or a tree in the store.</summary>
/// <param name="Sum">The sum of the stamps of all its files; 0 if it is not to be trusted.</param>
/// <param name="Key">Of a source, the digest of its content; else the key of the tree.</param>
/// <param name="Mark">Whatever must be the same for the record to be of use: placement, owner, boot.</param>
internal sealed record RecordHeader(UInt128 Sum, Digest Key, string Mark)
{
    /// <summary>Number of files.</summary>
    public int Files { get; init; }

    /// <summary>Bytes in them.</summary>
    public long Size { get; init; }

    /// <summary>Paths in a destination that are not the tree's.</summary>
    public IReadOnlyList<string> Strangers { get; init; } = [];

    /// <summary>Of a destination with hard links, the tree in the store that its files are names of.</summary>
    public Digest LinkedTo { get; init; }

    /// <summary>What a build sees: see <see cref="StagedTree"/>.</summary>
    public Digest Content { get; init; }
}

/// <summary>Reads and writes records of trees. The header alone is enough where nothing changed.</summary>
/// <remarks>
/// record = "bctree/2" length-of-header header checksum-of-header body checksum-of-body, numbers little-endian.
/// header = sum key mark files size content linkedTo count stranger*
/// body   = count (path sum content count size traits length file*)*, a file as in PackedFiles
/// Versions: 2, folders with their length and traits, so that most need not be unpacked. 1, the first.
/// </remarks>
internal static class TreeRecordFormat
{
    private const int Checksum = 16;
    private const int Piece = 64 * 1024;

    private static readonly TimeSpan s_touchAfter = TimeSpan.FromMinutes(30);

    private static ReadOnlySpan<byte> Magic => "bctree/2"u8;

    /// <summary>Writes a record piece by piece: of a large tree it is as long as all that is known of the tree.</summary>
    public static void Write(Stream stream, RecordHeader header, TreeRecord record)
    {
        ArrayBufferWriter<byte> output = new(2 * Piece);
        Sum(output, header.Sum);
        Put(output, header.Key);
        Text(output, header.Mark);
        Number(output, record.FileCount);
        Number(output, record.Size);
        Put(output, header.Content);
        Put(output, header.LinkedTo);
        Number(output, header.Strangers.Count);
        foreach (string stranger in header.Strangers)
        {
            Text(output, stranger);
        }

        // Not on the stack: the runtime would compile a method with that and loops to its best, for the one call of most builds.
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, output.WrittenCount);
        stream.Write(Magic);
        stream.Write(length);
        stream.Write(output.WrittenSpan);
        stream.Write(XxHash128.Hash(output.WrittenSpan));
        output.ResetWrittenCount();
        XxHash128 checksum = new();
        void Flush()
        {
            checksum.Append(output.WrittenSpan);
            stream.Write(output.WrittenSpan);
            output.ResetWrittenCount();
        }

        Number(output, record.Folders.Length);
        foreach (TreeFolder folder in record.Folders)
        {
            Text(output, folder.Path);
            Sum(output, folder.Sum);
            Put(output, folder.Content);
            Number(output, folder.Count);
            Number(output, folder.Size);
            Number(output, (long)folder.Traits);
            Number(output, folder.Packed.Length);
            output.Write(folder.Packed.Span);
            if (output.WrittenCount > Piece)
            {
                Flush();
            }
        }

        Flush();
        stream.Write(checksum.GetCurrentHash());
    }

    /// <summary>Writes a record to its place in the store.</summary>
    public static void Store(StoreLayout layout, string path, RecordHeader header, TreeRecord record) =>
        AtomicFile.Write(layout, path, stream => Write(stream, header, record));

    /// <summary>Writes a record that only saves time: where that fails, the tree is as right without it.</summary>
    public static void TryStore(StoreLayout layout, string path, RecordHeader header, TreeRecord record, ICacheLog log)
    {
        try
        {
            Store(layout, path, header, record);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            AtomicFile.TryDelete(path);
            log.Detail($"What is known of a tree could not be kept: {failure.Message}");
        }
    }

    /// <summary>Notes that a record is of use, so that it does not grow old.</summary>
    public static void Touch(string path)
    {
        try
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > s_touchAfter)
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A store that is only read: its ages are not ours to keep.
        }
    }

    /// <summary>The header; <see langword="null"/> if there is no whole one.</summary>
    public static RecordHeader? ReadHeader(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), 16 * 1024)];
            int read = RandomAccess.Read(file, bytes, 0);
            return ReadHeader(bytes.AsSpan(0, read), out _) ?? Read(path)?.Header;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException || RecordReader.IsDamage(failure))
        {
            return null;
        }
    }

    /// <summary>Header and body; <see langword="null"/> if the file is not there or not whole.</summary>
    public static (RecordHeader Header, TreeRecord Record)? Read(string path)
    {
        try
        {
            return LocalStore.TryRead(path) is { } bytes ? Read(bytes) : null;
        }
        catch (Exception failure) when (RecordReader.IsDamage(failure))
        {
            return null;
        }
    }

    private static (RecordHeader Header, TreeRecord Record)? Read(byte[] bytes)
    {
        if (ReadHeader(bytes, out int start) is not { } header || bytes.Length < start + Checksum)
        {
            return null;
        }

        ReadOnlySpan<byte> body = bytes.AsSpan(start, bytes.Length - start - Checksum);
        if (!XxHash128.Hash(body).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - Checksum)))
        {
            return null;
        }

        int at = 0;
        TreeFolder[] folders = new TreeFolder[Count(body, ref at)];
        for (int i = 0; i < folders.Length; i++)
        {
            string folder = Text(body, ref at);
            UInt128 sum = Sum(body, ref at);
            Digest content = Get(body, ref at);
            int count = (int)Number(body, ref at);
            long size = Number(body, ref at);
            FolderTraits traits = (FolderTraits)Number(body, ref at);
            int length = (int)Number(body, ref at);
            folders[i] = new TreeFolder(folder, sum, content, count, size, traits, bytes.AsMemory(start + at, length));
            at += length;
        }

        return (header, new TreeRecord(folders));
    }

    private static RecordHeader? ReadHeader(ReadOnlySpan<byte> bytes, out int body)
    {
        body = 0;
        if (!bytes.StartsWith(Magic) || bytes.Length < Magic.Length + 8)
        {
            return null;
        }

        int at = Magic.Length;
        long length = Number(bytes, ref at);
        if (length < 0 || length > bytes.Length - at - Checksum || !XxHash128.Hash(bytes.Slice(at, (int)length)).AsSpan().SequenceEqual(bytes.Slice(at + (int)length, Checksum)))
        {
            return null;
        }

        body = at + (int)length + Checksum;
        UInt128 sum = Sum(bytes, ref at);
        Digest key = Get(bytes, ref at);
        string mark = Text(bytes, ref at);
        int files = (int)Number(bytes, ref at);
        long size = Number(bytes, ref at);
        Digest content = Get(bytes, ref at);
        Digest linkedTo = Get(bytes, ref at);
        string[] strangers = new string[Count(bytes, ref at)];
        for (int i = 0; i < strangers.Length; i++)
        {
            strangers[i] = Text(bytes, ref at);
        }

        return new RecordHeader(sum, key, mark) { Files = files, Size = size, Content = content, LinkedTo = linkedTo, Strangers = strangers };
    }

    private static void Number(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static void Sum(ArrayBufferWriter<byte> output, UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(output.GetSpan(16), value);
        output.Advance(16);
    }

    private static void Put(ArrayBufferWriter<byte> output, Digest value)
    {
        value.CopyTo(output.GetSpan(Digest.Size));
        output.Advance(Digest.Size);
    }

    private static void Text(ArrayBufferWriter<byte> output, string value)
    {
        Span<byte> bytes = output.GetSpan(2 + Encoding.UTF8.GetMaxByteCount(value.Length));
        int length = Encoding.UTF8.GetBytes(value, bytes[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)length));
        output.Advance(2 + length);
    }

    private static long Number(ReadOnlySpan<byte> from, ref int at) => BinaryPrimitives.ReadInt64LittleEndian(from.Slice((at += 8) - 8, 8));

    /// <summary>The number of items that follow; each has at least a byte.</summary>
    private static int Count(ReadOnlySpan<byte> from, ref int at) =>
        Number(from, ref at) is >= 0 and var count && count <= from.Length - at
            ? (int)count : throw new InvalidDataException("The record's count is impossible.");

    private static UInt128 Sum(ReadOnlySpan<byte> from, ref int at) => BinaryPrimitives.ReadUInt128LittleEndian(from.Slice((at += 16) - 16, 16));

    private static Digest Get(ReadOnlySpan<byte> from, ref int at) => Digest.FromBytes(from.Slice((at += Digest.Size) - Digest.Size, Digest.Size));

    private static string Text(ReadOnlySpan<byte> from, ref int at)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(from[at..]);
        at += 2 + length;
        return length == 0 ? "" : Encoding.UTF8.GetString(from.Slice(at - length, length));
    }
}
