using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Decides whether a project's outputs come from the cache, and puts them in place.</summary>
internal sealed class ProjectGate(LocalStore store, PlacementStore placements, FactContext context, ICacheLog log)
{
    private readonly OutputRestorer _restorer = new(store, context.Roots, context.Memo);

    /// <summary>Looks a project up, and restores it on a hit.</summary>
    /// <param name="project">The project.</param>
    /// <param name="place">Where it builds to.</param>
    /// <param name="fingerprint">Its exact key.</param>
    /// <param name="semantic">Makes its semantic key, which is asked for only if nothing lies under the exact one.</param>
    /// <param name="stop">Stops the restoring.</param>
    public LookupResult LookUp(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, Func<SemanticKey?> semantic, CancellationToken stop)
    {
        if (Find(project, place, fingerprint.ActionKey, stop) is { } exact)
        {
            return exact;
        }

        SemanticKey? key = semantic();
        return (key is null ? null : Find(project, place, key.Key, stop)) ?? Miss(project, place, fingerprint, key);
    }

    /// <summary>Prepares the build of a project that is not in the cache.</summary>
    public LookupResult Miss(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, SemanticKey? semantic)
    {
        RemoveUntrusted(project, place, placements.Read(place.IntermediateFolder), fingerprint);
        return new LookupResult(null, new ProjectBuild
        {
            Project = project,
            Place = place,
            Fingerprint = fingerprint,
            Semantic = semantic,
            Reason = "",
            Started = Stopwatch.GetTimestamp(),
        }, InPlace: false, 0) { Key = fingerprint.ActionKey };
    }

    /// <summary>Prepares the build of a project that is in the cache, to compare the two; <see langword="null"/> if it is not there.</summary>
    public LookupResult? Verify(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, Func<SemanticKey?> semantic)
    {
        SemanticKey? second = null;
        if ((store.TryGetEntry(fingerprint.ActionKey) ?? ((second = semantic()) is null ? null : store.TryGetEntry(second.Key))) is not { } entry)
        {
            return null;
        }

        placements.Forget(place.IntermediateFolder);
        LookupResult miss = Miss(project, place, fingerprint, second);
        return miss with { Build = miss.Build! with { Verifying = entry } };
    }

    /// <summary>What lies under a key, put in place; <see langword="null"/> if nothing does.</summary>
    private LookupResult? Find(EvaluatedProject project, ProjectPlace place, Digest key, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        Placement? before = placements.Read(place.IntermediateFolder);
        if (before is not null && before.ActionKey == key && before.IsIntact())
        {
            store.TouchEntry(key);
            return new LookupResult(before, null, InPlace: true, 0) { Key = key };
        }

        CacheEntry? entry = store.TryGetEntry(key);
        return entry is not null && (entry.BoundTo.Length == 0 || entry.BoundTo == context.Roots.PathOf(RootMap.Repository)) &&
            Restore(project, place, entry, before, stop) is { } placed
            ? new LookupResult(placed, null, InPlace: false, Stopwatch.GetElapsedTime(started).TotalSeconds) { Key = key }
            : null;
    }

    private Placement? Restore(EvaluatedProject project, ProjectPlace place, CacheEntry entry, Placement? before, CancellationToken stop)
    {
        try
        {
            // The old record stays until the new one replaces it: the restore needs it to clean up, also after a kill.
            if (_restorer.Restore(entry, place.IntermediateFolder, before, stop) is not { } files)
            {
                return null;
            }

            Placement placement = new()
            {
                ActionKey = entry.ActionKey,
                Visible = entry.Visible,
                Facts = entry.Facts,
                TargetPath = context.Roots.ToAbsolute(entry.TargetPath),
                Seconds = entry.Seconds,
                Files = files,
                Warnings = entry.Warnings,
            };
            TryRecord(place, placement);
            return placement;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            placements.Forget(place.IntermediateFolder);
            log.Report(Diagnostics.RestoreFailed, project.FileName, failure.Message);
            return null;
        }
    }

    private void TryRecord(ProjectPlace place, Placement placement)
    {
        try
        {
            placements.Write(place.IntermediateFolder, placement);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The outputs are in place; without the record they are only placed once more next time.
            placements.Forget(place.IntermediateFolder);
            log.Detail($"The placement of '{place.IntermediateFolder}' could not be recorded: {failure.Message}");
        }
    }

    /// <summary>Before a miss is built: removes what earlier builds left in the intermediate folder, where MSBuild's comparison of times could take it for current although it is not.</summary>
    /// <remarks>
    /// MSBuild sees an input only if it is newer than the outputs, and a property not at all. After a change of
    /// branch or of a property, or when a build was cut off in the middle of a file, that would publish a wrong output
    /// under a right key. So the outputs stay only if they are known to be ours, and all that changed are newer files,
    /// or references (whose outputs are newer if they changed). The list that MSBuild's incremental clean works by stays always.
    /// </remarks>
    private void RemoveUntrusted(EvaluatedProject project, ProjectPlace place, Placement? before, Fingerprint fingerprint)
    {
        bool isTrusted = before is not null && before.IsIntact() && MSBuildWillNotice(before, fingerprint);

        // From here on the folder holds a build that is not finished. It is trusted again when that is published.
        placements.Forget(place.IntermediateFolder);
        if (isTrusted)
        {
            return;
        }

        long now = FileStamp.Nanoseconds(DateTime.UtcNow);
        foreach (string path in OutputCollector.MadeIn(place.IntermediateFolder).ToArray())
        {
            // What this very build has made already, and what counts as its input, stays.
            if (!path.EndsWith(".FileListAbsolute.txt", StringComparison.OrdinalIgnoreCase) && !fingerprint.Files.ContainsKey(path) &&
                FileStamp.TryReadLink(path, out FileStamp stamp) && (stamp.LastChangeNs < project.EvaluatedNs || stamp.LastChangeNs > now))
            {
                AtomicFile.TryDelete(path);
            }
        }
    }

    private bool MSBuildWillNotice(Placement before, Fingerprint fingerprint)
    {
        if (store.TryGetBytes(before.Facts) is not { } bytes || FactsFormat.Read(bytes) is not { } old)
        {
            return false;
        }

        long newest = before.NewestNs;
        foreach (FactChange change in FactDifference.Between(old, [.. fingerprint.Facts.Select(FactsFormat.AsStored)]))
        {
            bool noticed = change.Either.Kind switch
            {
                FactKind.Reference => true,
                FactKind.File when change.After is { } after =>
                    fingerprint.Files.TryGetValue(context.Roots.ToAbsolute(after.Name), out HashedFile? file) && file.Stamp.ModifiedNs > newest,
                _ => false,
            };
            if (!noticed)
            {
                return false;
            }
        }

        return true;
    }
}
