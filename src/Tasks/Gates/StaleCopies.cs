using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>Copies in the output folder that a build took for current although their sources are others now.</summary>
/// <remarks>
/// MSBuild compares sizes and times. A file that was replaced by an older one, as mv, an archive or an older package leaves it, by
/// another one of the same size and time, or that may be executed from now on, keeps its old copy. A fresh build would copy it, and
/// what it would make is what belongs to the key. A copy that this build wrote is what its source is, and is not read.
/// </remarks>
/// <param name="context">The build.</param>
/// <param name="log">Takes what was done.</param>
internal sealed class StaleCopies(FactContext context, ICacheLog log)
{
    private readonly Dictionary<string, SeenCopy> _seen = new(RootMap.Comparer);
    private Dictionary<string, PlacedFile>? _placed;
    private Placement? _before;
    private string? _undecided;

    /// <summary>Makes each copy what its source is, but for those that are the user's.</summary>
    /// <param name="built">What the build says of its copies.</param>
    /// <param name="project">The project.</param>
    /// <param name="hasHooks">Whether targets of the project's own may change copies, or take them away.</param>
    /// <param name="before">What the last build left; <see langword="null"/> if that is not known. Asked for only if a copy lay there before.</param>
    /// <param name="stop">Stops the reading.</param>
    /// <exception cref="IOException">One cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be written.</exception>
    public RefreshedCopies Refresh(BuiltOutputs built, EvaluatedProject project, bool hasHooks, Func<Placement?> before, CancellationToken stop)
    {
        HashSet<string>? written = null;
        foreach ((string copy, string source) in built.Copies)
        {
            if (source == copy || !FileStamp.TryRead(source, out FileStamp original) || !original.IsRegular)
            {
                continue;
            }

            if (!FileStamp.TryReadLink(copy, out FileStamp now))
            {
                // MSBuild's incremental clean takes what a target no longer names, although another one has just copied
                // it. If it did not, a hook may have, and means it.
                if ((!hasHooks || built.TakenAway.Contains(copy)) &&
                    (written ??= new(built.FileWrites, RootMap.Comparer)).Contains(copy))
                {
                    CopyAgain(copy, source, original);
                }
            }
            else if (now.IsRegular)
            {
                Look(new Pair(copy, source, now, original), built, hasHooks, now.LastChangeNs >= project.EvaluatedNs, before, stop);
            }
        }

        return new RefreshedCopies(_seen, _undecided);
    }

    private void Look(Pair pair, BuiltOutputs built, bool hasHooks, bool isOfThisBuild, Func<Placement?> before, CancellationToken stop)
    {
        (string copy, string source, FileStamp now, FileStamp original) = pair;
        bool looksSame = now.Size == original.Size && now.ModifiedNs / 100 == original.ModifiedNs / 100;
        PlacedFile? placed = isOfThisBuild ? null : PlacedAt(copy, before);
        bool isSame = looksSame && isOfThisBuild && !built.CopiesOfSeveral.Contains(copy);
        Digest content = default;
        if (!isSame && now.Size == original.Size)
        {
            isSame = TryHash(copy, now, placed, out content, stop) && context.TryHash(source, original, out Digest wanted, stop) && content == wanted;
        }

        if (isSame && now.IsExecutable == original.IsExecutable)
        {
            _seen.Add(copy, new SeenCopy(now, original, IsUsers: false));
            return;
        }

        // Of several sources the times decide which one stays. A hook's work is what a build leaves.
        if (built.CopiesOfSeveral.Contains(copy) || (hasHooks && (isOfThisBuild || placed is null or { IsCopy: false }) && !(looksSame && !isOfThisBuild)))
        {
            return;
        }

        CopyVerdict verdict = isSame || isOfThisBuild || !built.CopiesIfNewer.Contains(copy) || !TryHash(copy, now, placed, out content, stop)
            ? CopyVerdict.SourceWins : UsersCopies.Decide(now, content, original, placed);
        switch (verdict)
        {
            case CopyVerdict.IsUsers:
                _seen.Add(copy, new SeenCopy(now, original, IsUsers: true));
                break;
            case CopyVerdict.Unknown:
                _undecided ??= copy;
                break;
            default:
                CopyAgain(copy, source, original);
                break;
        }
    }

    private PlacedFile? PlacedAt(string copy, Func<Placement?> before)
    {
        if (_placed is null)
        {
            _before = before();
            _placed = _before?.Files.ToDictionary(file => file.Path, RootMap.Comparer) ?? [];
        }

        return _placed.GetValueOrDefault(copy);
    }

    /// <summary>The digest of a copy: as it was noted when it was placed, else read once.</summary>
    private bool TryHash(string copy, FileStamp now, PlacedFile? placed, out Digest content, CancellationToken stop)
    {
        if (placed is { UsersCopyOf.Length: 0 } && placed.Stamp == now && _before?.Believes(copy, now) == true)
        {
            content = placed.Digest;
            return true;
        }

        return context.TryHash(copy, now, out content, stop);
    }

    private void CopyAgain(string copy, string source, FileStamp original)
    {
        log.Detail($"'{copy}' was copied again: it is not what '{source}' is.");
        string fresh = copy + OutputRestorer.Temporary;
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(source, fresh, overwrite: true);
        File.Move(fresh, copy, overwrite: true);
        if (FileStamp.TryReadLink(copy, out FileStamp now))
        {
            _seen.Add(copy, new SeenCopy(now, original, IsUsers: false));
        }
    }

    /// <summary>A copy and what it is copied from, with their stamps.</summary>
    private readonly record struct Pair(string Copy, string Source, FileStamp Now, FileStamp Original);
}

/// <summary>What became of a build's copies.</summary>
/// <param name="Seen">Those that are what they should be, by absolute path.</param>
/// <param name="Undecided">One that is newer than its source and other than it, so that MSBuild keeps it, and of which nobody knows whether the user changed it; <see langword="null"/> if there is none.</param>
internal sealed record RefreshedCopies(IReadOnlyDictionary<string, SeenCopy> Seen, string? Undecided)
{
    /// <summary>Nothing was looked at.</summary>
    public static RefreshedCopies None { get; } = new(new Dictionary<string, SeenCopy>(), null);
}

/// <summary>A copy and what it was copied from, as they were when they were compared.</summary>
/// <param name="Copy">The stamp of the copy.</param>
/// <param name="Source">The stamp of what it was copied from.</param>
/// <param name="IsUsers">Whether somebody changed the copy, so that it stays.</param>
internal readonly record struct SeenCopy(FileStamp Copy, FileStamp Source, bool IsUsers);
