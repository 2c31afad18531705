using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Reads and writes the list of facts that is kept beside an entry.</summary>
/// <remarks>
/// facts = "bc-facts/2" count (kind name value text)* checksum, where the value of a property is
/// its first 8 bytes: enough to see that it changed, and a quarter of the space. Not compressed: digests do not shrink, and
/// half the space was not worth the time of a miss (docs/design.md, 54). Versions: 1 was compressed.
/// </remarks>
internal static class FactsFormat
{
    private const string Magic = "bc-facts/2";

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

        return writer.Finish();
    }

    /// <summary>The facts; <see langword="null"/> when the bytes are not a whole list of this version.</summary>
    public static IReadOnlyList<Fact>? Read(byte[] bytes) => RecordReader.Read(bytes, Magic, static reader => EntryFormat.ReadList(reader, ReadFact));

    private static Fact ReadFact(RecordReader reader)
    {
        FactKind kind = (FactKind)reader.ReadNumber();
        string name = reader.ReadString();
        Digest value = kind == FactKind.Property ? OfShort(reader.ReadNumber()) : reader.ReadDigest();
        return new Fact(kind, name, value, reader.ReadString());
    }

    /// <summary>Facts as they look after being written and read, so that fresh ones can be compared with stored ones.</summary>
    public static Fact AsStored(Fact fact) => fact.Kind == FactKind.Property
        ? fact with { Value = OfShort(Short(fact.Value)) }
        : fact;

    private static Digest OfShort(long value) => Digest.Of(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static long Short(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
    }
}
