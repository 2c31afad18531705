using System.IO.Compression;
using System.Text.Json;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Bundles;

/// <summary>What an import brought.</summary>
/// <param name="Entries">Entries that are in the cache now.</param>
/// <param name="Packages">Packages that lie in NuGet's folder now.</param>
/// <param name="NewBytes">Bytes of content that were not there before.</param>
internal readonly record struct ImportResult(int Entries, int Packages, long NewBytes);

/// <summary>Reads a bundle, and takes nothing out of it that has not the digest that its manifest says.</summary>
/// <remarks>Names in the archive are never used as paths: a member goes where its digest or key belongs.</remarks>
internal sealed class BundleReader : IDisposable
{
    private const long LargestManifest = 256L << 20;
    private const long LargestRecord = 256L << 20;

    private readonly ZipArchive _archive;
    private readonly string _path;

    private BundleReader(string path, ZipArchive archive, BundleManifest manifest)
    {
        _path = path;
        _archive = archive;
        Manifest = manifest;
    }

    public BundleManifest Manifest { get; }

    /// <summary>Opens a bundle, and checks all that can be checked without unpacking it.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="maxBytes">The most that all its content may come to.</param>
    /// <exception cref="CacheException">It is not one, not whole, too large, or of a newer format.</exception>
    public static BundleReader Open(string path, long maxBytes)
    {
        ZipArchive? archive = null;
        try
        {
            archive = new ZipArchive(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), ZipArchiveMode.Read);
            if (!BundleFile.TryReadComment(archive.Comment, out int version, out Digest digest))
            {
                throw Refused(path, "it is no bundle of this cache");
            }

            if (version > BundleManifest.Newest)
            {
                throw new CacheException(Diagnostics.BundleOfAnother, path, $"its format is number {version}, and this version knows formats up to {BundleManifest.Newest}");
            }

            byte[]? text = archive.GetEntry(BundleFile.Manifest) is { } entry && entry.Length <= LargestManifest ? ReadAll(entry, entry.Length) : null;
            if (text is null || Digest.Of(text) != digest || JsonSerializer.Deserialize(text, BundleJson.Default.BundleManifest) is not { } manifest)
            {
                throw Refused(path, "its manifest is damaged");
            }

            Check(path, archive, manifest, maxBytes);
            return new BundleReader(path, archive, manifest);
        }
        catch (Exception failure) when (failure is InvalidDataException or JsonException or EndOfStreamException)
        {
            archive?.Dispose();
            throw Refused(path, $"it is not whole ({failure.Message})");
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    /// <summary>Takes everything in. What is there already is not read again.</summary>
    /// <exception cref="CacheException">A member is not what the manifest says; what came before it is in the cache.</exception>
    /// <exception cref="IOException">The cache or NuGet's folder cannot be written.</exception>
    public ImportResult Import(LocalStore store, PackageStore packages, string packageFolder, CancellationToken stop)
    {
        int entries = 0, placed = 0;
        long bytes = 0;
        foreach (BundleMember member in Manifest.Members.OrderBy(static member => BundleFile.Order(member.Name)))
        {
            stop.ThrowIfCancellationRequested();
            if (!BundleFile.TryParse(member.Name, out string kind, out Digest key))
            {
                throw Refused(_path, $"'{member.Name}' is not what its name says");
            }

            if (kind == BundleFile.Blobs)
            {
                bytes += TakeBlob(store, member, key, stop) ? member.Size : 0;
                continue;
            }

            byte[] content = Record(member);
            switch (kind)
            {
                case BundleFile.Packages when PackageFormat.Read(content, key) is { } package:
                    store.PutPackage(package);
                    placed += packages.Place(package, packageFolder, stop) ? 1 : throw new IOException($"The package {package.Id} {package.Version} could not be put into '{packageFolder}': another program may be unpacking it.");
                    break;
                case BundleFile.Entries when EntryFormat.Read(content, key) is { } entry:
                    if (store.TryGetEntry(key) is null)
                    {
                        store.PutEntry(entry);
                    }

                    entries++;
                    break;
                case BundleFile.Records when InputRecords.Read(content) is { } records:
                    foreach (InputRecord record in records.Reverse())
                    {
                        new InputRecords(store.Layout).Add(key, record);
                    }

                    break;
                case BundleFile.Solutions when SolutionRecordFormat.ReadSolution(content) is { } solution:
                    AddSolution(new SolutionRecords(store.Layout), key, solution with { Packages = new RootMap((RootMap.Home, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))).ToRooted(packageFolder) });
                    break;
                default:
                    throw Refused(_path, $"'{member.Name}' is not what its name says");
            }
        }

        return new ImportResult(entries, placed, bytes);
    }

