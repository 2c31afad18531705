using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>Writes the fields of a record: numbers with seven bits a byte, texts with their length, digests as they are.</summary>
/// <remarks>A record ends with the XxHash128 of all before it, so that a torn or flipped one is never believed.</remarks>
internal sealed class RecordWriter : IDisposable
{
    private const int UsualSize = 64 * 1024;
    private const int LargestNumber = 10;

    private readonly PooledBuffer _bytes = new(UsualSize);

    public RecordWriter(string magic) => Write(magic);

    /// <summary>A text in UTF-8 behind its length in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Span<byte> field = _bytes.GetSpan(LargestNumber + length);
        int header = PutNumber(field, (ulong)length);
        _bytes.Advance(header + Encoding.UTF8.GetBytes(value, field[header..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(long value) => _bytes.Advance(PutNumber(_bytes.GetSpan(LargestNumber), (ulong)value));

    public void Write(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
    }

    public void Write(Digest value)
    {
        value.CopyTo(_bytes.GetSpan(Digest.Size));
        _bytes.Advance(Digest.Size);
    }

    /// <summary>The whole record, with its checksum.</summary>
    public byte[] Finish()
    {
        Span<byte> checksum = stackalloc byte[RecordReader.ChecksumSize];
        XxHash128.Hash(_bytes.WrittenSpan, checksum);
        _bytes.Write(checksum);
        return _bytes.WrittenSpan.ToArray();
    }

    public void Dispose() => _bytes.Dispose();

    /// <summary>Seven bits a byte, the lowest first, as BinaryReader.Read7BitEncodedInt64 has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutNumber(Span<byte> to, ulong value)
    {
        int length = 0;
        for (; value > 0x7F; value >>= 7)
        {
            to[length++] = (byte)(value | 0x80);
        }

        to[length++] = (byte)value;
        return length;
    }
}

/// <summary>Reads what <see cref="RecordWriter"/> wrote.</summary>
internal sealed class RecordReader : IDisposable
{
    public const int ChecksumSize = 16;

    private readonly BinaryReader _reader;

    private RecordReader(byte[] bytes) =>
        _reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - ChecksumSize), Encoding.UTF8);

    /// <summary>Whether an exception says that bytes are not what their format has, whoever wrote them.</summary>
    public static bool IsDamage(Exception failure) => failure is
        IOException or InvalidDataException or FormatException or ArgumentException or OverflowException or IndexOutOfRangeException;

    /// <summary>
    /// Reads a record; <see langword="null"/> if there is none, or if it is damaged, or of another kind or version.
    /// </summary>
    /// <param name="bytes">The file; <see langword="null"/> if there is none.</param>
    /// <param name="magic">Its kind and version.</param>
    /// <param name="read">Reads the fields. May answer <see langword="null"/> for a record that says what cannot
    /// be.</param>
    public static T? Read<T>(byte[]? bytes, string magic, Func<RecordReader, T?> read)
        where T : class
    {
        if (bytes is null)
        {
            return null;
        }

        try
        {
            using RecordReader? reader = Open(bytes, magic);
            return reader is null ? null : read(reader);
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            return null;
        }
    }

    /// <summary>
    /// Opens a record; <see langword="null"/> if it is damaged, or of another kind or version. What its fields say may
    /// still be wrong: <see cref="Read"/> is for that.
    /// </summary>
    internal static RecordReader? Open(byte[] bytes, string magic)
    {
        if (bytes.Length < ChecksumSize + magic.Length + 1 ||
            !XxHash128.Hash(bytes.AsSpan(0, bytes.Length - ChecksumSize)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - ChecksumSize)))
        {
            return null;
        }

        RecordReader reader = new(bytes);
        return reader.ReadString() == magic ? reader : null;
    }

    public string ReadString() => _reader.ReadString();

    public long ReadNumber() => _reader.Read7BitEncodedInt64();

    /// <summary>
    /// The number of items that follow. Each has at least a byte: a count that the record cannot hold is refused before
    /// anything is allocated.
    /// </summary>
    /// <exception cref="InvalidDataException">It cannot be.</exception>
    public int ReadCount()
    {
        long count = ReadNumber();
        return count >= 0 && count <= _reader.BaseStream.Length - _reader.BaseStream.Position
            ? (int)count : throw new InvalidDataException("The record's count is impossible.");
    }

    /// <summary>A point in time, UTC, written as its ticks.</summary>
    public DateTime ReadTime() => new(ReadNumber(), DateTimeKind.Utc);

    public double ReadDouble() => _reader.ReadDouble();

    public Digest ReadDigest()
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        _reader.BaseStream.ReadExactly(bytes);
        return Digest.FromBytes(bytes);
    }

    public void Dispose() => _reader.Dispose();
}
