using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace BuildCache.Hashing;

/// <summary>Hashes an assembly by what its compiler made, without what signing puts in afterwards.</summary>
/// <remarks>
/// A deterministic compiler takes the module's version id (MVID) from the SHA-256 of the file as it was before the
/// id itself, the time stamp, the checksum and the signatures were filled in. That hash is made again here. An id
/// that is not its beginning is believed by nobody: a tool that rewrites assemblies may have kept it.
/// </remarks>
internal static class AssemblyHasher
{
    private const int GuidSize = 16;

    /// <summary>The digest; <see langword="null"/> if the MVID does not stand for the content.</summary>
    public static Digest? TryHash(byte[] content)
    {
        try
        {
            using PEReader file = new([.. content]);
            if (!file.HasMetadata || file.PEHeaders.PEHeader is not { } header || !file.ReadDebugDirectory().Any(static entry => entry.Type == DebugDirectoryEntryType.Reproducible))
            {
                return null;
            }

            MetadataReader metadata = file.GetMetadataReader();
            Guid id = metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
            int at = file.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Guid) +
                ((MetadataTokens.GetHeapOffset(metadata.GetModuleDefinition().Mvid) - 1) * GuidSize);
            int length = Blank(content, file.PEHeaders, header);
            content.AsSpan(at, GuidSize).Clear();
            byte[] hash = SHA256.HashData(content.AsSpan(0, length));
            return IdOf(hash) == id ? Digest.FromBytes(hash) : null;
        }
        catch (Exception failure) when (failure is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Clears what is filled in last, and gives the length without an Authenticode signature.</summary>
    private static int Blank(byte[] content, PEHeaders headers, PEHeader header)
    {
        const int TimeStamp = 4;
        const int Checksum = 64;
        const int CertificateEntry = 4;
        content.AsSpan(headers.CoffHeaderStartOffset + TimeStamp, sizeof(uint)).Clear();
        content.AsSpan(headers.PEHeaderStartOffset + Checksum, sizeof(uint)).Clear();
        if (headers.CorHeader is { } managed && headers.TryGetDirectoryOffset(managed.StrongNameSignatureDirectory, out int strongName))
        {
            content.AsSpan(strongName, managed.StrongNameSignatureDirectory.Size).Clear();
        }

        if (header.CertificateTableDirectory.Size == 0)
        {
            return content.Length;
        }

        int directories = headers.PEHeaderStartOffset + (header.Magic == PEMagic.PE32Plus ? 112 : 96);
        content.AsSpan(directories + (CertificateEntry * 2 * sizeof(uint)), 2 * sizeof(uint)).Clear();

        // The one directory whose place is an offset in the file. It is the last thing in it.
        return header.CertificateTableDirectory.RelativeVirtualAddress;
    }

    /// <summary>The id that the beginning of a hash gives, marked as a random one (version 4) as every compiler does.</summary>
    private static Guid IdOf(ReadOnlySpan<byte> hash)
    {
        Span<byte> id = stackalloc byte[GuidSize];
        hash[..GuidSize].CopyTo(id);
        id[7] = (byte)((id[7] & 0x0F) | 0x40);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id);
    }
}
