using System.Buffers.Binary;
using System.Text;
using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>The files of a folder as bytes, the same in memory and in a record.</summary>
/// <remarks>(name kind size digest target stamp)*; texts have two bytes of length before their UTF-8, numbers are little-endian.</remarks>
internal static class PackedFiles
{
    private const int LongestName = 256;
    private const int Fixed = 2 + 1 + 8 + Digest.Size + 2 + 16;

    public static byte[] Pack(ReadOnlySpan<TreeFile> files)
    {
        int size = 0;
        foreach (ref readonly TreeFile file in files)
        {
            size += Fixed + Encoding.UTF8.GetByteCount(file.Name) + Encoding.UTF8.GetByteCount(file.Target);
        }

        byte[] packed = new byte[size];
        Span<byte> to = packed;
        foreach (ref readonly TreeFile file in files)
        {
            to = Text(to, file.Name);
            to[0] = (byte)file.Kind;
            BinaryPrimitives.WriteInt64LittleEndian(to[1..], file.Size);
            file.Digest.CopyTo(to[9..]);
            to = Text(to[(9 + Digest.Size)..], file.Target);
            BinaryPrimitives.WriteUInt128LittleEndian(to, file.Stamp);
            to = to[16..];
        }

        return packed;
    }

    /// <exception cref="ArgumentOutOfRangeException">The bytes are not of so many files.</exception>
    public static TreeFile[] Unpack(ReadOnlySpan<byte> packed, int count)
    {
        TreeFile[] files = new TreeFile[count];
        for (int i = 0; i < count; i++)
        {
            string name = Text(ref packed);
            TreeEntryKind kind = (TreeEntryKind)packed[0];
            long size = BinaryPrimitives.ReadInt64LittleEndian(packed[1..]);
            Digest digest = Digest.FromBytes(packed.Slice(9, Digest.Size));
            packed = packed[(9 + Digest.Size)..];
            string target = Text(ref packed);
            files[i] = new TreeFile(name, kind, size, digest, target, BinaryPrimitives.ReadUInt128LittleEndian(packed));
            packed = packed[16..];
        }

        return files;
    }

    private static Span<byte> Text(Span<byte> to, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, to[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to, checked((ushort)length));
        return to[(2 + length)..];
    }

    private static string Text(ref ReadOnlySpan<byte> from)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(from);
        ReadOnlySpan<byte> text = from.Slice(2, length);
        from = from[(2 + length)..];
        if (length is 0 or > LongestName)
        {
            return Encoding.UTF8.GetString(text);
        }

        Span<char> name = stackalloc char[LongestName];
        return SharedNames.Get(name[..Encoding.UTF8.GetChars(text, name)]);
    }
}
