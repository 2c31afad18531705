using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Takes away, before a miss is built, what an earlier build left and MSBuild could take for current.</summary>
internal sealed class UntrustedOutputs(LocalStore store, PlacementStore placements, FactContext context)
{
    private readonly StaleOutputs _stale = new(context.Roots, context.Memo, context.Tracked);

    /// <summary>Before a miss is built: removes what earlier builds left in the intermediate folder, where MSBuild's comparison of times could take it for current although it is not.</summary>
    /// <remarks>
    /// MSBuild sees an input only if it is newer than the outputs, and a property not at all. After a change of
    /// branch or of a property, or when a build was cut off in the middle of a file, that would publish a wrong output
    /// under a right key. So the outputs stay only if they are known to be ours, and all that changed are newer files that
    /// targets compare, or references (whose outputs are newer if they changed), and if no warning belongs to them. The list that MSBuild's incremental clean works by stays always.
    /// </remarks>
    /// <param name="project">The project.</param>
    /// <param name="place">Where it builds to.</param>
    /// <param name="before">What its last build left; <see langword="null"/> if that is not known.</param>
    /// <param name="fingerprint">Its key.</param>
    public void Remove(EvaluatedProject project, ProjectPlace place, Placement? before, Fingerprint fingerprint)
    {
        RemoveUncompared(project, place);
        string? generated = CompilerOutputs.GeneratedFolder(project.Property, project.Directory);

        // A target that MSBuild leaves out warns of nothing, and the entry would not know of what it warned before.
        // Nor does the compiler take away what a generator does not make any more.
        bool isTrusted = before is { Warnings.Count: 0 } && generated is null && before.IsIntact() && MSBuildWillNotice(before, project, fingerprint);

        // From here on the folder holds a build that is not finished. It is trusted again when that is published.
        placements.Suspend(place.IntermediateFolder, before);
        if (isTrusted)
        {
            return;
        }

        long now = FileStamp.Nanoseconds(DateTime.UtcNow);
        foreach (string path in OutputCollector.MadeIn(place.IntermediateFolder, project).Concat(Generated(project, place, before)).ToArray())
        {
            // What this very build has made already, and what counts as its input, stays. So does the empty file that only says
            // that something was copied once: where all copies are current it is not made again.
            if (!path.EndsWith(".FileListAbsolute.txt", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".Up2Date", StringComparison.OrdinalIgnoreCase) && !fingerprint.Files.ContainsKey(path) &&
                FileStamp.TryReadLink(path, out FileStamp stamp) && (stamp.LastChangeNs < project.EvaluatedNs || stamp.LastChangeNs > now) &&
                _stale.MayGo(path, stamp, place.Folders))
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Generated files outside of the intermediate folder: those that the last build placed, byte for byte. What else lies there is not ours.</summary>
    private IEnumerable<string> Generated(EvaluatedProject project, ProjectPlace place, Placement? before) =>
        CompilerOutputs.GeneratedElsewhere(project.Property, project.Directory) is not { } folder ? [] : (before?.Files ?? [])
            .Where(file => RootMap.IsWithin(file.Path, folder) && _stale.HasPlacedBytes(file, CancellationToken.None))
            .Select(static file => file.Path);

    private static void TryDelete(string path)
    {
        try
        {
            FilesBelow.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // MSBuild says so itself where it must write there.
        }
    }

    /// <summary>Removes deps.json, which MSBuild makes anew only if it is gone, whatever else changed: it names the file versions of referenced assemblies, and is compared with project files and packages alone.</summary>
    private void RemoveUncompared(EvaluatedProject project, ProjectPlace place)
    {
        string dependencies = Path.ChangeExtension(place.TargetPath, ".deps.json");
        if (place.TargetPath.Length > 0 && project.Property("GenerateDependencyFile").Equals("true", StringComparison.OrdinalIgnoreCase) &&
            FileStamp.TryReadLink(dependencies, out FileStamp stamp) && _stale.MayGo(dependencies, stamp, place.Folders))
        {
            TryDelete(dependencies);
        }
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
