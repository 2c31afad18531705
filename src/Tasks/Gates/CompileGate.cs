using System.Collections.Concurrent;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Spares the compiler where it would make what it made before.</summary>
internal sealed class CompileGate(LocalStore store, FactContext context, ICacheLog log)
{
    private readonly OutputRestorer _restorer = new(store, context.Roots, context.Memo, context.Tracked);
    private readonly OutputIntake _intake = new(store, context);
    private readonly ConcurrentDictionary<string, Digest> _compilers = new(RootMap.Comparer);
    private volatile bool _isOff;

    /// <summary>The key of a compilation; <see langword="null"/> if an input has vanished. A compiler is looked at once a build.</summary>
    public CompileKey? KeyOf(CompileRequest request, EvaluatedProject project, KeySettings settings, CancellationToken stop)
    {
        Digest compiler = _compilers.GetOrAdd(request.TaskAssembly, static (path, at) => CompileKey.HashCompiler(at.Context, path, at.Stop), (Context: context, Stop: stop));
        return CompileKey.Create(context, compiler, request, project, settings, stop);
    }

    /// <summary>Puts the compiler's outputs in place, as if it had just written them; <see langword="null"/> if they are not to be had.</summary>
    public CacheEntry? TryRestore(CompileRequest request, CompileKey key, CancellationToken stop)
    {
        CacheEntry? entry = store.TryGetEntry(key.Key);
        if (entry is null || (entry.BoundTo.Length > 0 && entry.BoundTo != context.Roots.PathOf(RootMap.Repository)))
        {
            return null;
        }

        try
        {
            return _restorer.Restore(entry, new RestorePlace(new BuildFolders(Path.GetDirectoryName(request.Assembly)!, ""), Before: null), stop) is null ? null : entry;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Report(Diagnostics.RestoreFailed, Path.GetFileName(request.Assembly), failure.Message);
            return null;
        }
    }

    /// <summary>Whether the compiler has just made something else than is in the cache for the same input; then the entry is removed.</summary>
    public bool Differs(CompileRequest request, CompileKey key, CompileResult result, bool relocatable, CancellationToken stop)
    {
        if (store.TryGetEntry(key.Key) is not { } entry)
        {
            return false;
        }

        string boundTo = "";
        CachedOutput[] built = [.. Written(request, result).Select(output => _intake.TakeIn(output, [], relocatable, ref boundTo, stop))];
        if (Verification.Differences(entry, built, result.Warnings).Count == 0)
        {
            return false;
        }

        store.RemoveEntry(key.Key);
        return true;
    }

    /// <summary>What lies where the compiler is about to write.</summary>
    public static IReadOnlyDictionary<string, FileStamp> Before(CompileRequest request)
    {
        Dictionary<string, FileStamp> before = new(RootMap.Comparer);
        foreach (string path in request.Outputs())
        {
            if (FileStamp.TryReadLink(path, out FileStamp stamp))
            {
                before[path] = stamp;
            }
        }

        return before;
    }

    /// <summary>Takes in what the compiler has just written, now: tools that rewrite an assembly in place come right after it.</summary>
    /// <returns>The rest of the work, for the background; <see langword="null"/> if nothing is published.</returns>
    public Action<CancellationToken>? Publish(CompileRequest request, CompileKey key, CompileResult result, bool relocatable, CancellationToken stop)
    {
        List<FoundOutput> written = Written(request, result);
        string root = context.Roots.PathOf(RootMap.Repository);
        if (_isOff || !written.Any(output => RootMap.Comparer.Equals(output.Path, request.Assembly)) || !written.All(output => RootMap.IsWithin(output.Path, root)))
        {
            return null;
        }

        try
        {
            string boundTo = "";
            List<CachedOutput> outputs = [];
            foreach (FoundOutput output in written)
            {
                outputs.Add(_intake.TakeIn(output, [], relocatable, ref boundTo, stop));
            }

            return stop => Finish(request, key, result, outputs, boundTo, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(request, failure);
            return null;
        }
    }

    /// <summary>The files that the compiler wrote: those that are not what they were.</summary>
    private static List<FoundOutput> Written(CompileRequest request, CompileResult result)
    {
        List<FoundOutput> written = [];
        foreach (string path in request.Outputs().Distinct(RootMap.Comparer))
        {
            if (FileStamp.TryReadLink(path, out FileStamp stamp) && (!result.Before.TryGetValue(path, out FileStamp old) || old != stamp))
            {
                written.Add(new FoundOutput(path, stamp, IsVisible: false, CopyOf: null));
            }
        }

        return written;
    }

    private void Finish(CompileRequest request, CompileKey key, CompileResult result, List<CachedOutput> outputs, string boundTo, CancellationToken stop)
    {
        try
        {
            if (key.Changed(context, stop) is { } changed)
            {
                log.Report(Diagnostics.InputChanged, changed, Path.GetFileName(request.Assembly));
                return;
            }

            // A source names the key (AssemblyKeyFile): no parameter does.
            if (!request.HasKeyFile && context.HasPublicKey(request.Assembly))
            {
                return;
            }

            store.PutEntry(new CacheEntry
            {
                ActionKey = key.Key,
                Visible = default,
                TargetPath = outputs[0].Path,
                BoundTo = boundTo.Length > 0 ? context.Roots.PathOf(RootMap.Repository) : "",
                Seconds = result.Seconds,
                Provenance = $"{Environment.MachineName} {DateTime.UtcNow:O}",
                Facts = default,
                Outputs = outputs,
                Warnings = result.Warnings,
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(request, failure);
        }
    }

    /// <summary>A full or vanished disk fails for every project: said once, and not tried again in this build.</summary>
    private void GiveUp(CompileRequest request, Exception failure)
    {
        if (!_isOff)
        {
            _isOff = true;
            log.Report(Diagnostics.PublishFailed, Path.GetFileName(request.Assembly), failure.Message);
        }
    }
}

/// <summary>What a run of the compiler left.</summary>
/// <param name="Before">The stamps of the files that lay there before it, by absolute path.</param>
/// <param name="Warnings">What it warned of, without this machine's folders.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record CompileResult(IReadOnlyDictionary<string, FileStamp> Before, IReadOnlyList<CachedWarning> Warnings, double Seconds);
