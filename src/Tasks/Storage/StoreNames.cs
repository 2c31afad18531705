using System.Buffers;

namespace BuildCache.Storage;

/// <summary>Tells what the cache wrote from what lies in its folder without being the cache's: the folder is named by a person, who may err.</summary>
/// <remarks>
/// All files of the store but two have names of 32 hex digits or more: digests, random numbers, both with dashes, before
/// any ending. Below a folder with such a name all is ours: a tree, or the records of a solution.
/// </remarks>
internal static class StoreNames
{
    /// <summary>The mark of the last look at the store's size.</summary>
    public const string Pruned = "pruned";

    /// <summary>The lock of whoever prunes.</summary>
    public const string PruneLock = "prune.lock";

    private const int Shortest = 32;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("0123456789abcdef-");

    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Whether only the cache gives such a name.</summary>
    public static bool IsOurs(ReadOnlySpan<char> name)
    {
        int end = name.IndexOf('.');
        ReadOnlySpan<char> stem = end < 0 ? name : name[..end];
        return stem.Length >= Shortest && !stem.ContainsAnyExcept(s_letters);
    }

    /// <summary>A file or a link in the store that the cache did not write; <see langword="null"/> if there is none. Links are not followed.</summary>
    public static string? FindForeign(StoreLayout layout) => new DirectoryInfo(layout.Root)
        .EnumerateFileSystemInfos("*", s_all)
        .Select(static entry => entry is FileInfo && entry.Name is Pruned or PruneLock ? null : FindForeign(entry))
        .FirstOrDefault(static path => path is not null);

    private static string? FindForeign(FileSystemInfo entry) =>
        IsOurs(entry.Name) ? null
        : entry is not DirectoryInfo folder || folder.LinkTarget is not null ? entry.FullName
        : folder.EnumerateFileSystemInfos("*", s_all).Select(FindForeign).FirstOrDefault(static path => path is not null);
}
