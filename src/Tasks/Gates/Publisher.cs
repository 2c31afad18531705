using System.Diagnostics;
using System.Text;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Puts what a project's build made into the store.</summary>
internal sealed class Publisher(LocalStore store, PlacementStore placements, FactContext context, ICacheLog log)
{
    /// <summary>Kept out of entries that other folders may use: caches of MSBuild's and NuGet's that hold this folder's paths, and are made anew.</summary>
    private static readonly string[] s_pathCaches = [".AssemblyReference.cache", ".assets.cache"];

    private const long LargestText = 8 * 1024 * 1024;

    /// <summary>The folders that an output may hold and another clone would have elsewhere.</summary>
    private readonly RootMap _places = context.Roots.Only(RootMap.Repository, RootMap.Packages);

    private volatile bool _isOff;

    /// <summary>What is visible of a project that is not cached: the digest of its outputs.</summary>
    public Digest Describe(IReadOnlyList<FoundOutput> found, CancellationToken stop)
    {
        List<(string, Digest)> visible = [];
        foreach (FoundOutput output in found.Where(output => output.IsVisible && !output.Stamp.IsLink))
        {
            if (context.TryHash(output.CopyOf ?? output.Path, out HashedFile? file, stop))
            {
                visible.Add((context.Roots.ToRooted(output.Path), file.Digest));
            }
        }

        return Visible(visible);
    }

