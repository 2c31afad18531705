using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace BuildCache.Staging;

/// <summary>Writes one file, with its mode and its time, in as few calls to the system as there can be.</summary>
internal static class FileCopier
{
    // Up to here reading and writing beats cloning, which costs the same for any size.
    private const int SmallFile = 256 * 1024;

    /// <summary>Copies a file of <paramref name="size"/> bytes; a larger one is cloned where the file system can.</summary>
    public static void Copy(string from, string to, long size, UnixFileMode mode, DateTime time, bool replace)
    {
        if (size > SmallFile)
        {
            File.Copy(from, to, replace);
            if (!OperatingSystem.IsWindows() && mode != 0)
            {
                File.SetUnixFileMode(to, mode);
            }

            File.SetLastWriteTimeUtc(to, time);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)size + 1);
        try
        {
            int length = 0;
            using (SafeFileHandle source = File.OpenHandle(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                for (int read; length < buffer.Length && (read = RandomAccess.Read(source, buffer.AsSpan(length), length)) > 0;)
                {
                    length += read;
                }
            }

            if (length != size)
            {
                throw new IOException($"'{from}' has {length} bytes or more instead of {size}.");
            }

            Write(to, buffer.AsSpan(0, length), mode, time, replace);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes bytes.</summary>
    public static void Write(string to, ReadOnlySpan<byte> content, UnixFileMode mode, DateTime time, bool replace)
    {
        using SafeFileHandle file = File.OpenHandle(to, replace ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        if (content.Length > 0)
        {
            RandomAccess.Write(file, content, 0);
        }

        if (!OperatingSystem.IsWindows() && mode != 0)
        {
            File.SetUnixFileMode(file, mode);
        }

        File.SetLastWriteTimeUtc(file, time);
    }
}
