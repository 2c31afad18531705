using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Puts what a project's build made into the store.</summary>
internal sealed class Publisher(LocalStore store, PlacementStore placements, FactContext context, ICacheLog log)
{
    /// <summary>Kept out of entries that other folders may use: caches of MSBuild's and NuGet's that hold this folder's paths, and are made anew.</summary>
    private static readonly string[] s_pathCaches = [".AssemblyReference.cache", ".assets.cache"];

    private readonly OutputIntake _intake = new(store, context);

    private volatile bool _isOff;

    /// <summary>What is visible of a project that is not cached: the digest of its outputs, as they lie there.</summary>
    public SeenOutputs Describe(IReadOnlyList<FoundOutput> found, CancellationToken stop)
    {
        Dictionary<string, Digest> digests = new(RootMap.Comparer);
        List<(string, Digest, bool)> visible = [];
        foreach (FoundOutput output in found.Where(output => output.IsVisible))
        {
            if (output.Stamp.IsLink)
            {
                visible.Add((context.Roots.ToRooted(output.Path), BehindLink(output, stop), false));
            }
            else if (context.TryHash(output.Path, out HashedFile? file, stop))
            {
                digests[output.Path] = file.Digest;
                visible.Add((context.Roots.ToRooted(output.Path), file.Digest, output.Stamp.IsExecutable));
            }
        }

        return Seen(visible, found, digests);
    }

    /// <summary>What a link shows to dependents: the content of the file that it leads to, or, for a folder, where it leads.</summary>
    private Digest BehindLink(FoundOutput output, CancellationToken stop) =>
        context.TryHash(output.Path, out HashedFile? file, stop) ? file.Digest : Digest.Of(context.Roots.Neutral(LinkTargets.Of(output.Path)));

    private static SeenOutputs Seen(List<(string, Digest, bool)> visible, IReadOnlyList<FoundOutput> found, Dictionary<string, Digest> digests) =>
        new(Visible(visible), [.. found.Where(output => output.IsVisible).Select(output => new PlacedFile(output.Path, digests.GetValueOrDefault(output.Path), output.Stamp) { UsersCopyOf = output.IsUsers ? output.CopyOf! : "" })]);

