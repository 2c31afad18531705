using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>Copies in the output folder that a build took for current although their sources are others now.</summary>
/// <remarks>
/// With <c>PreserveNewest</c> MSBuild copies a file only if it is newer than its copy. A file that was replaced by an older
/// one, as mv or an archive leaves it, or that may be executed from now on, stays as it was. A fresh build would copy it, and
/// what it would make is what belongs to the key.
/// </remarks>
internal static class StaleCopies
{
    /// <summary>Makes each of them what its source is.</summary>
    /// <param name="built">What the build says of its copies.</param>
    /// <param name="context">The build.</param>
    /// <param name="log">Takes what was done.</param>
    /// <param name="stop">Stops the reading.</param>
    /// <returns>The copies that are what they should be, by absolute path.</returns>
    /// <exception cref="IOException">One cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be written.</exception>
    public static IReadOnlyDictionary<string, SeenCopy> Refresh(BuiltOutputs built, FactContext context, ICacheLog log, CancellationToken stop)
    {
        Dictionary<string, SeenCopy> seen = new(built.Copies.Count, RootMap.Comparer);
        foreach ((string copy, string source) in built.Copies)
        {
            if (built.CopiesOfSeveral.Contains(copy) || context.IsFixed(source) || source == copy ||
                !FileStamp.TryReadLink(copy, out FileStamp now) || !now.IsRegular || !FileStamp.TryRead(source, out FileStamp original) || !original.IsRegular)
            {
                continue;
            }

            bool isSame = now.Size == original.Size && (now.ModifiedNs / 100 == original.ModifiedNs / 100 ||
                (context.TryHash(copy, out HashedFile? after, stop) && context.TryHash(source, out HashedFile? before, stop) && after.Digest == before.Digest));
            if (!isSame || now.IsExecutable != original.IsExecutable)
            {
                log.Detail($"'{copy}' was copied again: it is not what '{source}' is.");
                string fresh = copy + OutputRestorer.Temporary;
                File.Copy(source, fresh, overwrite: true);
                File.Move(fresh, copy, overwrite: true);
            }
            else
            {
                seen.Add(copy, new SeenCopy(now, original));
            }
        }

        return seen;
    }
}

/// <summary>A copy and what it was copied from, as they were when they were compared.</summary>
internal readonly record struct SeenCopy(FileStamp Copy, FileStamp Source);
