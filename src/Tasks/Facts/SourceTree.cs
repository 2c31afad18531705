using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The files of the repository that a build could read: tracked ones, and untracked ones that are not ignored.</summary>
/// <remarks>
/// One walk a build. Git is asked where there is a repository of it, since it knows what is ignored; elsewhere the
/// folders are walked, leaving out what builds and editors make.
/// </remarks>
internal sealed class SourceTree
{
    private static readonly string[] s_skipped = ["bin", "obj", "artifacts", "node_modules", "TestResults", "packages"];

    private readonly string[] _files;
    private readonly string[] _projectFolders;

    private SourceTree(IEnumerable<string> files)
    {
        _files = [.. files];
        Array.Sort(_files, StringComparer.Ordinal);
        _projectFolders = [.. _files.Where(IsProject).Select(file => Path.GetDirectoryName(file)!).Distinct()];
        Array.Sort(_projectFolders, StringComparer.Ordinal);
    }

    /// <summary>Lists the tree under a root.</summary>
    public static SourceTree List(string root, CancellationToken stop) =>
        new(TryListWithGit(root, stop) ?? Walk(root));

    /// <summary>Absolute paths of the files under a project's folder: without those of nested projects, bin and obj.</summary>
    public IEnumerable<string> FilesOf(string projectFolder)
    {
        string prefix = projectFolder + Path.DirectorySeparatorChar;
        string[] nested = [.. Range(_projectFolders, prefix).Select(folder => folder + Path.DirectorySeparatorChar)];
        foreach (string file in Range(_files, prefix))
        {
            if (!nested.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)) &&
                !IsMade(file.AsSpan(prefix.Length)))
            {
                yield return file;
            }
        }
    }

    /// <summary>Absolute paths of the projects in folders below a project's.</summary>
    public IEnumerable<string> ProjectsBelow(string projectFolder) =>
        Range(_files, projectFolder + Path.DirectorySeparatorChar).Where(file => IsProject(file) && !Path.GetDirectoryName(file)!.Equals(projectFolder, RootMap.Comparison));

    /// <summary>Whether a file is one of the tree.</summary>
    public bool Holds(string path) => Array.BinarySearch(_files, path, StringComparer.Ordinal) >= 0;

    /// <summary>bin and obj count as made by the build even where nobody ignores them.</summary>
    private static bool IsMade(ReadOnlySpan<char> relative)
    {
        int end = relative.IndexOf(Path.DirectorySeparatorChar);
        return end > 0 && (relative[..end].SequenceEqual("bin") || relative[..end].SequenceEqual("obj"));
    }

    private static bool IsProject(string file) => Path.GetExtension(file.AsSpan()) is ".csproj" or ".fsproj" or ".vbproj" or ".vcxproj" or ".proj" or ".esproj";

    private static IEnumerable<string> Range(string[] sorted, string prefix)
    {
        int at = Array.BinarySearch(sorted, prefix, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < sorted.Length && sorted[at].StartsWith(prefix, StringComparison.Ordinal); at++)
        {
            yield return sorted[at];
        }
    }

    /// <summary>What git lists; <see langword="null"/> without a repository or without git: the walk sees at least as much.</summary>
    private static List<string>? TryListWithGit(string root, CancellationToken stop)
    {
        List<string>? files = Path.Exists(Path.Combine(root, ".git")) ? GitListing.Files(root, "--cached", "--others", "--exclude-standard") : null;
        stop.ThrowIfCancellationRequested();
        return files;
    }

    private static IEnumerable<string> Walk(string root)
    {
        Stack<string> folders = new([root]);
        while (folders.TryPop(out string? folder))
        {
            foreach (FileSystemInfo child in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if ((child.Attributes & FileAttributes.Directory) == 0)
                {
                    yield return child.FullName;
                }
                else if (!child.Name.StartsWith('.') && !s_skipped.Contains(child.Name, RootMap.Comparer) && child.LinkTarget is null)
                {
                    folders.Push(child.FullName);
                }
            }
        }
    }
}
