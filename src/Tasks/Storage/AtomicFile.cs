using BuildCache.Hashing;
using Microsoft.Win32.SafeHandles;

namespace BuildCache.Storage;

/// <summary>Puts a file into the store so that nobody ever sees half of it: written under a temporary name, then renamed.</summary>
internal static class AtomicFile
{
    private const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Writes bytes.</summary>
    public static void Write(StoreLayout layout, string path, ReadOnlySpan<byte> content) => Write(layout, path, content, 0);

    /// <summary>Writes bytes with permissions of their own; 0 for those that a new file has.</summary>
    public static void Write(StoreLayout layout, string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string temporary = layout.NewTemporary();
        try
        {
            WriteNew(temporary, content, mode == 0 ? Usual : mode);
            if (mode != 0 && !OperatingSystem.IsWindows() && FileMask.Takes(mode))
            {
                File.SetUnixFileMode(temporary, mode);
            }

            Commit(temporary, path);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Writes what is too long to be in memory at once.</summary>
    public static void Write(StoreLayout layout, string path, Action<Stream> write)
    {
        string temporary = layout.NewTemporary();
        try
        {
            using (FileStream stream = new(Create(temporary), FileAccess.Write, bufferSize: 0))
            {
                write(stream);
            }

            Commit(temporary, path);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void WriteNew(string temporary, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        try
        {
            SmallFile.WriteNew(temporary, content, mode);
        }
        catch (Exception failure) when (failure is DirectoryNotFoundException or FileNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
            SmallFile.WriteNew(temporary, content, mode);
        }
    }

    /// <summary>Creates the temporary file, and the folder above it if this is the first.</summary>
    public static SafeFileHandle Create(string temporary)
    {
        try
        {
            return File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception failure) when (failure is DirectoryNotFoundException or FileNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
            return File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write);
        }
    }

    /// <summary>Gives the temporary file its name, replacing what had it.</summary>
    public static void Commit(string temporary, string path)
    {
        if (SmallFile.TryRename(temporary, path))
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            // Mostly the folder is missing; what else there may be is for .NET to say.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }

        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is DirectoryNotFoundException or FileNotFoundException)
        {
            // Where another thread makes the folder between the failure and .NET's look at its cause, the file counts as missing instead.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
    }

    /// <summary>Deletes a file if that is possible. For cleaning up after a failure that is reported anyway.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The pruner removes it later.
        }
    }

    /// <summary>Copies a file into a temporary one and returns the digest of what was copied.</summary>
    public static Digest CopyIn(string source, string temporary, CancellationToken stop)
    {
        using SafeFileHandle handle = Create(temporary);
        return FileHasher.HashWhileCopying(source, handle, stop);
    }
}
