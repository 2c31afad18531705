namespace BuildCache.Staging;

/// <summary>Names that Windows takes for devices, whatever folder they are in and whatever extension they have.</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/fileio/naming-a-file</remarks>
internal static class DeviceName
{
    private static readonly string[] s_devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];

    /// <summary>Whether Windows takes a name for a device.</summary>
    public static bool Is(string name)
    {
        string stem = name.Split('.')[0].TrimEnd();
        return s_devices.Contains(stem, StringComparer.OrdinalIgnoreCase) ||
            (stem.Length == 4 && stem[3] is (>= '0' and <= '9') or '¹' or '²' or '³' && (stem.StartsWith("com", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("lpt", StringComparison.OrdinalIgnoreCase)));
    }
}
