using System.Runtime.InteropServices;

namespace BuildCache.Staging.Trees;

/// <summary>What .NET has no call for: second names of a file, and one new folder.</summary>
internal static partial class FileLinks
{
    private const int TooManyLinks = 31;
    private const int OtherDevice = 18;
    private const int NotPermitted = 1;
    private const int NotSupported = 95;
    private const int WindowsTooManyLinks = 1142;

    /// <summary>Gives a file a second name; <see langword="false"/> if it can have no more, lies on another file system, or that file system has no such thing.</summary>
    /// <exception cref="IOException">It failed for another reason.</exception>
    public static bool TryLink(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return CreateHardLink(to, from, 0) || (Marshal.GetLastPInvokeError() is WindowsTooManyLinks or 17 or 1 ? false : throw Failure(to));
        }

        return Link(from, to) == 0 || (Marshal.GetLastPInvokeError() is TooManyLinks or OtherDevice or NotPermitted or NotSupported ? false : throw Failure(to));
    }

    /// <summary>Makes one folder whose parent is there; nothing if it is there already.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (MakeDirectory(path, 0x1FF) != 0 && !Directory.Exists(path))
        {
            throw Failure(path);
        }
    }

    /// <summary>Gives a link its name, replacing a link that has it: File.Move refuses those that lead to folders.</summary>
    public static void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.Move(from, to);
        }
        else if (RenameEntry(from, to) != 0)
        {
            throw Failure(to);
        }
    }

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"'{path}' cannot be made: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameEntry(string from, string to);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string to, string from, nint reserved);
}
