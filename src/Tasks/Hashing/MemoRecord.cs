using System.Buffers.Binary;
using System.IO.Hashing;

namespace BuildCache.Hashing;

/// <summary>One line of the memo: the file's name (hashed), its stamp, and the digest it had then.</summary>
internal readonly record struct MemoRecord(UInt128 Key, FileStamp Stamp, Digest Digest)
{
    /// <summary>Bytes of a record in the file: key 16, size 8, modified 8, changed 8, inode 8, digest 32, checksum 8.</summary>
    public const int Size = 88;

    private const int ChecksumAt = Size - sizeof(ulong);

    /// <summary>Whether the file still is what it was. Its mode is no matter for its content.</summary>
    public bool Matches(FileStamp now) =>
        Stamp.Size == now.Size && Stamp.ModifiedNs == now.ModifiedNs && Stamp.ChangedNs == now.ChangedNs && Stamp.Inode == now.Inode;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(to, Key);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Stamp.Size);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Stamp.ModifiedNs);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], Stamp.ChangedNs);
        BinaryPrimitives.WriteUInt64LittleEndian(to[40..], Stamp.Inode);
        Digest.CopyTo(to[48..]);
        BinaryPrimitives.WriteUInt64LittleEndian(to[ChecksumAt..], XxHash64.HashToUInt64(to[..ChecksumAt]));
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out MemoRecord record)
    {
        record = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(from[ChecksumAt..]) != XxHash64.HashToUInt64(from[..ChecksumAt]))
        {
            return false;
        }

        FileStamp stamp = new(
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[40..]),
            0);
        record = new MemoRecord(BinaryPrimitives.ReadUInt128LittleEndian(from), stamp, Digest.FromBytes(from.Slice(48, Digest.Size)));
        return true;
    }
}
