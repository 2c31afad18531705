using System.Collections.Concurrent;

namespace BuildCache.Hashing;

/// <summary>The files that git has in an index: nobody deletes them but their owner.</summary>
/// <remarks>
/// Asked only when there is something to delete. A repository is asked once a build, each by itself: a submodule's files,
/// and those of a repository that lies in another one, are in an index of their own.
/// </remarks>
internal sealed class TrackedFiles
{
    private readonly ConcurrentDictionary<string, string?> _repositories = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, Lazy<HashSet<string>?>> _files = new(RootMap.Comparer);

    /// <summary>Whether git has a file in its index; <see langword="null"/> if there is a repository and git cannot be asked.</summary>
    /// <param name="path">The file, absolute.</param>
    public bool? Holds(string path)
    {
        if (Path.GetDirectoryName(path) is not { } folder || RepositoryOf(folder) is not { } repository)
        {
            return false;
        }

        HashSet<string>? files = _files.GetOrAdd(repository, static repository => new(() => List(repository))).Value;
        return files?.Contains(path);
    }

    private static HashSet<string>? List(string repository) =>
        GitListing.Files(repository, "--cached") is { } files ? new(files, RootMap.Comparer) : null;

    /// <summary>The nearest folder upwards with a .git; a worktree and a submodule have a file of that name.</summary>
    private string? RepositoryOf(string folder) => _repositories.GetOrAdd(folder, static (folder, self) =>
        Path.Exists(Path.Combine(folder, ".git")) ? folder : Path.GetDirectoryName(folder) is { } above ? self.RepositoryOf(above) : null, this);
}
