using System.Runtime.InteropServices;

namespace BuildCache.Hashing;

/// <summary>What the file system knows of a file without reading it: enough to see that it changed.</summary>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedNs">Time of the last write, in nanoseconds since 1970 (UTC).</param>
/// <param name="ChangedNs">Time of the last change of content or metadata, which no tool can set back; the time of creation where the system has none.</param>
/// <param name="Inode">The file's number on its volume; 0 where the system offers none cheaply.</param>
/// <param name="Mode">POSIX type and permission bits; 0 on Windows.</param>
internal readonly partial record struct FileStamp(long Size, long ModifiedNs, long ChangedNs, ulong Inode, ushort Mode)
{
    private const ushort TypeMask = 0xF000;

    private const long Second = 1_000_000_000;

    /// <summary>FAT writes times to two seconds, the coarsest that there is.</summary>
    private const long Coarsest = 2 * Second;

    /// <summary>
    /// The number of the device that the file lies on; 0 where it is not known. It may be another after each mount, and
    /// says nothing of the file: two stamps are equal without it.
    /// </summary>
    public ulong Device { get; init; }

    /// <summary>The time of the last write, as .NET gives it.</summary>
    public DateTime Modified => DateTime.UnixEpoch.AddTicks(ModifiedNs / 100);

    /// <summary>The last change that the system knows of: where <see cref="ChangedNs"/> is only the creation, the last write.</summary>
    public long LastChangeNs => OperatingSystem.IsLinux() ? ChangedNs : ModifiedNs;

    /// <summary>Whether the file system counts whole seconds, as far as this stamp shows.</summary>
    public bool IsCoarse => LastChangeNs % Second == 0;

    /// <summary>
    /// The latest time that the last change may have been at: a file system may keep whole seconds alone (ext4 with
    /// inodes of 128 bytes, FAT).
    /// </summary>
    public long LatestChangeNs => IsCoarse ? LastChangeNs + Coarsest : LastChangeNs;

    public bool IsRegular => Mode == 0 || (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xA000;

    /// <summary>Whether its owner may execute it; <see langword="false"/> on Windows.</summary>
    public bool IsExecutable => (Mode & (int)UnixFileMode.UserExecute) != 0;

    /// <summary>The permission bits, 0 on Windows.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xFFF);

    /// <summary>Reads the stamp of what lies at <paramref name="path"/>, following links; <see langword="false"/> if nothing does.</summary>
    public static bool TryRead(string path, out FileStamp stamp) =>
        OperatingSystem.IsLinux() ? LinuxStat.TryRead(path, follow: true, out stamp) : TryReadPortable(path, out stamp);

    /// <summary>As <see cref="TryRead"/>, but of a symbolic link itself.</summary>
    public static bool TryReadLink(string path, out FileStamp stamp) =>
        OperatingSystem.IsLinux() ? LinuxStat.TryRead(path, follow: false, out stamp) : TryReadPortable(path, out stamp);

    private static bool TryReadPortable(string path, out FileStamp stamp)
    {
        stamp = default;
        FileInfo file = new(path);
        if (file.Exists)
        {
            ushort mode = OperatingSystem.IsWindows() ? (ushort)0 : (ushort)(0x8000 | (int)file.UnixFileMode);
            if (file.LinkTarget is not null)
            {
                mode = (ushort)((mode & 0xFFF) | 0xA000);
            }

            stamp = new FileStamp(file.Length, Nanoseconds(file.LastWriteTimeUtc), Nanoseconds(file.CreationTimeUtc), 0, mode);
            return true;
        }

        if (Directory.Exists(path))
        {
            stamp = new FileStamp(0, 0, 0, 0, 0x4000);
            return true;
        }

        return false;
    }

    /// <summary>Whether a file has another name (a hard link). Making one moves its change time. <see langword="false"/> off Linux, where no time moves.</summary>
    public static bool HasOtherName(string path) => OperatingSystem.IsLinux() && LinuxStat.NamesOf(path) > 1;

    /// <summary>Whether another file system begins at a path, as far as the system says so.</summary>
    public static unsafe bool IsMount(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + "\0"))
        {
            return LinuxStat.TryReadAt(LinuxStat.CurrentDirectory, name, out _, out bool isMount) && isMount;
        }
    }

    public bool Equals(FileStamp other) =>
        Size == other.Size && ModifiedNs == other.ModifiedNs && ChangedNs == other.ChangedNs &&
        Inode == other.Inode && Mode == other.Mode;

    public override int GetHashCode() => HashCode.Combine(Size, ModifiedNs, ChangedNs, Inode, Mode);

    /// <summary>A point in time as nanoseconds since 1970, the unit of this type.</summary>
    public static long Nanoseconds(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>statx(2): the only call that gives nanoseconds, inode and change time with one layout on every architecture.</summary>
    internal static partial class LinuxStat
    {
        public const int CurrentDirectory = -100;
        private const int NoFollow = 0x100;
        private const uint BasicStats = 0x7FF;
        private const ulong MountRoot = 0x2000;

        public static unsafe bool TryRead(string path, bool follow, out FileStamp stamp)
        {
            Buffer buffer;
            if (Statx(CurrentDirectory, path, follow ? 0 : NoFollow, BasicStats, &buffer) != 0)
            {
                stamp = default;
                return false;
            }

            stamp = ToStamp(buffer);
            return true;
        }

        /// <summary>As the other, of a name of UTF-8 bytes ending in 0 in an open folder; a link is not followed.</summary>
        public static unsafe bool TryReadAt(int folder, byte* name, out FileStamp stamp, out bool isMount)
        {
            Buffer buffer;
            if (StatxAt(folder, name, NoFollow, BasicStats, &buffer) != 0)
            {
                stamp = default;
                isMount = false;
                return false;
            }

            stamp = ToStamp(buffer);
            isMount = (buffer.Attributes & MountRoot) != 0;
            return true;
        }

        /// <summary>How many names a file has; 0 if it is not there.</summary>
        public static unsafe uint NamesOf(string path)
        {
            Buffer buffer;
            return Statx(CurrentDirectory, path, 0, BasicStats, &buffer) != 0 ? 0 : buffer.Names;
        }

        private static FileStamp ToStamp(in Buffer buffer) => new(
            (long)buffer.Size,
            (buffer.ModifiedSeconds * 1_000_000_000L) + buffer.ModifiedNs,
            (buffer.ChangedSeconds * 1_000_000_000L) + buffer.ChangedNs,
            buffer.Inode,
            buffer.Mode)
        {
            Device = ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
        };

        [LibraryImport("libc", EntryPoint = "statx")]
        private static unsafe partial int StatxAt(int folder, byte* path, int flags, uint mask, Buffer* buffer);

        [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
        private static unsafe partial int Statx(int folder, string path, int flags, uint mask, Buffer* buffer);

        /// <summary>struct statx, of which only the named fields are read.</summary>
        [StructLayout(LayoutKind.Explicit, Size = 256)]
        private struct Buffer
        {
            [FieldOffset(8)]
            public ulong Attributes;
            [FieldOffset(16)]
            public uint Names;
            [FieldOffset(28)]
            public ushort Mode;
            [FieldOffset(32)]
            public ulong Inode;
            [FieldOffset(40)]
            public ulong Size;
            [FieldOffset(96)]
            public long ChangedSeconds;
            [FieldOffset(104)]
            public uint ChangedNs;
            [FieldOffset(112)]
            public long ModifiedSeconds;
            [FieldOffset(120)]
            public uint ModifiedNs;
            [FieldOffset(136)]
            public uint DeviceMajor;
            [FieldOffset(140)]
            public uint DeviceMinor;
        }
    }
}
