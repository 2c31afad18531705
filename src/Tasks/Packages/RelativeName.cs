using System.Buffers;
using BuildCache.Staging;

namespace BuildCache.Packages;

/// <summary>Whether a name from elsewhere may become a file below a folder.</summary>
internal static class RelativeName
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(@"\:*?""<>|");

    /// <summary>Whether a relative path stays below its folder on every system, and means one file only.</summary>
    public static bool IsSafe(string path) => path.Length is > 0 and < 1024 && path.Split('/').All(IsSafePart);

    private static bool IsSafePart(string part) =>
        part is not ("" or "." or "..") && part[^1] is not ('.' or ' ') && !part.AsSpan().ContainsAny(s_special) && !part.Any(char.IsControl) && !DeviceName.Is(part);
}
