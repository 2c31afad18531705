using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class AssemblyHasherTests
{
    /// <summary>This assembly itself: compiled deterministically, signed by nobody, and not written to after the compiler.</summary>
    private readonly byte[] _plain = File.ReadAllBytes(typeof(AssemblyHasherTests).Assembly.Location);

    private static Guid Id => typeof(AssemblyHasherTests).Module.ModuleVersionId;

    [Fact]
    public void The_digest_begins_as_the_MVID()
    {
        // All but the 10 bits that mark a random id.
        byte[] id = Id.ToByteArray();
        Assert.Equal(Convert.ToHexStringLower(id)[..14], Assert.NotNull(Hash(_plain)).ToString()[..14]);
    }

    [Fact]
    public void A_signature_that_is_put_on_afterwards_does_not_count()
    {
        byte[] first = Sign(_plain, 0xAA, 64);
        byte[] second = Sign(_plain, 0xBB, 128);

        Assert.NotEqual(Digest.Of(first), Digest.Of(second));
        Assert.Equal(Hash(_plain), Hash(first));
        Assert.Equal(Hash(_plain), Hash(second));
    }

    [Fact]
    public void A_change_that_keeps_the_MVID_is_left_to_the_exact_digest()
    {
        using PEReader file = new([.. _plain]);
        byte[] changed = [.. _plain];
        changed[file.PEHeaders.MetadataStartOffset + (file.PEHeaders.MetadataSize / 2)] ^= 1;

        Assert.Null(Hash(changed));
    }

    [Fact]
    public void Another_MVID_is_left_to_the_exact_digest()
    {
        byte[] changed = [.. _plain];
        changed[changed.AsSpan().IndexOf(Id.ToByteArray())] ^= 1;

        Assert.Null(Hash(changed));
    }

    [Fact]
    public void What_is_no_managed_assembly_is_left_to_the_exact_digest()
    {
        Assert.Null(Hash([]));
        Assert.Null(Hash([.. "MZ"u8, .. new byte[200]]));
        Assert.Null(Hash(_plain[..1000]));
    }

    private static Digest? Hash(byte[] content) => AssemblyHasher.TryHash([.. content]);

    /// <summary>As a signing tool does: a table at the end, its place in the header, and the checksum.</summary>
    private static byte[] Sign(byte[] plain, byte filler, int size)
    {
        using PEReader file = new([.. plain]);
        byte[] certificate = new byte[size];
        certificate.AsSpan().Fill(filler);
        byte[] signed = [.. plain, .. certificate];
        int header = file.PEHeaders.PEHeaderStartOffset;
        int entry = header + (file.PEHeaders.PEHeader!.Magic == PEMagic.PE32Plus ? 112 : 96) + 32;
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(entry), plain.Length);
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(entry + 4), size);
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(header + 64), filler);
        return signed;
    }
}
