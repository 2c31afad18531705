using System.IO.Compression;
using System.Text.Json;
using BuildCache.Hashing;

namespace BuildCache.Bundles;

/// <summary>Writes a bundle: beside its place, then renamed.</summary>
internal static class BundleWriter
{
    /// <summary>How a zip archive begins, as packages do: it is compressed already.</summary>
    private const int ZipMagic = 0x04034B50;

    private static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes it, and returns its size in bytes.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static long Write(string path, BundleManifest manifest, IEnumerable<(BundleMember Member, string? Path, byte[]? Bytes)> members, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string unfinished = path + ".unfinished";
        try
        {
            using (FileStream file = new(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                using ZipArchive archive = new(file, ZipArchiveMode.Create);
                byte[] text = JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJson.Default.BundleManifest);
                archive.Comment = BundleFile.Comment(Digest.Of(text));
                Add(archive, BundleFile.Manifest, CompressionLevel.Optimal, new MemoryStream(text));
                foreach ((BundleMember member, string? from, byte[]? bytes) in members)
                {
                    stop.ThrowIfCancellationRequested();
                    using Stream content = from is null ? new MemoryStream(bytes!) : new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                    Add(archive, member.Name, IsZip(content) ? CompressionLevel.NoCompression : CompressionLevel.Fastest, content);
                }
            }

            File.Move(unfinished, path, overwrite: true);
            return new FileInfo(path).Length;
        }
        finally
        {
            Storage.AtomicFile.TryDelete(unfinished);
        }
    }

    private static void Add(ZipArchive archive, string name, CompressionLevel level, Stream content)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, level);

        // The same content is the same bundle, but for when it was made.
        entry.LastWriteTime = s_noTime;
        using Stream to = entry.Open();
        content.CopyTo(to);
    }

    private static bool IsZip(Stream content)
    {
        Span<byte> start = stackalloc byte[sizeof(int)];
        int read = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        content.Position = 0;
        return read == start.Length && BitConverter.ToInt32(start) == ZipMagic;
    }
}
