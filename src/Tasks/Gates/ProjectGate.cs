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
    public LookupResult LookUp(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        Placement? before = placements.Read(place.IntermediateFolder);
        if (before is not null && before.ActionKey == fingerprint.ActionKey && before.IsIntact())
        {
            store.TouchEntry(fingerprint.ActionKey);
            return new LookupResult(before, null, InPlace: true, 0) { Key = fingerprint.ActionKey };
        }

        CacheEntry? entry = store.TryGetEntry(fingerprint.ActionKey);
        if (entry is not null && IsForHere(entry) && PutInPlace(project.FileName, place.IntermediateFolder, entry, before, null, stop) is { } placed)
        {
            return new LookupResult(placed, null, InPlace: false, Stopwatch.GetElapsedTime(started).TotalSeconds) { Key = fingerprint.ActionKey };
        }

        return Miss(project, place, fingerprint);
    }

    /// <summary>Prepares the build of a project that is not in the cache.</summary>
    public LookupResult Miss(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint)
    {
        ForgetUntrusted(place, placements.Read(place.IntermediateFolder), fingerprint);
        return new LookupResult(null, new ProjectBuild
        {
            Project = project,
            Place = place,
            Fingerprint = fingerprint,
            Reason = "",
            Started = Stopwatch.GetTimestamp(),
        }, InPlace: false, 0) { Key = fingerprint.ActionKey };
    }

    /// <summary>Prepares the build of a project that is in the cache, to compare the two; <see langword="null"/> if it is not there.</summary>
    public LookupResult? Verify(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint)
    {
        if (store.TryGetEntry(fingerprint.ActionKey) is not { } entry)
        {
            return null;
        }

        ForgetCompiled(place);
        LookupResult miss = Miss(project, place, fingerprint);
        return miss with { Build = miss.Build! with { Verifying = entry } };
    }

    /// <summary>Whether an entry's outputs are right in this folder.</summary>
    public bool IsForHere(CacheEntry entry) => entry.BoundTo.Length == 0 || entry.BoundTo == context.Roots.PathOf(RootMap.Repository);

    /// <summary>Puts an entry's outputs in place; <see langword="null"/> if that is not possible, which is reported where it is a failure.</summary>
    public Placement? PutInPlace(string fileName, string intermediateFolder, CacheEntry entry, Placement? before, RestorePass? pass, CancellationToken stop)
    {
        try
        {
            placements.Forget(intermediateFolder);
            if (_restorer.Restore(entry, intermediateFolder, before, stop, pass) is not { } files)
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
            TryRecord(intermediateFolder, placement);
            return placement;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Report(Diagnostics.RestoreFailed, fileName, failure.Message);
            return null;
        }
    }

    private void TryRecord(string intermediateFolder, Placement placement)
    {
        try
        {
            placements.Write(intermediateFolder, placement);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The outputs are in place; without the record they are only placed once more next time.
            log.Detail($"The placement of '{intermediateFolder}' could not be recorded: {failure.Message}");
        }
    }

    /// <summary>Before a miss is built: removes the compiler's outputs where MSBuild's comparison of times could take them for current although they are not.</summary>
    /// <remarks>
    /// MSBuild sees an input only if it is newer than the outputs, and a property not at all. After a change of
    /// branch or of a property that would publish an old output under a new key. So the outputs stay only if they
    /// are known to be ours, and all that changed are newer files, or references (whose outputs are newer if they changed).
    /// </remarks>
    private void ForgetUntrusted(ProjectPlace place, Placement? before, Fingerprint fingerprint)
    {
        if (!Directory.Exists(place.IntermediateFolder) || (before is not null && before.IsIntact() && MSBuildWillNotice(before, fingerprint)))
        {
            return;
        }

        ForgetCompiled(place);
    }

    /// <summary>Removes what the compiler and other targets left in the intermediate folder, so that they run.</summary>
    private void ForgetCompiled(ProjectPlace place)
    {
        placements.Forget(place.IntermediateFolder);
        if (!Directory.Exists(place.IntermediateFolder))
        {
            return;
        }

        foreach (string list in Directory.EnumerateFiles(place.IntermediateFolder, "*.FileListAbsolute.txt"))
        {
            foreach (string path in File.ReadAllLines(list))
            {
                if (Path.IsPathFullyQualified(path) && RootMap.IsWithin(path, place.IntermediateFolder))
                {
                    AtomicFile.TryDelete(path);
                }
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