    /// <summary>Takes in what dependents can see, now, and returns the rest of the work, to be done in the background.</summary>
    /// <param name="build">The build.</param>
    /// <param name="found">Its outputs.</param>
    /// <param name="takeWarnings">Says what the build warned of.</param>
    /// <param name="relocatable">Whether clones in other folders are to share.</param>
    /// <param name="isAtOnce">Whether all outputs are taken in now, and only the entry is written in the background: something is about to write them.</param>
    /// <param name="stop">Stops the copying.</param>
    public (SeenOutputs Seen, Action<CancellationToken>? Remaining) Publish(
        ProjectBuild build, IReadOnlyList<FoundOutput> found, Func<IReadOnlyList<CachedWarning>> takeWarnings, bool relocatable, bool isAtOnce, CancellationToken stop)
    {
        if (_isOff)
        {
            return (Describe(found, stop), null);
        }

        double seconds = Stopwatch.GetElapsedTime(build.Started).TotalSeconds;
        Dictionary<string, Digest> taken = new(RootMap.Comparer);
        List<(string, Digest, bool)> visible = [];
        try
        {
            foreach (FoundOutput output in found.Where(output => output.IsVisible))
            {
                if (output.Stamp.IsLink)
                {
                    visible.Add((context.Roots.ToRooted(output.Path), BehindLink(output, stop), false));
                    continue;
                }

                Digest digest = output.CopyOf is { } source && context.TryHash(source, output.Source, out Digest known, stop) ? known : _intake.Put(output, stop);
                taken[output.Path] = digest;
                visible.Add((context.Roots.ToRooted(output.Path), digest, output.ContentStamp.IsExecutable));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(build, failure);
            return (Describe(found, stop), null);
        }

        SeenOutputs seen = Seen(visible, found, taken);
        if (!isAtOnce)
        {
            return (seen, stop => Finish(build, TakeIn(build, found, taken, relocatable, stop), seen.Visible, seconds, takeWarnings));
        }

        TakenOutputs? all = TakeIn(build, found, taken, relocatable, stop);
        return (seen, all is null ? null : _ => Finish(build, all, seen.Visible, seconds, takeWarnings));
    }

    /// <summary>What a build left, as it lies in the store.</summary>
    /// <param name="Outputs">The outputs.</param>
    /// <param name="Files">The same files, as they were then.</param>
    /// <param name="BoundTo">The output that is right in this folder only; "" if there is none.</param>
    private sealed record TakenOutputs(List<CachedOutput> Outputs, List<PlacedFile> Files, string BoundTo);

    /// <summary>Takes all outputs in; <see langword="null"/> if they are not to be kept, which is reported.</summary>
    private TakenOutputs? TakeIn(ProjectBuild build, IReadOnlyList<FoundOutput> found, Dictionary<string, Digest> taken, bool relocatable, CancellationToken stop)
    {
        try
        {
            if ((ChangedBuildFile(build.Project, build.Fingerprint!) ?? ChangedInput(build.Fingerprint!, stop)) is { } changed)
            {
                log.Report(Diagnostics.InputChanged, changed, build.Project.FileName);
                return null;
            }

            string boundTo = "";
            List<CachedOutput> outputs = new(found.Count);
            List<PlacedFile> placed = new(found.Count);
            foreach (FoundOutput output in found)
            {
                if (relocatable && s_pathCaches.Any(ending => output.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                {
                    continue;
                }

                // The list was made when the build ended. What was written since, or while it is read, is not its output; the user's own copies may change at any time.
                CachedOutput? cached = IsAsFound(output, out FileStamp now) ? _intake.TakeIn(output, taken, relocatable, ref boundTo, stop) : null;
                if (cached is null || !IsAsFound(output, out _))
                {
                    log.Report(Diagnostics.OutputChanged, output.Path, build.Project.FileName);
                    return null;
                }

                outputs.Add(cached);
                placed.Add(new PlacedFile(output.Path, cached.Digest, now) { IsCopy = cached.IsCopy, UsersCopyOf = output.IsUsers ? output.CopyOf! : "" });
            }

            return new TakenOutputs(outputs, placed, boundTo);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(build, failure);
            return null;
        }
    }

    private static bool IsAsFound(FoundOutput output, out FileStamp now) =>
        FileStamp.TryReadLink(output.Path, out now) && (output.IsUsers || (now.ModifiedNs == output.Stamp.ModifiedNs && now.Size == output.Stamp.Size));

    private void Finish(ProjectBuild build, TakenOutputs? taken, Digest visible, double seconds, Func<IReadOnlyList<CachedWarning>> takeWarnings)
    {
        if (taken is null)
        {
            return;
        }

        try
        {
            Fingerprint fingerprint = build.Fingerprint!;
            IReadOnlyList<CachedWarning> warnings = takeWarnings();
            (List<CachedOutput> outputs, List<PlacedFile> placed, string boundTo) = taken;
            if (build.Verifying is { } expected)
            {
                Compare(build, expected, Verification.Differences(expected, outputs, warnings));
                return;
            }

            Digest facts = store.PutBytes(FactsFormat.Write(fingerprint.Facts));
            if (boundTo.Length > 0)
            {
                log.Report(Diagnostics.NotRelocatable, boundTo, build.Project.FileName);
            }

            CacheEntry entry = new()
            {
                ActionKey = fingerprint.ActionKey,
                Visible = visible,
                TargetPath = context.Roots.ToRooted(build.Place.TargetPath),
                BoundTo = boundTo.Length > 0 ? context.Roots.PathOf(RootMap.Repository) : "",
                Seconds = seconds,
                Provenance = $"{Environment.MachineName} {DateTime.UtcNow:O}",
                Facts = facts,
                Outputs = outputs,
                Warnings = warnings,
            };
            store.PutEntry(entry);
            PutSemantic(build, entry);
            new InputRecords(store.Layout).Add(fingerprint.WeakKey, new InputRecord(fingerprint.ActionKey, facts));
            placements.Write(build.Place.IntermediateFolder, new Placement
            {
                Project = build.Project.Path,
                ActionKey = entry.ActionKey,
                Visible = visible,
                Facts = facts,
                TargetPath = build.Place.TargetPath,
                Seconds = seconds,
                Files = placed,
                Warnings = warnings,
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(build, failure);
        }
    }

    /// <summary>An entry that a build does not confirm is taken away: the next build makes a new one.</summary>
    private void Compare(ProjectBuild build, CacheEntry entry, IReadOnlyList<string> differences)
    {
        const int Named = 10;
        if (differences.Count == 0)
        {
            log.Detail($"Verified: the cached outputs of '{build.Project.FileName}' are what its build makes.");
            return;
        }

        bool isOfCompiler = differences.Any(path => path.Contains("/obj/", StringComparison.Ordinal) && Path.GetExtension(path.AsSpan()) is ".dll" or ".exe" or ".pdb");
        string cause = build.CompilerIsUnsteady?.Invoke() switch
        {
            true => "the compiler or a generator is not deterministic: the same command line and the same files gave other bytes",
            false when isOfCompiler => "something that is not in the key reached the compiler, or a tool changed its output",
            _ => "a target outside the compiler wrote them, from an input that is not declared or with a time or a random number in it",
        };
        string names = string.Join(", ", differences.Take(Named)) + (differences.Count > Named ? $" and {differences.Count - Named} more" : "");
        store.RemoveEntry(entry.ActionKey);
        log.Report(Diagnostics.VerifyFailed, build.Project.FileName, names, cause);
    }

    /// <summary>Lets builds with other comments find the entry, too, unless a warning speaks against it.</summary>
    private void PutSemantic(ProjectBuild build, CacheEntry entry)
    {
        if (build.Semantic is not { } semantic)
        {
            return;
        }

        if (SemanticProof.Refute(semantic, entry.Warnings, build.Fingerprint!, build.Project, context.Roots) is { } reason)
        {
            log.Report(Diagnostics.HashedExactly, build.Project.FileName, reason);
            return;
        }

        store.PutEntry(entry with { ActionKey = semantic.Key });
    }

    /// <summary>A full or vanished disk fails for every project: said once, and not tried again in this build.</summary>
    private void GiveUp(ProjectBuild build, Exception failure)
    {
        // Another build in the same folder writes an output just now, or has taken it away. That is no fault of the
        // disk.
        bool isGone = failure is FileNotFoundException { FileName: { } gone } && !RootMap.IsWithin(gone, store.Layout.Root);
        if (SharingViolation.Is(failure) || isGone)
        {
            log.Report(Diagnostics.FolderShared, build.Project.FileName, build.Place.IntermediateFolder);
            return;
        }

        if (!_isOff)
        {
            _isOff = true;
            log.Report(Diagnostics.PublishFailed, build.Project.FileName, failure.Message);
        }
    }

    /// <summary>A build file that changed between the evaluation and the making of the key, which may be far apart: a project waits for its references.</summary>
    /// <remarks>The key would hold the new content, and the outputs were made by the old one.</remarks>
    private string? ChangedBuildFile(EvaluatedProject project, Fingerprint fingerprint)
    {
        foreach (string path in project.Imports.Append(project.Path))
        {
            if (!context.IsSdk(path) && (!fingerprint.Files.TryGetValue(path, out HashedFile? file) || ChangeOf(path, file.Stamp) > project.EvaluatedNs))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>
    /// When a build file may have changed last. What NuGet writes it writes before the evaluation, and often within the
    /// same second.
    /// </summary>
    private static long ChangeOf(string path, FileStamp stamp) =>
        ProjectRecorder.IsOfRestore(path) ? stamp.LastChangeNs : stamp.LatestChangeNs;

    /// <summary>An input that may not be what it was when the key was made; <see langword="null"/> if all are.</summary>
    /// <remarks>
    /// A source that was written again is refused even if its content is the old one: the compiler may have seen
    /// another in between. One of which only the change time moved and that has several names, as when the build makes a hard link of it, counts by its content. What the build itself makes anew, and git does not know, counts by its content.
    /// </remarks>
    private string? ChangedInput(Fingerprint fingerprint, CancellationToken stop)
    {
        foreach ((string path, HashedFile before) in fingerprint.Files)
        {
            if (context.IsFixed(path))
            {
                continue;
            }

            bool isSame = FileStamp.TryRead(path, out FileStamp now) && now == before.Stamp;
            bool isOld = now.LatestChangeNs < fingerprint.MadeNs - Fingerprint.TooRecentNs;
            if (isSame && isOld && context.Memo.ShowsChanges(path, now))
            {
                continue;
            }

            // Making a hard link of a file moves its change time, and nothing else.
            bool isWritten = !isSame && (now with { ChangedNs = before.Stamp.ChangedNs } != before.Stamp || !FileStamp.HasOtherName(path));
            if ((isWritten && context.Tree.Holds(path)) || !context.TryHash(path, out HashedFile? after, stop) || after.Digest != before.Digest)
            {
                return path;
            }
        }

        foreach (Fact fact in fingerprint.Facts)
        {
            if (fact.Kind == FactKind.Staged && !TreeStager.IsAsStaged(store.Layout, context.Roots.ToAbsolute(fact.Name), fact.Value, stop))
            {
                return fact.Name;
            }
        }

        return fingerprint.Facts.FirstOrDefault(fact => fact.Kind == FactKind.Absence && File.Exists(context.Roots.ToAbsolute(fact.Name)))?.Name;
    }

    private static Digest Visible(List<(string Path, Digest Digest, bool IsExecutable)> outputs)
    {
        outputs.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        using CanonicalHasher hasher = new("visible/2");
        foreach ((string path, Digest digest, bool isExecutable) in outputs)
        {
            hasher.Add(1, path);
            hasher.Add(2, digest);
            hasher.Add(3, isExecutable ? 1 : 0);
        }

        return hasher.Finish();
    }
}
