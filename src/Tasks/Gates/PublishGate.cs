using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>A publish that is under way.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Folder">Absolute path of the publish folder.</param>
/// <param name="Before">What lay in the intermediate folder when it began, by absolute path.</param>
/// <param name="Started">When it began, as <see cref="System.Diagnostics.Stopwatch"/> counts.</param>
internal sealed record PublishRun(Fingerprint Key, string Folder, IReadOnlyDictionary<string, FileStamp> Before, long Started);

/// <summary>Spares the work of publishing: trimming, native images, bundling, copying.</summary>
/// <remarks>
/// Nothing of publishing is skipped by us. On a hit the results of its steps are put in place before the steps come,
/// with one time that is newer than all they are made of, and the .NET SDK's own targets find that nothing is to do.
/// </remarks>
internal sealed class PublishGate(LocalStore store, PlacementStore placements, FactContext context, ICacheLog log)
{
    /// <summary>What publishing leaves in the intermediate folder. MSBuild compares only times there, so that with leftovers of an earlier publish the result may not be that of its key. The host of a single file is not among it: it is made before the lookup, and in the key.</summary>
    private static readonly string[] s_leftovers = ["PublishOutputs.*.txt", "*.genpublishdeps.cache", "*.genbundle.cache", "*.deps.json", "Link.semaphore"];

    private static readonly string[] s_leftoverFolders = ["R2R", "linked", "native"];

    /// <summary>Hashes of absolute paths: the .NET SDK writes them anew where they are missing.</summary>
    private static readonly string[] s_pathHashes = [".genpublishdeps.cache", ".genbundle.cache"];

    private readonly OutputRestorer _restorer = new(store, context.Roots, context.Memo, context.Tracked);
    private readonly OutputIntake _intake = new(store, context);

