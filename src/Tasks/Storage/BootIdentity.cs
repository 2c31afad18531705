namespace BuildCache.Storage;

/// <summary>Tells one boot of the machine from another.</summary>
internal static class BootIdentity
{
    private const string LinuxBootId = "/proc/sys/kernel/random/boot_id";

    /// <summary>A text that stays the same until the machine starts anew.</summary>
    public static string Read()
    {
        try
        {
            if (File.Exists(LinuxBootId))
            {
                return File.ReadAllText(LinuxBootId).Trim();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Fall through to the estimate below.
        }

        // The time of the start, to ten minutes: clocks are set by seconds while a machine runs.
        long started = DateTime.UtcNow.Ticks - (Environment.TickCount64 * TimeSpan.TicksPerMillisecond);
        return (started / TimeSpan.FromMinutes(10).Ticks).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
