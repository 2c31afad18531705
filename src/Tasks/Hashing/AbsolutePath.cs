using System.Runtime.CompilerServices;

namespace BuildCache.Hashing;

/// <summary>Absolute paths of what projects name, as <see cref="Path.GetFullPath(string, string)"/> makes them.</summary>
/// <remarks>
/// A build of a project asks for a thousand. Most have nothing in them that would be taken out, and .NET's own way copies
/// each a character at a time: they are only put together here.
/// </remarks>
internal static class AbsolutePath
{
    /// <summary>The path that a name stands for in a folder. Separators of Windows count on every system; one at the end stays.</summary>
    /// <param name="name">A path, absolute or not; "" is the folder itself.</param>
    /// <param name="folder">An absolute path.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static string Of(string name, string folder)
    {
        if (Path.DirectorySeparatorChar == '/' && IsClean(name))
        {
            if (name[0] == '/')
            {
                return name;
            }

            if (folder is ['/', _, ..] and [.., not '/'] && IsClean(folder))
            {
                return string.Concat(folder, "/", name);
            }
        }

        return Path.GetFullPath(name.Replace('\\', Path.DirectorySeparatorChar), folder);
    }

    /// <summary>The same without a separator at the end; "" for "".</summary>
    public static string Trimmed(string name, string folder) => name.Length == 0 ? "" : Path.TrimEndingDirectorySeparator(Of(name, folder));

    /// <summary>Whether nothing in a path of Linux or macOS would be taken out or turned around.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsClean(ReadOnlySpan<char> path) =>
        path.Length > 0 && !path.ContainsAny('\\', '\0') && path.IndexOf("//") < 0 && HasNoDots(path);

    /// <summary>Whether no part of a path is "." or "..".</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool HasNoDots(ReadOnlySpan<char> path)
    {
        if (path[0] != '.' && path.IndexOf("/.") < 0)
        {
            return true;
        }

        foreach (Range part in path.Split('/'))
        {
            if (path[part] is "." or "..")
            {
                return false;
            }
        }

        return true;
    }
}
