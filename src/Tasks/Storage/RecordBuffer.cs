using System.IO.Hashing;
using System.Text;
using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>Writes the fields of a record: numbers with seven bits a byte, texts with their length, digests as they are.</summary>
/// <remarks>A record ends with the XxHash128 of all before it, so that a torn or flipped one is never believed.</remarks>
internal sealed class RecordWriter : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;

    public RecordWriter(string magic)
    {
        _writer = new BinaryWriter(_bytes, Encoding.UTF8);
        _writer.Write(magic);
    }

    public void Write(string value) => _writer.Write(value);

    public void Write(long value) => _writer.Write7BitEncodedInt64(value);

    public void Write(double value) => _writer.Write(value);

    public void Write(Digest value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        value.CopyTo(bytes);
        _writer.Write(bytes);
    }

    public byte[] Finish()
    {
        _writer.Flush();
        byte[] hash = XxHash128.Hash(_bytes.GetBuffer().AsSpan(0, (int)_bytes.Length));
        _writer.Write(hash);
        _writer.Flush();
        return _bytes.ToArray();
    }

    public void Dispose() => _writer.Dispose();
}

/// <summary>Reads what <see cref="RecordWriter"/> wrote.</summary>
internal sealed class RecordReader : IDisposable
{
    private const int ChecksumSize = 16;

    private readonly BinaryReader _reader;

    private RecordReader(byte[] bytes) =>
        _reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - ChecksumSize), Encoding.UTF8);

    /// <summary>Opens a record; <see langword="null"/> if it is damaged, or of another kind or version.</summary>
    public static RecordReader? Open(byte[] bytes, string magic)
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

    /// <summary>The number of items that follow. A count that the record cannot hold is refused before anything is allocated.</summary>
    public int ReadCount()
    {
        long count = ReadNumber();
        return count >= 0 && count <= _reader.BaseStream.Length ? (int)count : throw new InvalidDataException("The record's count is impossible.");
    }

    public double ReadDouble() => _reader.ReadDouble();

    public Digest ReadDigest()
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        _reader.BaseStream.ReadExactly(bytes);
        return Digest.FromBytes(bytes);
    }

    public void Dispose() => _reader.Dispose();
}
