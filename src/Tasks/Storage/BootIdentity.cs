using System.Runtime.InteropServices;
using System.Text;

namespace BuildCache.Storage;

/// <summary>Tells one boot of the machine from another.</summary>
internal static partial class BootIdentity
{
    private const string LinuxBootId = "/proc/sys/kernel/random/boot_id";

    /// <summary>A text of 36 letters that macOS draws anew at each start.</summary>
    private const string MacBootId = "kern.bootsessionuuid";

    /// <summary>A text that stays the same until the machine starts anew.</summary>
    public static string Read()
    {
        try
        {
            string? given = OperatingSystem.IsMacOS() ? OfMac()
                : File.Exists(LinuxBootId) ? File.ReadAllText(LinuxBootId).Trim() : null;
            if (!string.IsNullOrEmpty(given))
            {
                return given;
            }
        }
        catch (Exception failure) when (failure is
            IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // Fall through to the estimate below.
        }

        // The time of the start, to ten minutes: clocks are set by seconds while a machine runs. Windows counts its
        // sleep, too.
        long started = DateTime.UtcNow.Ticks - (Environment.TickCount64 * TimeSpan.TicksPerMillisecond);
        return (started / TimeSpan.FromMinutes(10).Ticks).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static unsafe string? OfMac()
    {
        byte[] value = new byte[64];
        nuint length = (nuint)value.Length;
        fixed (byte* to = value)
        {
            return SystemControl(MacBootId, to, &length, null, 0) == 0
                ? Encoding.ASCII.GetString(value, 0, (int)length).TrimEnd('\0') : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int SystemControl(string name, byte* value, nuint* length, byte* newValue, nuint newLength);
}
