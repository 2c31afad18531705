using BuildCache.Reporting;

namespace BuildCache.Staging.Trees;

/// <summary>Checks names that come from somebody else.</summary>
internal static class TreeNames
{
    /// <summary>Why a relative path with forward slashes cannot be a name in a tree; <see langword="null"/> if it can.</summary>
    public static string? Fault(string path)
    {
        if (path.Length == 0)
        {
            return "is empty";
        }

        if (path[0] == '/' || (path.Length > 1 && path[1] == ':'))
        {
            return "is an absolute path";
        }

        if (path.Length > 4000)
        {
            return "is too long";
        }

        foreach (string part in path.Split('/'))
        {
            string? fault = part switch
            {
                "" => "has an empty part",
                "." or ".." => $"has a part '{part}'",
                _ when part.AsSpan().ContainsAny('\\', ':', '\0') || part.AsSpan().ContainsAnyInRange('\u0001', '\u001f') => "has a character that names cannot have everywhere",
                _ when part.Length > 255 => "has a part that is too long",
                _ when OperatingSystem.IsWindows() && DeviceName.Is(part) => "is the name of a device",
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>A relative path in its one spelling: forward slashes, none at its ends, no "./" before it.</summary>
    /// <exception cref="CacheException">It would leave the tree.</exception>
    public static string Clean(string path, string source, bool allowEmpty = true)
    {
        string clean = path.Replace('\\', '/').TrimEnd('/');
        while (clean.StartsWith("./", StringComparison.Ordinal))
        {
            clean = clean[2..];
        }

        if (clean is "." || (clean.Length == 0 && allowEmpty))
        {
            return "";
        }

        return Fault(clean) is { } fault ? throw new CacheException(Diagnostics.TreeUnsafeName, path, source, fault) : clean;
    }
}
