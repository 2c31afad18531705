using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>One file of a package as NuGet laid it out.</summary>
/// <param name="Path">Relative to the package's folder, with forward slashes.</param>
/// <param name="Digest">The digest of the content.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Permissions">The POSIX permission bits; 0 where there are none.</param>
/// <param name="Modified">The time of the last write, UTC: what is copied from a package carries it.</param>
internal sealed record PackageFile(string Path, Digest Digest, long Size, UnixFileMode Permissions, DateTime Modified);

/// <summary>A NuGet package in the store: the whole of its folder, file by file.</summary>
/// <param name="Id">In lower case, as its folder is named.</param>
/// <param name="Version">Normalized and in lower case, as its folder is named.</param>
/// <param name="ContentHash">NuGet's own hash of the package, as lock files have it.</param>
/// <param name="Files">All files; NuGet's mark of a whole package is one of them.</param>
internal sealed record StoredPackage(string Id, string Version, string ContentHash, IReadOnlyList<PackageFile> Files)
{
    /// <summary>Where it lies in the store.</summary>
    public Digest Key => KeyOf(Id, Version, ContentHash);

    /// <summary>The key of a package.</summary>
    public static Digest KeyOf(string id, string version, string contentHash)
    {
        using CanonicalHasher hasher = new("package/1");
        hasher.Add(1, id);
        hasher.Add(2, version);
        hasher.Add(3, contentHash);
        return hasher.Finish();
    }
}

/// <summary>Reads and writes the list of a package's files.</summary>
/// <remarks>package = "bc-package/1" id version contentHash count (path digest size permissions ticks)* checksum. Versions: 1, the first.</remarks>
internal static class PackageFormat
{
    private const string Magic = "bc-package/1";

    public static byte[] Write(StoredPackage package)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(package.Id);
        writer.Write(package.Version);
        writer.Write(package.ContentHash);
        writer.Write(package.Files.Count);
        foreach (PackageFile file in package.Files)
        {
            writer.Write(file.Path);
            writer.Write(file.Digest);
            writer.Write(file.Size);
            writer.Write((long)file.Permissions);
            writer.Write(file.Modified.Ticks);
        }

        return writer.Finish();
    }

    /// <summary>The package; <see langword="null"/> when the bytes are not a whole list of this version for this key.</summary>
    public static StoredPackage? Read(byte[] bytes, Digest expectedKey) => RecordReader.Read(bytes, Magic, reader =>
    {
        StoredPackage package = new(reader.ReadString(), reader.ReadString(), reader.ReadString(), EntryFormat.ReadList(reader, static reader => new PackageFile(
            reader.ReadString(), reader.ReadDigest(), reader.ReadNumber(), (UnixFileMode)reader.ReadNumber(), new DateTime(reader.ReadNumber(), DateTimeKind.Utc))));
        return package.Key == expectedKey ? package : null;
    });
}
