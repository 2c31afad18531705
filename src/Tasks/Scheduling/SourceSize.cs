using System.Collections.Frozen;

namespace BuildCache.Scheduling;

/// <summary>How much there is to compile in a folder, in bytes.</summary>
internal static class SourceSize
{
    // Enough to tell a large project; a folder tree without end must not hold up a build.
    private const int MostFiles = 20_000;

    private static readonly FrozenSet<string> s_sources =
        FrozenSet.ToFrozenSet([".cs", ".fs", ".vb", ".razor", ".cshtml", ".xaml", ".resx", ".proto"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> s_notOwn = FrozenSet.ToFrozenSet(["bin", "obj", "node_modules"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The size of the sources in a folder and below it; 0 if it cannot be read.</summary>
    public static long Of(string folder)
    {
        try
        {
            long bytes = 0;
            int files = 0;
            Stack<DirectoryInfo> open = new([new DirectoryInfo(folder)]);
            while (files < MostFiles && open.TryPop(out DirectoryInfo? at))
            {
                foreach (FileSystemInfo entry in at.EnumerateFileSystemInfos())
                {
                    if (entry is FileInfo file)
                    {
                        files++;
                        bytes += IsSource(file.Name) ? file.Length : 0;
                    }
                    else if (!s_notOwn.Contains(entry.Name) && !entry.Name.StartsWith('.') && entry.LinkTarget is null)
                    {
                        open.Push((DirectoryInfo)entry);
                    }
                }
            }

            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Whether a file is something to compile, by its name.</summary>
    public static bool IsSource(string path) => s_sources.Contains(Path.GetExtension(path));
}
