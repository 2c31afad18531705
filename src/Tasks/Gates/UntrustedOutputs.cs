using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>Takes away, before a miss is built, what an earlier build left and MSBuild could take for current.</summary>
internal sealed class UntrustedOutputs(PlacementStore placements, FactContext context)
{
    /// <summary>The list that MSBuild's incremental clean works by, and the empty file that only says that something was copied once: where all copies are current it is not made again.</summary>
    private static readonly string[] s_kept = [".FileListAbsolute.txt", ".Up2Date"];

    private readonly StaleOutputs _stale = new(context.Roots, context.Memo, context.Tracked);

    /// <summary>Empties the intermediate folder of what earlier builds left.</summary>
    /// <remarks>
    /// MSBuild sees an input only if it is newer than the outputs, and a property not at all. After a change of branch or of a
    /// property, or when a build was cut off in the middle of a file, that would publish a wrong output under a right key.
    /// What counts as an input stays, and so does what this very build has made already, MSBuild's lists, and a file that git has in its index.
    /// </remarks>
    /// <param name="project">The project.</param>
    /// <param name="place">Where it builds to.</param>
    /// <param name="before">What its last build left; <see langword="null"/> if that is not known.</param>
    /// <param name="fingerprint">Its key.</param>
    /// <param name="othersSince">Since when another process builds into the folder (UTC): what was written since stays.
    /// <see langword="null"/> if none does.</param>
    public void Remove(
        EvaluatedProject project, ProjectPlace place, Placement? before, Fingerprint fingerprint, DateTime? othersSince)
    {
        RemoveUncompared(project, place);

        // From here on the folder holds a build that is not finished. It is trusted again when that is published.
        placements.Suspend(place.IntermediateFolder, before);
        long othersNs = othersSince is { } since ? FileStamp.Nanoseconds(since) : long.MaxValue;
        long begunNs = Math.Min(project.EvaluatedNs, othersNs);
        string[] made = [.. OutputCollector.MadeIn(place.IntermediateFolder, project), .. Generated(project, place, before)];
        RemoveMade(made, begunNs, StampsOf(before), place, fingerprint);
    }

    /// <summary>Removes from the intermediate folder what is none of a project's outputs: targets behind an earlier build made it.</summary>
    /// <remarks>
    /// Such a target may tell by a file there that it has nothing to do. Where the outputs are put back to what they
    /// were before it, or are made anew, it has; and what it made is no output of the build that follows.
    /// </remarks>
    /// <param name="project">The project.</param>
    /// <param name="place">Where it builds to.</param>
    /// <param name="known">Its outputs.</param>
    /// <param name="fingerprint">Its key.</param>
    public void RemoveOthers(EvaluatedProject project, ProjectPlace place, Placement known, Fingerprint fingerprint)
    {
        Dictionary<string, FileStamp> placed = StampsOf(known);
        string[] others =
            [.. OutputCollector.MadeIn(place.IntermediateFolder, project).Where(path => !placed.ContainsKey(path))];
        RemoveMade(others, project.EvaluatedNs, placed, place, fingerprint);
    }

    private static Dictionary<string, FileStamp> StampsOf(Placement? placement) =>
        (placement?.Files ?? []).ToDictionary(static file => file.Path, static file => file.Stamp, RootMap.Comparer);

    /// <param name="paths">Files that some build made.</param>
    /// <param name="begunNs">When the builds began that are under way, in nanoseconds since 1970: what they have made
    /// stays.</param>
    /// <param name="placed">What the last build left.</param>
    /// <param name="place">Where the project builds to.</param>
    /// <param name="fingerprint">Its key: what it reads stays.</param>
    private void RemoveMade(
        string[] paths, long begunNs, Dictionary<string, FileStamp> placed, ProjectPlace place, Fingerprint fingerprint)
    {
        long now = FileStamp.Nanoseconds(DateTime.UtcNow);
        foreach (string path in paths)
        {
            if (!s_kept.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) && !fingerprint.Files.ContainsKey(path) &&
                FileStamp.TryReadLink(path, out FileStamp stamp) && (IsOlder(path, stamp) || stamp.LastChangeNs > now) &&
                _stale.MayGo(path, stamp, place.Folders))
            {
                TryDelete(path);
            }
        }

        // Where whole seconds are kept, what this build has just made can look older than it is.
        bool IsOlder(string path, FileStamp stamp) => stamp.LastChangeNs < begunNs &&
            (stamp.LatestChangeNs < begunNs || (placed.TryGetValue(path, out FileStamp last) && last == stamp));
    }

    /// <summary>Generated files outside of the intermediate folder: those that the last build placed, byte for byte. What else lies there is not ours.</summary>
    private IEnumerable<string> Generated(EvaluatedProject project, ProjectPlace place, Placement? before) =>
        CompilerOutputs.GeneratedElsewhere(project.Property, project.Directory) is not { } folder ? [] : (before?.Files ?? [])
            .Where(file => RootMap.IsWithin(file.Path, folder) && _stale.HasPlacedBytes(file, before!, CancellationToken.None))
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
}