    public void Dispose() => _archive.Dispose();

    /// <summary>That the manifest and the archive's directory agree, and that it is not too much. Nothing is unpacked for it.</summary>
    private static void Check(string path, ZipArchive archive, BundleManifest manifest, long maxBytes)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        long total = 0;
        foreach (BundleMember member in manifest.Members)
        {
            if (!BundleFile.TryParse(member.Name, out string kind, out Digest key) || !Digest.TryParse(member.Digest, out Digest digest) || member.Size < 0 ||
                !seen.Add(member.Name) || (kind == BundleFile.Blobs ? key != digest : member.Size > LargestRecord))
            {
                throw Refused(path, $"its manifest names '{member.Name}', which cannot be");
            }

            if (archive.GetEntry(member.Name) is not { } entry || entry.Length != member.Size)
            {
                throw Refused(path, $"'{member.Name}' is missing, or has another size than its manifest says");
            }

            total += member.Size;
            if (total > maxBytes)
            {
                throw Refused(path, $"its content is more than the cache may hold (BuildCacheMaxSize, {maxBytes / (1 << 20)} MB)");
            }
        }
    }

    /// <summary>Adds a record, unless it is there: each one more pushes out the oldest.</summary>
    private static void AddSolution(SolutionRecords records, Digest weakKey, SolutionRecord solution)
    {
        byte[] bytes = SolutionRecordFormat.Write(solution);
        if (!records.ReadSolutions(weakKey).Any(known => SolutionRecordFormat.Write(known).AsSpan().SequenceEqual(bytes)))
        {
            records.Write(weakKey, solution);
        }
    }

    private bool TakeBlob(LocalStore store, BundleMember member, Digest digest, CancellationToken stop)
    {
        if (store.Holds(digest, member.Size, stop))
        {
            return false;
        }

        try
        {
            using Stream content = _archive.GetEntry(member.Name)!.Open();
            return store.TryPut(content, digest, member.Size, stop) ? true : throw Refused(_path, $"the content of '{member.Name}' has not its digest");
        }
        catch (InvalidDataException failure)
        {
            throw Refused(_path, $"the content of '{member.Name}' cannot be unpacked ({failure.Message})");
        }
    }

    private byte[] Record(BundleMember member)
    {
        try
        {
            byte[]? content = ReadAll(_archive.GetEntry(member.Name)!, member.Size);
            return content is not null && Digest.Of(content).ToString() == member.Digest ? content : throw Refused(_path, $"the content of '{member.Name}' has not its digest");
        }
        catch (InvalidDataException failure)
        {
            throw Refused(_path, $"the content of '{member.Name}' cannot be unpacked ({failure.Message})");
        }
    }

    /// <summary>The content of an entry; <see langword="null"/> if it has not exactly this many bytes.</summary>
    private static byte[]? ReadAll(ZipArchiveEntry entry, long size)
    {
        using Stream content = entry.Open();
        byte[] bytes = new byte[size];
        return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == size && content.ReadByte() < 0 ? bytes : null;
    }

    private static CacheException Refused(string path, string reason) => new(Diagnostics.BundleRefused, path, reason);
}
