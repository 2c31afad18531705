using System.Collections.Concurrent;
using BuildCache.Reporting;

namespace BuildCache.Hashing;

/// <summary>
/// Which file systems show each change of a file in its stamp, so that a file with the same stamp need not be read
/// again.
/// </summary>
/// <remarks>
/// Each file system is looked up once a build, because the numbers of devices mean something else after a mount. A
/// change does not show on tmpfs (a write through mapped memory), on squashfs and some FUSE file systems (they keep no
/// change time of their own), and on network file systems (this machine remembers an old stamp). A file system that is
/// not known is not believed.
/// </remarks>
/// <param name="log">Hears once of each that is not believed.</param>
/// <param name="formatOf">Names the file system that a path lies on, as the system calls it; by default the system is
/// asked.</param>
internal sealed class FileSystems(ICacheLog log, Func<string, string>? formatOf = null)
{
    private static readonly string[] s_believed =
        ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "overlay", "overlayfs", "apfs", "NTFS"];

    private readonly ConcurrentDictionary<ulong, bool> _byDevice = new();
    private readonly ConcurrentDictionary<string, bool> _byFolder = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file that has the stamp that it had is what it was.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="stamp">Its stamp.</param>
    public bool ShowChanges(string path, FileStamp stamp)
    {
        if (stamp.Device != 0)
        {
            return _byDevice.TryGetValue(stamp.Device, out bool known) ? known : _byDevice[stamp.Device] = IsBelieved(path);
        }

        string folder = Path.GetDirectoryName(path) ?? path;
        return _byFolder.TryGetValue(folder, out bool seen) ? seen : _byFolder[folder] = IsBelieved(path);
    }

    /// <summary>As the other, of a folder, or of where one will be.</summary>
    public bool ShowChanges(string folder)
    {
        string? there = folder;
        while (there is not null && !Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there);
        }

        return there is not null && FileStamp.TryRead(there, out FileStamp stamp) &&
            ShowChanges(Path.Combine(there, "."), stamp);
    }

    private bool IsBelieved(string path)
    {
        string format = Format(path);
        if (s_believed.Contains(format, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        if (_said.TryAdd(format, true))
        {
            log.Report(Diagnostics.StampsNotBelieved, path, format.Length > 0 ? format : "unknown");
        }

        return false;
    }

    private string Format(string path)
    {
        try
        {
            return formatOf is not null ? formatOf(path)
                : new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(path)! : path).DriveFormat;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
