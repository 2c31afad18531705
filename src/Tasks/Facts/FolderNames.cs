using System.IO.Enumeration;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The names in folders, as the file system has them now: what a pattern or a question for a file could see.</summary>
internal static class FolderNames
{
    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = 0, RecurseSubdirectories = true, IgnoreInaccessible = false, ReturnSpecialDirectories = false, MaxRecursionDepth = 64 };

    /// <summary>Stands for all folders that begin with a dot.</summary>
    public const string AnyDotFolder = "*/.*";

    /// <summary>What lies under a project's folder and its default items can see.</summary>
    /// <param name="folder">The project's folder, absolute.</param>
    /// <param name="skipped">Folders and files left out, relative to it, separated by semicolons; */name leaves them out wherever they are. Folders that begin with a dot always are.</param>
    /// <param name="hasLinks">Whether a folder is a link: where it leads is not followed.</param>
    /// <returns>Absolute paths of files, in order.</returns>
    public static string[] OfProject(string folder, string skipped, out bool hasLinks)
    {
        (string[] here, string[] anywhere) = Skips(folder, skipped.Split(';', StringSplitOptions.RemoveEmptyEntries));
        bool linked = false;
        FileSystemEnumerable<string> files = new(folder, static (ref entry) => entry.ToFullPath(), s_all)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && (here.Length == 0 || !here.Contains(entry.ToFullPath(), RootMap.Comparer)),
            ShouldRecursePredicate = (ref entry) =>
            {
                if (entry.FileName is ['.', ..] || Contains(anywhere, entry.FileName) || (here.Length > 0 && here.Contains(entry.ToFullPath(), RootMap.Comparer)))
                {
                    return false;
                }

                bool isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
                linked |= isLink;
                return !isLink;
            },
        };
        string[] found = [.. files];
        Array.Sort(found, StringComparer.Ordinal);
        hasLinks = linked;
        return found;
    }

    /// <summary>The names of the files below a folder; none if there is no such folder. With a link to a folder below it, a digest that no other is equal to: MSBuild's patterns follow it, and this does not.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="limits">A pattern for the names of files, then folders left out, separated by semicolons: relative to it, or with */ in front wherever they are, <see cref="AnyDotFolder"/> among them; "" for all files.</param>
    public static Digest Tree(string folder, string limits)
    {
        string[] parts = limits.Split(';');
        string pattern = parts[0].Length == 0 ? "*" : parts[0];
        bool skipsDots = parts.Contains(AnyDotFolder);
        (string[] here, string[] anywhere) = Skips(folder, parts.Skip(1));
        if (!Directory.Exists(folder))
        {
            return default;
        }

        bool hasLinks = false;
        FileSystemEnumerable<string> files = new(folder, static (ref entry) => entry.ToFullPath(), s_all)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(pattern, entry.FileName, ignoreCase: true),
            ShouldRecursePredicate = (ref entry) =>
            {
                if ((skipsDots && entry.FileName is ['.', ..]) || Contains(anywhere, entry.FileName) || (here.Length > 0 && here.Contains(entry.ToFullPath(), RootMap.Comparer)))
                {
                    return false;
                }

                bool isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
                hasLinks |= isLink;
                return !isLink;
            },
        };
        Digest names = Hash(folder, [.. files]);
        return hasLinks ? Digest.Of(Guid.NewGuid().ToString("N")) : names;
    }

    /// <summary>The names in a folder that fit a pattern, without NuGet's. A folder that is not there counts as empty: nothing in it can be found.</summary>
    public static Digest Matching(string folder, string pattern) => Hash(
        folder, !Directory.Exists(folder) ? [] : [.. Directory.EnumerateFileSystemEntries(folder, pattern, new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = 0 })
            .Where(path => !Path.GetFileName(path.AsSpan()).Contains(".nuget.", StringComparison.OrdinalIgnoreCase))]);

    /// <summary>The names of the folders below a folder, three levels deep; none if there is no such folder.</summary>
    public static Digest Folders(string folder) => !Directory.Exists(folder) ? default : Hash(
        folder, Directory.GetDirectories(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = 0 }));

    /// <summary>The digest of names in a folder.</summary>
    public static Digest Hash(string folder, string[] paths)
    {
        Array.Sort(paths, StringComparer.Ordinal);
        using CanonicalHasher hasher = new("names/1");
        foreach (string path in paths)
        {
            hasher.Add(1, path[folder.Length..].Replace('\\', '/'));
        }

        return hasher.Finish();
    }

    /// <summary>Folders that are left out: by absolute path, and by name wherever they are.</summary>
    private static (string[] Here, string[] Anywhere) Skips(string folder, IEnumerable<string> skips)
    {
        const string Anywhere = "*/";
        ILookup<bool, string> byPlace = skips.ToLookup(static skip => skip.StartsWith(Anywhere, StringComparison.Ordinal));
        return ([.. byPlace[false].Select(skip => Path.Combine(folder, skip))], [.. byPlace[true].Select(static skip => skip[Anywhere.Length..])]);
    }

    private static bool Contains(string[] names, ReadOnlySpan<char> name)
    {
        foreach (string candidate in names)
        {
            if (name.Equals(candidate, RootMap.Comparison))
            {
                return true;
            }
        }

        return false;
    }
}
