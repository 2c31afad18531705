using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Decides whether a project's outputs come from the cache, and puts them in place.</summary>
/// <param name="store">The store.</param>
/// <param name="placements">What was placed last.</param>
/// <param name="written">What the projects of this build have written.</param>
/// <param name="inUse">The folders that are being built into.</param>
/// <param name="context">The build.</param>
/// <param name="log">Takes what is to be said.</param>
internal sealed class ProjectGate(
    LocalStore store, PlacementStore placements, WrittenFiles written, FoldersInUse inUse, FactContext context, ICacheLog log)
{
    private readonly OutputRestorer _restorer = new(store, context.Roots, context.Memo, context.Tracked);
    private readonly UntrustedOutputs _untrusted = new(placements, context);

    /// <summary>Looks a project up, and restores it on a hit.</summary>
    /// <param name="project">The project.</param>
    /// <param name="place">Where it builds to.</param>
    /// <param name="fingerprint">Its exact key.</param>
    /// <param name="semantic">Makes its semantic key, which is asked for only if nothing lies under the exact one.</param>
    /// <param name="stop">Stops the restoring.</param>
    public LookupResult LookUp(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, Func<SemanticKey?> semantic, CancellationToken stop)
    {
        if (Find(project, place, fingerprint, fingerprint.ActionKey, stop) is { } exact)
        {
            return exact;
        }

        SemanticKey? key = semantic();
        return (key is null ? null : Find(project, place, fingerprint, key.Key, stop)) ?? Miss(project, place, fingerprint, key);
    }

    /// <summary>Prepares the build of a project that is not in the cache.</summary>
    public LookupResult Miss(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, SemanticKey? semantic)
    {
        ProjectBuild build = Begin(project, place, fingerprint, semantic, out DateTime? othersSince);
        _untrusted.Remove(project, place, placements.Read(place.IntermediateFolder, project.Path), fingerprint, othersSince);
        return new LookupResult(null, build with { Started = Stopwatch.GetTimestamp() }, InPlace: false, 0) { Key = fingerprint.ActionKey };
    }

    /// <summary>The build of a project whose intermediate folder needs no cleaning.</summary>
    public ProjectBuild Begin(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, SemanticKey? semantic) =>
        Begin(project, place, fingerprint, semantic, out _);

    private ProjectBuild Begin(
        EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, SemanticKey? semantic, out DateTime? othersSince)
    {
        othersSince = inUse.Begin(place.IntermediateFolder);
        return new ProjectBuild
        {
            Project = project,
            Place = place,
            Fingerprint = fingerprint,
            Semantic = semantic,
            IsJoined = othersSince is not null,
            Reason = "",
            Started = Stopwatch.GetTimestamp(),
        };
    }

    /// <summary>Prepares the build of a project that is in the cache, to compare the two; <see langword="null"/> if it is not there.</summary>
    public LookupResult? Verify(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, Func<SemanticKey?> semantic)
    {
        SemanticKey? second = null;
        if ((store.TryGetEntry(fingerprint.ActionKey) ?? ((second = semantic()) is null ? null : store.TryGetEntry(second.Key))) is not { } entry)
        {
            return null;
        }

        placements.Suspend(place.IntermediateFolder, placements.Read(place.IntermediateFolder, project.Path));
        LookupResult miss = Miss(project, place, fingerprint, second);
        return miss with { Build = miss.Build! with { Verifying = entry } };
    }

    /// <summary>What lies under a key, put in place; <see langword="null"/> if nothing does.</summary>
    private LookupResult? Find(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, Digest key, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        Placement? before = placements.Read(place.IntermediateFolder, project.Path);
        if (before is not null && before.ActionKey == key && before.IsIntact())
        {
            store.TouchEntry(key);
            return new LookupResult(before, null, InPlace: true, 0) { Key = key };
        }

        CacheEntry? entry = store.TryGetEntry(key);
        return entry is not null && IsForHere(entry) && 
            PutInPlace(project.Path, entry, new RestorePlace(place.Folders, before) { Stays = fingerprint.Files.ContainsKey }, stop) is { } placed
            ? new LookupResult(placed, null, InPlace: false, Stopwatch.GetElapsedTime(started).TotalSeconds) { Key = key }
            : null;
    }

    /// <summary>Whether an entry's outputs are right in this folder.</summary>
    public bool IsForHere(CacheEntry entry) => entry.BoundTo.Length == 0 || entry.BoundTo == context.Roots.PathOf(RootMap.Repository);

    /// <summary>Puts an entry's outputs in place; <see langword="null"/> if that is not possible, which is reported where it is a failure.</summary>
    /// <param name="project">Absolute path of the project.</param>
    /// <param name="entry">The outputs.</param>
    /// <param name="place">Where to.</param>
    /// <param name="stop">Stops it.</param>
    public Placement? PutInPlace(string project, CacheEntry entry, RestorePlace place, CancellationToken stop)
    {
        string folder = place.Folders.Intermediate;
        string fileName = Path.GetFileName(project);
        bool Stays(string path) => written.IsOfOther(fileName, path) || place.Stays?.Invoke(path) == true;
        try
        {
            // The old record stays until the new one replaces it: the restore needs it to clean up, also after a kill.
            if (_restorer.Restore(entry, place with { Stays = Stays }, stop) is not { } files)
            {
                return null;
            }

            Placement placement = new()
            {
                Project = project,
                ActionKey = entry.ActionKey,
                Visible = entry.Visible,
                Facts = entry.Facts,
                TargetPath = context.Roots.ToAbsolute(entry.TargetPath),
                Seconds = entry.Seconds,
                Files = files,
                Warnings = entry.Warnings,
            };
            TryRecord(folder, placement);
            return placement;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            placements.Suspend(folder, place.Before);
            log.Report(Diagnostics.RestoreFailed, fileName, failure.Message);
            return null;
        }
    }

    /// <inheritdoc cref="UntrustedOutputs.RemoveOthers"/>
    public void RemoveOthers(EvaluatedProject project, ProjectPlace place, Placement known, Fingerprint fingerprint) => _untrusted.RemoveOthers(project, place, known, fingerprint);

    private void TryRecord(string intermediateFolder, Placement placement)
    {
        try
        {
            placements.Write(intermediateFolder, placement);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The outputs are in place; without the record they are only placed once more next time.
            placements.Suspend(intermediateFolder, null);
            log.Detail($"The placement of '{intermediateFolder}' could not be recorded: {failure.Message}");
        }
    }
}
