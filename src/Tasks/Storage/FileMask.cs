namespace BuildCache.Storage;

/// <summary>The permissions that the system takes away from every new file of this process (umask).</summary>
internal static class FileMask
{
    private const UnixFileMode All = (UnixFileMode)0x1FF;

    // The call that tells it also sets it, for all threads. What Linux shows of a process does not.
    private static readonly UnixFileMode s_mask = Read();

    /// <summary>Whether a new file that is to have these permissions gets fewer; <see langword="true"/> where that is not known.</summary>
    public static bool Takes(UnixFileMode mode) => (mode & (s_mask | ~All)) != 0;

    private static UnixFileMode Read()
    {
        try
        {
            const string Name = "Umask:";
            return OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
                ? (UnixFileMode)Convert.ToInt32(line[Name.Length..].Trim(), 8) & All
                : All;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or OverflowException or ArgumentException)
        {
            return All;
        }
    }
}
