using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>Where a file of a tree comes from: the source's number, and the folder in the source.</summary>
internal readonly record struct Origin(int Source, string Folder);

/// <summary>A tree put together in memory: what will lie where, and where it comes from.</summary>
/// <param name="Record">All folders and files.</param>
/// <param name="Origins">For each folder, one origin for all its files, or one for each.</param>
/// <param name="Sources">The sources.</param>
internal sealed record ComposedTree(TreeRecord Record, Origin[][] Origins, IReadOnlyList<LoadedSource> Sources)
{
    /// <summary>The origin of a file, by the numbers of its folder and of itself.</summary>
    public Origin OriginOf(int folder, int file) => Origins[folder] is [var only] ? only : Origins[folder][file];

    /// <summary>The key of a tree of these sources.</summary>
    public static Digest KeyOf(IEnumerable<LoadedSource> sources, bool readOnly)
    {
        using CanonicalHasher hasher = new("tree/1");
        hasher.Add(1, readOnly ? 1 : 0);
        foreach (LoadedSource source in sources)
        {
            hasher.Add(2, source.Key);
            hasher.Add(3, source.Spec.Into);
            hasher.Add(4, source.Spec.Overwrite ? 1 : 0);
        }

        return hasher.Finish();
    }
}
