using System.IO.Enumeration;

namespace BuildCache.Hashing;

/// <summary>Lists what lies below a folder. A link on the way is listed and never followed: what lies behind it belongs to somebody else.</summary>
/// <remarks>The folder itself may be a link, or lie behind one: people keep bin and obj on another disk.</remarks>
internal static class FilesBelow
{
    private static readonly EnumerationOptions s_options = new()
    {
        AttributesToSkip = 0, RecurseSubdirectories = true, IgnoreInaccessible = false, ReturnSpecialDirectories = false,
    };

    /// <summary>Absolute paths of files, of links to files, and of links to folders; none if there is no such folder.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="skips">Says of a folder below it, by absolute path, whether to leave it out; <see langword="null"/> for none.</param>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static IEnumerable<string> In(string folder, Func<string, bool>? skips = null)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return new FileSystemEnumerable<string>(folder, static (ref entry) => entry.ToFullPath(), s_options)
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory || IsLink(ref entry),
            ShouldRecursePredicate = (ref entry) => !IsLink(ref entry) && (skips is null || !skips(entry.ToFullPath())),
        };
    }

    /// <summary>All that a tool finds which follows links: as <see cref="In"/>, and what lies behind links to folders, each folder once, since links may lead in a circle.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <returns>Absolute paths; for a link to a folder, where it finally leads.</returns>
    public static IEnumerable<(string Path, string? Behind)> Reached(string folder)
    {
        HashSet<string> seen = new([folder], RootMap.Comparer);
        Stack<string> open = new(seen);
        while (open.TryPop(out string? at))
        {
            foreach (string entry in In(at))
            {
                string? behind = FolderBehind(entry);
                yield return (entry, behind);
                if (behind is not null && seen.Add(behind))
                {
                    open.Push(behind);
                }
            }
        }
    }

    /// <summary>Where a link to a folder finally leads, absolute; <see langword="null"/> if the path is none, or the link leads nowhere.</summary>
    public static string? FolderBehind(string path) =>
        new DirectoryInfo(path) is { Exists: true, LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName : null;

    /// <summary>Deletes a file or a link, never what the link leads to; nothing if nothing lies there.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted, or is a folder.</exception>
    public static void Delete(string path)
    {
        // Windows tells links to folders from links to files; elsewhere each is a name.
        if (OperatingSystem.IsWindows() && new DirectoryInfo(path) is { Exists: true, LinkTarget: not null })
        {
            Directory.Delete(path);
        }
        else
        {
            File.Delete(path);
        }
    }

    /// <summary>Placeholders of a synchronized folder (OneDrive) are reparse points, too, and no links.</summary>
    private static bool IsLink(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != 0 && (!OperatingSystem.IsWindows() || entry.ToFileSystemInfo().LinkTarget is not null);
}
