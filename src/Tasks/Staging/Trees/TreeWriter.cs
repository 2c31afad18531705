using System.Buffers;
using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>Writes one file of a tree where none lies, and checks in passing that it is what it should be.</summary>
internal static class TreeWriter
{
    // Up to here the content is read whole, hashed and written; above, the system copies or clones it.
    public const int SmallSize = 128 * 1024;

    private const UnixFileMode AllRead = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode AllWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode AllExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Copies a file that a source has.</summary>
    /// <exception cref="TreeContentException">It is not what it was when the source was looked at.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static void Copy(in FileContent from, string to, in TreeFile file, bool readOnly, CancellationToken stop)
    {
        if (from.Bytes is { } bytes)
        {
            Write(bytes, to, file, readOnly, to);
        }
        else if (file.Size > SmallSize)
        {
            File.Copy(from.Path, to, overwrite: false);
            SetMode(to, file.Kind, readOnly);
            Verify(to, file, from.Path, stop);
        }
        else
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent((int)file.Size + 1);
            Write(buffer.AsSpan(0, SmallFile.Read(from.Path, buffer)), to, file, readOnly, from.Path);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes bytes that came from a named place.</summary>
    public static void Write(ReadOnlySpan<byte> content, string to, in TreeFile file, bool readOnly, string from)
    {
        if (content.Length != file.Size || Digest.Of(content) != file.Digest)
        {
            throw Changed(from);
        }

        SmallFile.WriteNew(to, content, ModeOf(file.Kind, readOnly));
    }

    /// <summary>Writes a stream of any length that came from a named place.</summary>
    public static void Write(Stream content, string to, in TreeFile file, bool readOnly, string from, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SmallSize);
        using (FileStream destination = SmallFile.Create(to, ModeOf(file.Kind, readOnly)))
        {
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                stop.ThrowIfCancellationRequested();
                destination.Write(buffer.AsSpan(0, read));
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        Verify(to, file, from, stop);
    }

    /// <summary>The permissions that a file gets, less what the umask takes away.</summary>
    public static UnixFileMode ModeOf(TreeEntryKind kind, bool readOnly) =>
        AllRead | (readOnly ? 0 : AllWrite) | (kind == TreeEntryKind.Executable ? AllExecute : 0);

    /// <summary>A copy has the permissions of what it was copied from, which may be any.</summary>
    private static void SetMode(string to, TreeEntryKind kind, bool readOnly)
    {
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(to, readOnly ? FileAttributes.ReadOnly : FileAttributes.Normal);
        }
        else
        {
            File.SetUnixFileMode(to, ModeOf(kind, readOnly) & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        }
    }

    private static void Verify(string to, in TreeFile file, string from, CancellationToken stop)
    {
        if (FileHasher.Hash(to, stop) != file.Digest)
        {
            File.Delete(to);
            throw Changed(from);
        }
    }

    private static TreeContentException Changed(string path) => new($"'{path}' is not what it was when the tree was put together");
}
