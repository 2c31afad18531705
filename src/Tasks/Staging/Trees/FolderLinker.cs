using System.Runtime.InteropServices;

namespace BuildCache.Staging.Trees;

/// <summary>Gives files of one folder second names in another, under the same names.</summary>
/// <remarks>On Linux both folders are opened once, so that the system need not walk two long paths for each file.</remarks>
internal sealed partial class FolderLinker : IDisposable
{
    private const int OpenPath = 0x200000 | 0x80000; // O_PATH, O_CLOEXEC

    private readonly string _from;
    private readonly string _to;
    private readonly int _fromHandle = -1;
    private readonly int _toHandle = -1;

    /// <param name="from">Where the files lie.</param>
    /// <param name="to">Where they get their second names; both folders are there.</param>
    public FolderLinker(string from, string to)
    {
        (_from, _to) = (from, to);
        if (OperatingSystem.IsLinux())
        {
            (_fromHandle, _toHandle) = (Open(from, OpenPath), Open(to, OpenPath));
        }
    }

    /// <summary>Gives a file its second name; <see langword="false"/> if it can have none, as <see cref="FileLinks.TryLink"/> says.</summary>
    /// <exception cref="IOException">It failed for another reason.</exception>
    public bool TryLink(string name) =>
        (_fromHandle >= 0 && _toHandle >= 0 && LinkAt(_fromHandle, name, _toHandle, name, 0) == 0) || FileLinks.TryLink(string.Concat(_from, "/", name), string.Concat(_to, "/", name));

    public void Dispose()
    {
        foreach (int handle in (ReadOnlySpan<int>)[_fromHandle, _toHandle])
        {
            if (handle >= 0)
            {
                _ = Close(handle);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "linkat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}

/// <summary>A folder whose files may get second names.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Has">Whether a file in it has the wanted content.</param>
internal sealed record LinkableFolder(string Path, Func<TreeFile, bool> Has);
