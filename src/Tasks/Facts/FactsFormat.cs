using System.IO.Compression;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Reads and writes the list of facts that is kept beside an entry.</summary>
/// <remarks>
/// facts = deflate("bc-facts/1" count (kind name value text)* checksum), where the value of a property is
/// its first 8 bytes: enough to see that it changed, and a quarter of the space. Versions: 1, the first.
/// </remarks>
internal static class FactsFormat
{
    private const string Magic = "bc-facts/1";

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static byte[] Write(IReadOnlyList<Fact> facts)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(facts.Count);
        foreach (Fact fact in facts)
        {
            writer.Write((long)fact.Kind);
            writer.Write(fact.Name);
            if (fact.Kind == FactKind.Property)
            {
                writer.Write(Short(fact.Value));
            }
            else
            {
                writer.Write(fact.Value);
            }

            writer.Write(fact.Text);
        }

        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Fastest))
        {
            deflate.Write(writer.FinishInPlace());
        }

        return packed.ToArray();
    }

    /// <summary>The facts; <see langword="null"/> when the bytes are not a whole list of this version.</summary>
    public static IReadOnlyList<Fact>? Read(byte[] bytes)
    {
        try
        {
            using MemoryStream plain = new();
            using (DeflateStream inflate = new(new MemoryStream(bytes), CompressionMode.Decompress))
            {
                inflate.CopyTo(plain);
            }

            using RecordReader? reader = RecordReader.Open(plain.ToArray(), Magic);
            return reader is null ? null : EntryFormat.ReadList(reader, static reader =>
            {
                FactKind kind = (FactKind)reader.ReadNumber();
                string name = reader.ReadString();
                Digest value = kind == FactKind.Property ? Digest.Of(reader.ReadNumber().ToString(System.Globalization.CultureInfo.InvariantCulture)) : reader.ReadDigest();
                return new Fact(kind, name, value, reader.ReadString());
            });
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Facts as they look after being written and read, so that fresh ones can be compared with stored ones.</summary>
    public static Fact AsStored(Fact fact) => fact.Kind == FactKind.Property
        ? fact with { Value = Digest.Of(Short(fact.Value).ToString(System.Globalization.CultureInfo.InvariantCulture)) }
        : fact;

    private static long Short(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
    }
}
