using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>The folders of one project's build, in which MSBuild's incremental clean takes away what is made no longer.</summary>
/// <param name="Intermediate">Absolute path of its folder in obj.</param>
/// <param name="Output">Absolute path of its folder in bin; "" where outputs there are not in question.</param>
internal readonly record struct BuildFolders(string Intermediate, string Output)
{
    /// <summary>Whether a path lies in one of them.</summary>
    public bool Hold(string path) => Above(path) is not null;

    /// <summary>The one of them that a path lies in; <see langword="null"/> if it lies in none.</summary>
    public string? Above(string path) => RootMap.IsWithin(path, Intermediate) ? Intermediate : RootMap.IsWithin(path, Output) ? Output : null;
}

/// <summary>Decides what of an earlier build's outputs goes, since the build at hand would not have it.</summary>
/// <param name="roots">The build's folders.</param>
/// <param name="memo">The digests of files.</param>
/// <param name="tracked">What git has in its index.</param>
internal sealed class StaleOutputs(RootMap roots, StatMemo memo, TrackedFiles tracked)
{
    /// <summary>Absolute paths of what goes.</summary>
    /// <remarks>
    /// In the two folders of the build that is what MSBuild's incremental clean would take: what the last build placed, or MSBuild's own list
    /// names. Elsewhere it is only what the last build placed and what still has those bytes: another branch may have its
    /// sources there. Nowhere it is a file that git has in its index, a link that leads to somewhere else, or what lies behind a link.
    /// </remarks>
    /// <param name="wanted">What the build at hand has, by absolute path.</param>
    /// <param name="lists">MSBuild's lists of written files among it.</param>
    /// <param name="folders">The folders of the build.</param>
    /// <param name="before">What the last build left; <see langword="null"/> if that is not known.</param>
    /// <param name="stays">Says whether a file stays all the same: another project of this build has an output there,
    /// or the project reads it.</param>
    /// <param name="stop">Stops the reading.</param>
    public string[] Of(
        IReadOnlySet<string> wanted, IEnumerable<string> lists, BuildFolders folders, Placement? before, Func<string, bool>? stays, CancellationToken stop)
    {
        string root = roots.PathOf(RootMap.Repository);
        IEnumerable<string> listed = lists.Where(File.Exists).SelectMany(File.ReadLines)
            .Where(path => Path.IsPathFullyQualified(path) && folders.Hold(Path.GetFullPath(path, root)));
        IEnumerable<string> placed = (before?.Files ?? [])
            .Where(file => !wanted.Contains(file.Path) && (folders.Hold(file.Path) || HasPlacedBytes(file, before!, stop)))
            .Select(static file => file.Path);
        return [.. placed.Concat(listed).Distinct(RootMap.Comparer).Where(path =>
            !wanted.Contains(path) && RootMap.IsWithin(Path.GetFullPath(path, root), root) &&
            FileStamp.TryReadLink(path, out FileStamp stamp) && !stamp.IsDirectory &&
            stays?.Invoke(path) != true && MayGo(path, stamp, folders))];
    }

    /// <summary>Whether a file that no build at hand has may be deleted, as far as git and links go.</summary>
    public bool MayGo(string path, FileStamp stamp, BuildFolders folders) =>
        (!stamp.IsLink || LinkTargets.IsInside(path, roots)) && !LinkTargets.IsBehindLink(path, folders.Above(path) ?? roots.PathOf(RootMap.Repository)) && (tracked.Holds(path) ?? !folders.Hold(path)) == false;

    /// <summary>Whether a file still has the bytes that the last build left.</summary>
    /// <param name="file">The file, as it was left.</param>
    /// <param name="before">What was left.</param>
    /// <param name="stop">Stops the reading.</param>
    public bool HasPlacedBytes(PlacedFile file, Placement before, CancellationToken stop) =>
        FileStamp.TryReadLink(file.Path, out FileStamp now) &&
        ((now == file.Stamp && before.Believes(file.Path, now)) || (now.IsRegular && memo.TryHash(file.Path, out Digest digest, out _, stop) && digest == file.Digest));
}
