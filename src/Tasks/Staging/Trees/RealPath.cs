namespace BuildCache.Staging.Trees;

/// <summary>Where a path leads once every link on it is followed.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>The same place by a path without links; the path itself if it goes in a circle. What is not there stays as it is written.</summary>
    /// <param name="path">Absolute.</param>
    public static string Of(string path)
    {
        string real = Path.GetPathRoot(path)!;
        Stack<string> parts = new();
        Push(parts, path[real.Length..]);
        for (int followed = 0; parts.TryPop(out string? part);)
        {
            string next = Path.Combine(real, part);
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
            }
            else if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
            }
            else if (++followed > MostLinks)
            {
                return path;
            }
            else
            {
                // Not by Path.GetFullPath: behind a link, ".." is not the folder above by name.
                string root = Path.GetPathRoot(target)!;
                real = root.Length > 0 ? root : real;
                Push(parts, target[root.Length..]);
            }
        }

        return real;
    }

    private static void Push(Stack<string> parts, string path)
    {
        string[] names = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names.Reverse().Where(static name => name != "."))
        {
            parts.Push(name);
        }
    }
}