    /// <summary>Takes in what dependents can see, now, and returns the rest of the work, to be done in the background.</summary>
    public (Digest Visible, Action<CancellationToken>? Remaining) Publish(
        ProjectBuild build, IReadOnlyList<FoundOutput> found, Func<IReadOnlyList<CachedWarning>> takeWarnings, bool relocatable, CancellationToken stop)
    {
        if (_isOff)
        {
            return (Describe(found, stop), null);
        }

        double seconds = Stopwatch.GetElapsedTime(build.Started).TotalSeconds;
        Fingerprint fingerprint = build.Fingerprint!;
        Dictionary<string, Digest> taken = new(RootMap.Comparer);
        List<(string, Digest)> visible = [];
        try
        {
            foreach (FoundOutput output in found.Where(output => output.IsVisible && !output.Stamp.IsLink))
            {
                Digest digest = output.CopyOf is { } source && context.TryHash(source, out HashedFile? file, stop) ? file.Digest : store.PutFile(output.Path, stop);
                taken[output.Path] = digest;
                visible.Add((context.Roots.ToRooted(output.Path), digest));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(build, failure);
            return (Describe(found, stop), null);
        }

        Digest seen = Visible(visible);
        return (seen, stop => Finish(build, fingerprint, found, taken, seen, seconds, takeWarnings, relocatable, stop));
    }

    private void Finish(
        ProjectBuild build, Fingerprint fingerprint, IReadOnlyList<FoundOutput> found, Dictionary<string, Digest> taken, Digest visible,
        double seconds, Func<IReadOnlyList<CachedWarning>> takeWarnings, bool relocatable, CancellationToken stop)
    {
        try
        {
            if ((ChangedBuildFile(build.Project, fingerprint) ?? ChangedInput(fingerprint, stop)) is { } changed)
            {
                log.Report(Diagnostics.InputChanged, changed, build.Project.FileName);
                return;
            }

            IReadOnlyList<CachedWarning> warnings = takeWarnings();
            string boundTo = "";
            List<CachedOutput> outputs = new(found.Count);
            List<PlacedFile> placed = new(found.Count);
            foreach (FoundOutput output in found)
            {
                if (relocatable && s_pathCaches.Any(ending => output.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                {
                    continue;
                }

                // The list was made when the build ended. What was written since is not its output.
                if (!FileStamp.TryReadLink(output.Path, out FileStamp now) || now.ModifiedNs != output.Stamp.ModifiedNs || now.Size != output.Stamp.Size)
                {
                    log.Report(Diagnostics.InputChanged, output.Path, build.Project.FileName);
                    return;
                }

                CachedOutput cached = TakeIn(output, taken, relocatable, ref boundTo, stop);
                outputs.Add(cached);
                placed.Add(new PlacedFile(output.Path, cached.Digest, now));
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
        if (!_isOff)
        {
            _isOff = true;
            log.Report(Diagnostics.PublishFailed, build.Project.FileName, failure.Message);
        }
    }

    private CachedOutput TakeIn(FoundOutput output, Dictionary<string, Digest> taken, bool relocatable, ref string boundTo, CancellationToken stop)
    {
        string rooted = context.Roots.ToRooted(output.Path);
        if (output.Stamp.IsLink)
        {
            string target = File.ResolveLinkTarget(output.Path, returnFinalTarget: false)?.FullName ?? "";
            string raw = new FileInfo(output.Path).LinkTarget ?? "";
            if (!RootMap.IsWithin(target, context.Roots.PathOf(RootMap.Repository)))
            {
                boundTo = output.Path;
            }

            return new CachedOutput(rooted, OutputKind.Link, Digest.Of(raw), 0, 0, raw);
        }

        UnixFileMode mode = OperatingSystem.IsWindows() ? 0 : output.Stamp.Permissions;
        string rootedSource = output.CopyOf is null ? "" : context.Roots.ToRooted(output.CopyOf);
        bool isOfPackage = rootedSource.StartsWith("{packages}", StringComparison.Ordinal);
        if (relocatable && !isOfPackage && output.Stamp.Size < LargestText && File.ReadAllBytes(output.Path) is { } content && _places.IsMentioned(content))
        {
            string text = Encoding.UTF8.GetString(content);
            if (IsText(content, text) && !_places.HoldsName(text))
            {
                byte[] neutral = Encoding.UTF8.GetBytes(_places.Neutral(text));
                return new CachedOutput(rooted, OutputKind.Text, store.PutBytes(neutral), neutral.Length, mode, "");
            }

            boundTo = output.Path;
        }

        if (output.CopyOf is not null)
        {
            Digest digest = taken.TryGetValue(output.Path, out Digest known) ? known : store.PutFile(output.Path, stop);

            // A package is where restore put it; anything else may be gone when the copy is wanted.
            if (!isOfPackage && !File.Exists(store.Layout.BlobPath(digest)))
            {
                store.PutFile(output.Path, stop);
            }

            return new CachedOutput(rooted, OutputKind.Copy, digest, output.Stamp.Size, mode, rootedSource);
        }

        Digest blob = taken.TryGetValue(output.Path, out Digest put) ? put : store.PutFile(output.Path, stop);
        return new CachedOutput(rooted, OutputKind.File, blob, output.Stamp.Size, mode, "");
    }

    /// <summary>Whether bytes are text that survives being read and written: the only content in which a path may be exchanged.</summary>
    private static bool IsText(ReadOnlySpan<byte> content, string text) =>
        !content.Contains((byte)0) && content.SequenceEqual(Encoding.UTF8.GetBytes(text));

    /// <summary>A build file that changed between the evaluation and the making of the key, which may be far apart: a project waits for its references.</summary>
    /// <remarks>The key would hold the new content, and the outputs were made by the old one.</remarks>
    private string? ChangedBuildFile(EvaluatedProject project, Fingerprint fingerprint)
    {
        foreach (string path in project.Imports.Append(project.Path))
        {
            if (!context.IsSdk(path) && (!fingerprint.Files.TryGetValue(path, out HashedFile? file) || file.Stamp.LastChangeNs > project.EvaluatedNs))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>An input whose content is not what it was when the key was made; <see langword="null"/> if all are.</summary>
    private string? ChangedInput(Fingerprint fingerprint, CancellationToken stop)
    {
        foreach ((string path, HashedFile before) in fingerprint.Files)
        {
            if (context.IsFixed(path) || (FileStamp.TryRead(path, out FileStamp now) && now == before.Stamp))
            {
                continue;
            }

            if (!context.TryHash(path, out HashedFile? after, stop) || after.Digest != before.Digest)
            {
                return path;
            }
        }

        return null;
    }

    private static Digest Visible(List<(string Path, Digest Digest)> outputs)
    {
        outputs.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        using CanonicalHasher hasher = new("visible/1");
        foreach ((string path, Digest digest) in outputs)
        {
            hasher.Add(1, path);
            hasher.Add(2, digest);
        }

        return hasher.Finish();
    }
}
