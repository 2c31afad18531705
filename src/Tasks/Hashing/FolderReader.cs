using System.Runtime.InteropServices;
using System.Text;

namespace BuildCache.Hashing;

/// <summary>One name in a folder, valid until the reader reads the next folder.</summary>
/// <param name="NameStart">Where the name begins in the reader's characters.</param>
/// <param name="NameLength">Its length.</param>
/// <param name="Stamp">What the file system knows of it; a link's own, not of where it points.</param>
internal readonly record struct FolderEntry(int NameStart, int NameLength, FileStamp Stamp);

/// <summary>Lists folders with the stamps of all that lies in them. One object serves one thread, for any number of folders, without an allocation for each name.</summary>
internal sealed unsafe partial class FolderReader : IDisposable
{
    private const int OpenFolder = 0x10000 | 0x80000; // O_DIRECTORY, O_CLOEXEC
    private const int ListingSize = 64 * 1024;

    private static readonly int s_noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;
    private static readonly int s_openFolder = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 | 0x80000 : OpenFolder;

    private readonly List<FolderEntry> _entries = new(256);
    private char[] _names = new char[8 * 1024];
    private int _used;
    private byte* _listing;

    /// <summary>What lies in the folder that was read last, in the order of the file system.</summary>
    public ReadOnlySpan<FolderEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    public ReadOnlySpan<char> Name(in FolderEntry entry) => _names.AsSpan(entry.NameStart, entry.NameLength);

    /// <summary>Reads a folder; the folder itself may not be a link. What vanishes meanwhile is left out.</summary>
    /// <exception cref="IOException">It is not there, not a folder, or cannot be read.</exception>
    public void Read(string folder)
    {
        _entries.Clear();
        _used = 0;
        if (OperatingSystem.IsLinux())
        {
            ReadLinux(folder);
        }
        else
        {
            ReadPortable(folder);
        }
    }

    private void ReadPortable(string folder)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            if (FileStamp.TryReadLink(entry.FullName, out FileStamp stamp))
            {
                if (entry.LinkTarget is not null)
                {
                    stamp = stamp with { Mode = (ushort)((stamp.Mode & 0xFFF) | 0xA000) };
                }

                Add(Keep(entry.Name), stamp);
            }
        }
    }

    private void ReadLinux(string folder)
    {
        if (_listing is null)
        {
            _listing = (byte*)NativeMemory.Alloc(ListingSize);
        }

        int handle = Open(folder, s_openFolder | s_noFollow);
        if (handle < 0)
        {
            throw Failure(folder);
        }

        try
        {
            nint length;
            while ((length = Read(handle)) > 0)
            {
                for (byte* at = _listing; at < _listing + length; at += *(ushort*)(at + 16))
                {
                    // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name.
                    byte* name = at + 19;
                    if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)))
                    {
                        continue;
                    }

                    if (FileStamp.LinuxStat.TryReadAt(handle, name, out FileStamp stamp, out _))
                    {
                        Add(Keep(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name), folder), stamp);
                    }
                }
            }

            if (length < 0)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private void Add((int Start, int Length) name, FileStamp stamp) => _entries.Add(new FolderEntry(name.Start, name.Length, stamp));

    private (int, int) Keep(ReadOnlySpan<char> name)
    {
        MakeRoom(name.Length);
        name.CopyTo(_names.AsSpan(_used));
        _used += name.Length;
        return (_used - name.Length, name.Length);
    }

    private (int, int) Keep(ReadOnlySpan<byte> name, string folder)
    {
        MakeRoom(name.Length);
        if (System.Text.Unicode.Utf8.ToUtf16(name, _names.AsSpan(_used), out _, out int length, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done)
        {
            throw new IOException($"'{folder}' holds a name that is not UTF-8 ({Encoding.Latin1.GetString(name)}).");
        }

        _used += length;
        return (_used - length, length);
    }

    private void MakeRoom(int length)
    {
        if (_names.Length - _used < length)
        {
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _used + length));
        }
    }

    private static IOException Failure(string folder)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"The folder '{folder}' cannot be read: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private nint Read(int handle) => GetEntries(handle, _listing, ListingSize);

    public void Dispose()
    {
        NativeMemory.Free(_listing);
        _listing = null;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint GetEntries(int handle, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
