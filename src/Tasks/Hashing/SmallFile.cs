using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BuildCache.Hashing;

/// <summary>Reads and writes small files with three calls to the system each and no object, for trees of a hundred thousand of them.</summary>
internal static unsafe partial class SmallFile
{
    private const int CloseOnExec = 0x80000;
    private const int WriteNewFlags = 0x1 | 0x40 | 0x80 | CloseOnExec; // O_WRONLY, O_CREAT, O_EXCL
    private const int Interrupted = 4;

    /// <summary>Reads from the start until the buffer is full or the file ends. Returns the number of bytes.</summary>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static int Read(string path, Span<byte> buffer)
    {
        if (!OperatingSystem.IsLinux())
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            int length = 0;
            for (int read; length < buffer.Length && (read = RandomAccess.Read(file, buffer[length..], length)) > 0;)
            {
                length += read;
            }

            return length;
        }

        int handle = Open(path, CloseOnExec, 0);
        if (handle < 0)
        {
            throw Failure(path);
        }

        try
        {
            int length = 0;
            fixed (byte* start = buffer)
            {
                while (length < buffer.Length)
                {
                    nint read = Read(handle, start + length, buffer.Length - length);
                    if (read == 0)
                    {
                        break;
                    }

                    if (read > 0)
                    {
                        length += (int)read;
                    }
                    else if (Marshal.GetLastPInvokeError() != Interrupted)
                    {
                        throw Failure(path);
                    }
                }
            }

            return length;
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>Writes a file that must not be there yet, with these permissions less the umask.</summary>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        if (!OperatingSystem.IsLinux())
        {
            using FileStream file = Create(path, mode);
            file.Write(content);
            return;
        }

        int handle = Open(path, WriteNewFlags, (uint)mode);
        if (handle < 0)
        {
            throw Failure(path);
        }

        try
        {
            fixed (byte* start = content)
            {
                for (int length = 0; length < content.Length;)
                {
                    nint written = WriteAt(handle, start + length, content.Length - length, length);
                    if (written >= 0)
                    {
                        length += (int)written;
                    }
                    else if (Marshal.GetLastPInvokeError() != Interrupted)
                    {
                        throw Failure(path);
                    }
                }
            }
        }
        catch
        {
            _ = Close(handle);
            throw;
        }

        // A file system over a network may say only now that there is no room.
        if (Close(handle) != 0 && Marshal.GetLastPInvokeError() != Interrupted)
        {
            throw Failure(path);
        }
    }

    /// <summary>Opens a file for writing that must not be there yet, with these permissions less the umask.</summary>
    public static FileStream Create(string path, UnixFileMode mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        FileStream stream = new(path, options);
        if (OperatingSystem.IsWindows() && (mode & UnixFileMode.UserWrite) == 0)
        {
            File.SetAttributes(path, FileAttributes.ReadOnly);
        }

        return stream;
    }

    /// <summary>Gives a file another name on its volume, replacing what has it; <see langword="false"/> where that cannot be done with one call to the system.</summary>
    /// <remarks>.NET looks for the file first, and where the new name's folder is missing throws: a new store has hundreds of folders.</remarks>
    public static bool TryRename(string from, string to) => OperatingSystem.IsLinux() && Rename(from, to) == 0;

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string text = $"'{path}': {Marshal.GetPInvokeErrorMessage(error)}";
        return error == 2 ? new FileNotFoundException(text) : new IOException(text, error);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int handle, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "pwrite64", SetLastError = true)]
    private static partial nint WriteAt(int handle, byte* buffer, nint size, long offset);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
