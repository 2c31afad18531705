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
        return new LookupResult(null, Begin(project, place, fingerprint, semantic), InPlace: false, 0) { Key = fingerprint.ActionKey };
    }

    /// <summary>The build of a project whose intermediate folder needs no cleaning.</summary>
    public static ProjectBuild Begin(EvaluatedProject project, ProjectPlace place, Fingerprint fingerprint, SemanticKey? semantic) => new()
    {
        Project = project,
        Place = place,
        Fingerprint = fingerprint,
        Semantic = semantic,
        Reason = "",
        Started = Stopwatch.GetTimestamp(),
    };

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
        return entry is not null && IsForHere(entry) && PutInPlace(project.FileName, place.IntermediateFolder, entry, before, null, stop) is { } placed
            ? new LookupResult(placed, null, InPlace: false, Stopwatch.GetElapsedTime(started).TotalSeconds) { Key = key }
            : null;
    }

    /// <summary>Whether an entry's outputs are right in this folder.</summary>
    public bool IsForHere(CacheEntry entry) => entry.BoundTo.Length == 0 || entry.BoundTo == context.Roots.PathOf(RootMap.Repository);

    /// <summary>Puts an entry's outputs in place; <see langword="null"/> if that is not possible, which is reported where it is a failure.</summary>
    public Placement? PutInPlace(string fileName, string intermediateFolder, CacheEntry entry, Placement? before, RestorePass? pass, CancellationToken stop)
    {
        try
        {
            // The old record stays until the new one replaces it: the restore needs it to clean up, also after a kill.
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
            placements.Forget(intermediateFolder);
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
            placements.Forget(intermediateFolder);
            log.Detail($"The placement of '{intermediateFolder}' could not be recorded: {failure.Message}");
        }
    }

    /// <summary>Before a miss is built: removes what earlier builds left in the intermediate folder, where MSBuild's comparison of times could take it for current although it is not.</summary>
    /// <remarks>
    /// MSBuild sees an input only if it is newer than the outputs, and a property not at all. After a change of
    /// branch or of a property, or when a build was cut off in the middle of a file, that would publish a wrong output
    /// under a right key. So the outputs stay only if they are known to be ours, and all that changed are newer files that
    /// targets compare, or references (whose outputs are newer if they changed), and if no warning belongs to them. The list that MSBuild's incremental clean works by stays always.
    /// </remarks>
    private void RemoveUntrusted(EvaluatedProject project, ProjectPlace place, Placement? before, Fingerprint fingerprint)
    {
        RemoveUncompared(project, place, before);
        string? generated = CompilerOutputs.GeneratedFolder(project.Property, project.Directory);

        // A target that MSBuild leaves out warns of nothing, and the entry would not know of what it warned before.
        // Nor does the compiler take away what a generator does not make any more.
        bool isTrusted = before is { Warnings.Count: 0 } && generated is null && before.IsIntact() && MSBuildWillNotice(before, project, fingerprint);

        // From here on the folder holds a build that is not finished. It is trusted again when that is published.
        placements.Forget(place.IntermediateFolder);
        if (isTrusted)
        {
            return;
        }

        RemoveMade(OutputCollector.MadeIn(place.IntermediateFolder, project).Concat(generated is null ? [] : CompilerOutputs.FilesIn(generated)), project, fingerprint);
    }

    private static void RemoveMade(IEnumerable<string> paths, EvaluatedProject project, Fingerprint fingerprint)
    {
        long now = FileStamp.Nanoseconds(DateTime.UtcNow);
        foreach (string path in paths.ToArray())
        {
            // What this very build has made already, and what counts as its input, stays. So does the empty file that only says
            // that something was copied once: where all copies are current it is not made again.
            if (!path.EndsWith(".FileListAbsolute.txt", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".Up2Date", StringComparison.OrdinalIgnoreCase) && !fingerprint.Files.ContainsKey(path) &&
                FileStamp.TryReadLink(path, out FileStamp stamp) && (stamp.LastChangeNs < project.EvaluatedNs || stamp.LastChangeNs > now))
            {
                AtomicFile.TryDelete(path);
            }
        }
    }

    /// <summary>Removes files of the output folder that MSBuild makes anew only if they are gone, whatever else changed.</summary>
    /// <remarks>
    /// deps.json names the file versions of referenced assemblies, and is compared with project files and packages alone.
    /// The configuration file is compared with its source, which an older one may have replaced.
    /// </remarks>
    private static void RemoveUncompared(EvaluatedProject project, ProjectPlace place, Placement? before)
    {
        if (place.TargetPath.Length > 0 && project.Property("GenerateDependencyFile").Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.TryDelete(Path.ChangeExtension(place.TargetPath, ".deps.json"));
        }

        string configuration = place.TargetPath + ".config";
        if (before?.Files.Any(file => file.Path.Equals(configuration, RootMap.Comparison)) == true)
        {
            AtomicFile.TryDelete(configuration);
        }
    }

    /// <summary>Removes from the intermediate folder what is none of a project's outputs: targets behind an earlier build made it.</summary>
    /// <remarks>
    /// Such a target may tell by a file there that it has nothing to do. Where the outputs are put back to what they
    /// were before it, or are made anew, it has; and what it made is no output of the build that follows.
    /// </remarks>
    public static void RemoveOthers(EvaluatedProject project, ProjectPlace place, Placement known, Fingerprint fingerprint)
    {
        HashSet<string> outputs = new(known.Files.Select(file => file.Path), RootMap.Comparer);
        RemoveMade(OutputCollector.MadeIn(place.IntermediateFolder, project).Where(path => !outputs.Contains(path)), project, fingerprint);
    }

    private bool MSBuildWillNotice(Placement before, EvaluatedProject project, Fingerprint fingerprint)
    {
        if (store.TryGetBytes(before.Facts) is not { } bytes || FactsFormat.Read(bytes) is not { } old)
        {
            return false;
        }

        long newest = before.NewestNs;
        HashSet<string>? compared = null;
        foreach (FactChange change in FactDifference.Between(old, [.. fingerprint.Facts.Select(FactsFormat.AsStored)]))
        {
            bool noticed = change.Either.Kind switch
            {
                FactKind.Reference => true,
                FactKind.File when change.After is { } after => IsCompared(context.Roots.ToAbsolute(after.Name)) && IsNewer(context.Roots.ToAbsolute(after.Name)),
                _ => false,
            };
            if (!noticed)
            {
                return false;
            }
        }

        return true;

        bool IsCompared(string path) => (compared ??= new(ComparedFiles.Of(context, project, CancellationToken.None), RootMap.Comparer)).Contains(path);

        // Of a link MSBuild sees the time of the link, and not of the file that it leads to.
        bool IsNewer(string path) =>
            fingerprint.Files.TryGetValue(path, out HashedFile? file) && file.Stamp.ModifiedNs > newest &&
            FileStamp.TryReadLink(path, out FileStamp own) && own.ModifiedNs > newest;
    }
}
