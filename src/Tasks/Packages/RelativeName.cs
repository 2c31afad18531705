using System.Buffers;

namespace BuildCache.Packages;

/// <summary>Whether a name from elsewhere may become a file below a folder.</summary>
internal static class RelativeName
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(@"\:*?""<>|");

    private static readonly string[] s_devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];

    /// <summary>Whether a relative path stays below its folder on every system, and means one file only.</summary>
    public static bool IsSafe(string path) => path.Length is > 0 and < 1024 && path.Split('/').All(IsSafePart);

    /// <summary>Whether Windows takes a name for a device.</summary>
    public static bool IsDevice(string name)
    {
        string stem = name.Split('.')[0].TrimEnd();
        return s_devices.Contains(stem, StringComparer.OrdinalIgnoreCase) ||
            (stem.Length == 4 && stem[3] is (>= '0' and <= '9') or '¹' or '²' or '³' && (stem.StartsWith("com", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("lpt", StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsSafePart(string part) =>
        part is not ("" or "." or "..") && part[^1] is not ('.' or ' ') && !part.AsSpan().ContainsAny(s_special) && !part.Any(char.IsControl) && !IsDevice(part);
}
