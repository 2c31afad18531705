using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace BuildCache.Hashing;

/// <summary>Hashes an archive by its members: their names, modes and contents, not their times, owners and compression.</summary>
internal static class ArchiveHasher
{
    /// <summary>The most that the members may hold together, in bytes: a small file can unpack to anything.</summary>
    private const long MostBytes = 4L << 30;

    private static readonly string[] s_extensions = [".zip", ".nupkg", ".a"];

    /// <summary>Whether a file is called as one of the archives that this class reads.</summary>
    public static bool IsArchive(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The digest; <see langword="null"/> if the file is not a plain archive.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Digest? TryHash(string path, CancellationToken stop)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        try
        {
            return Path.GetExtension(path).Equals(".a", StringComparison.OrdinalIgnoreCase) ? TryHashUnix(file, stop) : TryHashZip(file, stop);
        }
        catch (Exception failure) when (failure is InvalidDataException or NotSupportedException or ArgumentException or OverflowException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Zip: in the order of names, which does not matter to who unpacks it.</summary>
    private static Digest? TryHashZip(FileStream file, CancellationToken stop)
    {
        Span<byte> start = stackalloc byte[4];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.SequenceEqual("PK\x03\x04"u8))
        {
            return null;
        }

        file.Position = 0;
        using ZipArchive archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
        using CanonicalHasher hasher = new("zip/1");
        hasher.Add(1, archive.Comment);
        string before = "";
        long left = MostBytes;
        foreach (ZipArchiveEntry member in archive.Entries.OrderBy(static member => member.FullName, StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            if (member.IsEncrypted || (member.FullName == before && before.Length > 0))
            {
                return null;
            }

            before = member.FullName;
            if (IsWrapping(file.Name, before))
            {
                continue;
            }

            hasher.Add(2, member.FullName);
            hasher.Add(3, member.ExternalAttributes);
            hasher.Add(4, member.Comment);
            using Stream content = member.Open();
            if (HashOf(content, ref left, stop) is not { } digest)
            {
                return null;
            }

            hasher.Add(5, digest);
        }

        return hasher.Finish();
    }

    /// <summary>What a package holds of its own making, with an id made by chance. NuGet never unpacks it.</summary>
    private static bool IsWrapping(string archive, string member) =>
        archive.EndsWith(".nupkg", StringComparison.OrdinalIgnoreCase) &&
        (member == "_rels/.rels" || (member.StartsWith("package/services/metadata/core-properties/", StringComparison.Ordinal) && member.EndsWith(".psmdcp", StringComparison.Ordinal)));

    /// <summary>ar: in the order of members, which a linker follows.</summary>
    /// <remarks>"!&lt;arch&gt;\n", then for each member 60 bytes of text (name 16, time 12, owner 6, group 6, mode 8, size 10, end 2) and its content, padded to an even length.</remarks>
    private static Digest? TryHashUnix(FileStream file, CancellationToken stop)
    {
        const int HeaderSize = 60;
        Span<byte> header = stackalloc byte[HeaderSize];
        file.ReadExactly(header[..8]);
        if (!header[..8].SequenceEqual("!<arch>\n"u8))
        {
            return null;
        }

        using CanonicalHasher hasher = new("ar/1");
        while (file.Position < file.Length)
        {
            stop.ThrowIfCancellationRequested();
            file.ReadExactly(header);
            if (!header[58..].SequenceEqual("`\n"u8) ||
                !long.TryParse(Encoding.ASCII.GetString(header[48..58]), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long size) ||
                size > file.Length - file.Position)
            {
                return null;
            }

            hasher.Add(1, header[..16]);
            hasher.Add(2, header[40..48]);
            long end = file.Position + size;
            hasher.Add(3, HashOf(file, size, stop));
            file.Position = Math.Min(file.Length, end + (end & 1));
        }

        return hasher.Finish();
    }

    private static Digest? HashOf(Stream content, ref long left, CancellationToken stop)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        for (int read = content.Read(buffer); read > 0; read = content.Read(buffer))
        {
            stop.ThrowIfCancellationRequested();
            left -= read;
            if (left < 0)
            {
                return null;
            }

            sha.AppendData(buffer, 0, read);
        }

        return Digest.FromBytes(sha.GetHashAndReset());
    }

    private static Digest HashOf(FileStream file, long size, CancellationToken stop)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        while (size > 0)
        {
            stop.ThrowIfCancellationRequested();
            int part = (int)Math.Min(size, buffer.Length);
            file.ReadExactly(buffer.AsSpan(0, part));
            sha.AppendData(buffer, 0, part);
            size -= part;
        }

        return Digest.FromBytes(sha.GetHashAndReset());
    }
}