    /// <summary>Puts the results in place; <see langword="null"/> if they are not to be had.</summary>
    /// <remarks>What lies in the publish folder already is left to the .NET SDK, which keeps what is newer there.</remarks>
    public (CacheEntry Entry, IReadOnlyList<string> Written)? TryRestore(ProjectPlace place, Fingerprint key, string folder, CancellationToken stop)
    {
        Placement? before = placements.Read(Place(place, folder));
        CacheEntry? entry = store.TryGetEntry(key.ActionKey);
        if (entry is null || (entry.BoundTo.Length > 0 && entry.BoundTo != context.Roots.PathOf(RootMap.Repository)))
        {
            return null;
        }

        if (before is not null && before.ActionKey == key.ActionKey && before.IsIntact())
        {
            return (entry, []);
        }

        try
        {
            CachedOutput[] wanted = [.. entry.Outputs.Where(output => context.Roots.ToAbsolute(output.Path) is var path && !(RootMap.IsWithin(path, folder) && Path.Exists(path)))];
            if (_restorer.Restore(entry with { Outputs = wanted }, new RestorePlace(new BuildFolders(place.IntermediateFolder, ""), Before: null), stop) is not { } files)
            {
                return null;
            }

            Note(place, folder, key.ActionKey, entry.Seconds, files);
            return (entry, [.. files.Select(static file => file.Path)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Report(Diagnostics.RestoreFailed, Path.GetFileName(place.TargetPath) + " (published)", failure.Message);
            return null;
        }
    }

    /// <summary>Why there is nothing under a key: what differs from the nearest earlier publish.</summary>
    public string Explain(Fingerprint key) =>
        MissExplanation.Find(store, key, "the cache holds no publish of it to this folder with these tools");

    /// <summary>What is left of an earlier publish, so that this one's result is not kept; <see langword="null"/> if nothing is.</summary>
    public static string? Leftover(ProjectPlace place, string folder)
    {
        string intermediate = place.IntermediateFolder;
        return (Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() : null) ??
            s_leftoverFolders.Select(name => Path.Combine(intermediate, name)).FirstOrDefault(static path => Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()) ??
            s_leftovers.SelectMany(pattern => Directory.Exists(intermediate) ? Directory.EnumerateFiles(intermediate, pattern) : []).FirstOrDefault();
    }

    /// <summary>Begins a publish that is to be kept.</summary>
    public static PublishRun Begin(EvaluatedProject project, ProjectPlace place, Fingerprint key, string folder)
    {
        Dictionary<string, FileStamp> before = new(RootMap.Comparer);
        foreach (string path in OutputCollector.MadeIn(place.IntermediateFolder, project))
        {
            if (FileStamp.TryReadLink(path, out FileStamp stamp))
            {
                before[path] = stamp;
            }
        }

        return new PublishRun(key, folder, before, System.Diagnostics.Stopwatch.GetTimestamp());
    }

    /// <summary>Keeps what a publish made; the reason if it cannot be kept.</summary>
    /// <param name="run">The publish.</param>
    /// <param name="project">The project.</param>
    /// <param name="place">Where its project builds to.</param>
    /// <param name="published">The files that the .NET SDK says it has put into the publish folder, with the file each is a copy of; none for what was made there.</param>
    /// <param name="warnings">What was warned of.</param>
    /// <param name="relocatable">Whether other folders find the entry.</param>
    /// <param name="stop">Stops it.</param>
    public string? Keep(PublishRun run, EvaluatedProject project, ProjectPlace place, IReadOnlyDictionary<string, string?> published, IReadOnlyList<CachedWarning> warnings, bool relocatable, CancellationToken stop)
    {
        foreach ((string path, HashedFile file) in run.Key.Files)
        {
            if (!FileStamp.TryRead(path, out FileStamp now) || now != file.Stamp ||
                (!context.Memo.ShowsChanges(path, now) &&
                    !(context.Memo.TryHash(path, out Digest content, out _, stop) && content == file.Digest)))
            {
                return $"'{path}' changed meanwhile";
            }
        }

        if ((context.ReadBefore.FindBuildFile(project, context, stop) ??
            context.ReadBefore.FindPackage(place.IntermediateFolder, run.Key.Files)) is { } replaced)
        {
            return ReadBefore.Reason(replaced);
        }

        if (FilesBelow.In(run.Folder).FirstOrDefault(path => !published.ContainsKey(path)) is { } unknown)
        {
            return $"'{unknown}' was written, and the .NET SDK does not list it";
        }

        string boundTo = "";
        List<CachedOutput> outputs = [];
        List<PlacedFile> placed = [];
        Dictionary<string, Digest> taken = new(RootMap.Comparer);
        foreach (FoundOutput output in Found(run, project, place, published))
        {
            // A file of a package is not taken in again: it lies there whenever its project was restored.
            if (output.CopyOf is { } source && run.Key.Files.TryGetValue(source, out HashedFile? known))
            {
                taken[output.Path] = known.Digest;
            }

            CachedOutput cached = _intake.TakeIn(output, taken, relocatable, ref boundTo, stop);
            outputs.Add(cached);
            placed.Add(new PlacedFile(output.Path, cached.Digest, output.Stamp));
        }

        if (boundTo.Length > 0)
        {
            log.Report(Diagnostics.NotRelocatable, boundTo, project.FileName + " (published)");
        }

        Digest facts = store.PutBytes(FactsFormat.Write(run.Key.Facts));
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(run.Started).TotalSeconds;
        store.PutEntry(new CacheEntry
        {
            ActionKey = run.Key.ActionKey,
            Visible = default,
            TargetPath = context.Roots.ToRooted(run.Folder),
            BoundTo = boundTo.Length > 0 ? context.Roots.PathOf(RootMap.Repository) : "",
            Seconds = seconds,
            Provenance = $"{Environment.MachineName} {DateTime.UtcNow:O}",
            Facts = facts,
            Outputs = outputs,
            Warnings = warnings,
        });
        new InputRecords(store.Layout).Add(run.Key.WeakKey, new InputRecord(run.Key.ActionKey, facts));
        Note(place, run.Folder, run.Key.ActionKey, seconds, placed);
        return null;
    }

    /// <summary>What the publish wrote: in its folder, and beside the compiler's outputs. The list of what was published the .NET SDK writes every time.</summary>
    private static IEnumerable<FoundOutput> Found(PublishRun run, EvaluatedProject project, ProjectPlace place, IReadOnlyDictionary<string, string?> published)
    {
        foreach ((string path, string? source) in published)
        {
            if (FileStamp.TryReadLink(path, out FileStamp stamp))
            {
                bool isCopy = source is not null && FileStamp.TryRead(source, out FileStamp original) && original.Size == stamp.Size && original.ModifiedNs / 100 == stamp.ModifiedNs / 100;
                yield return new FoundOutput(path, stamp, IsVisible: false, isCopy ? source : null);
            }
        }

        foreach (string path in OutputCollector.MadeIn(place.IntermediateFolder, project))
        {
            bool isOfSdk = Path.GetFileName(path).StartsWith("PublishOutputs.", StringComparison.Ordinal) || s_pathHashes.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));
            if (!isOfSdk && !published.ContainsKey(path) &&
                FileStamp.TryReadLink(path, out FileStamp stamp) && !(run.Before.TryGetValue(path, out FileStamp before) && before == stamp))
            {
                yield return new FoundOutput(path, stamp, IsVisible: false, CopyOf: null);
            }
        }
    }

    /// <summary>Notes what lies in place, but for what is dated anew after it: the bundle and the list of dependencies.</summary>
    private void Note(ProjectPlace place, string folder, Digest key, double seconds, IReadOnlyList<PlacedFile> files)
    {
        string name = Path.GetFileNameWithoutExtension(place.TargetPath);
        PlacedFile[] steady = [.. files.Where(file => !file.Path.EndsWith(".deps.json", StringComparison.Ordinal) && !(RootMap.IsWithin(file.Path, folder) && Path.GetFileName(file.Path) is var own && (own == name || own == name + ".exe")))];
        placements.Write(Place(place, folder), new Placement { Project = "", ActionKey = key, Visible = default, Facts = default, TargetPath = folder, Seconds = seconds, Files = steady, Warnings = [] });
    }

    private static string Place(ProjectPlace place, string folder) => $"{place.IntermediateFolder}|publish|{folder}";
}
