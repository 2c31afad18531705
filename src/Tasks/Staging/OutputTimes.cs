using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>The times of the last write that a project's own outputs get. A copy has that of its source.</summary>
/// <remarks>
/// All get one, the present, so that they are newer than any input. Where outputs of this very key lie in the
/// intermediate folder and others of them are missing or damaged, these get the times that they had: what is built on
/// them stays as it is, and a build without this SDK would compile it again, as older than they. Where nothing lies
/// there, NuGet's files are new, too, and outputs must be newer than these.
/// </remarks>
/// <param name="entry">What is to be restored.</param>
/// <param name="before">What lay there, as far as known.</param>
/// <param name="intermediateFolder">The project's folder in obj, absolute.</param>
/// <param name="now">The present.</param>
internal sealed class OutputTimes(CacheEntry entry, Placement? before, string intermediateFolder, DateTime now)
{
    private readonly Dictionary<string, PlacedFile> _had = LiesThere(entry, before, intermediateFolder)
        ? before!.Files.Where(static file => !file.IsCopy).ToDictionary(static file => file.Path, RootMap.Comparer)
        : [];

    /// <summary>The time of an output that is no copy.</summary>
    /// <param name="path">Its absolute path.</param>
    public DateTime Of(string path) => _had.TryGetValue(path, out PlacedFile? had) ? had.Stamp.Modified : now;

    private static bool LiesThere(CacheEntry entry, Placement? before, string intermediateFolder) =>
        before is not null && before.ActionKey == entry.ActionKey &&
        before.Files.Any(file => !file.IsCopy && RootMap.IsWithin(file.Path, intermediateFolder) && file.IsIntact());
}
