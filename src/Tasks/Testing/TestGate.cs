using System.Collections.Concurrent;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Testing;

/// <summary>Decides whether tests have to run, shows what an earlier run came to, and keeps the result of a run.</summary>
internal sealed class TestGate(LocalStore store, PlacementStore placements, FactContext context, ICacheLog log)
{
    private readonly TestFiles _files = new(store, context);
    private readonly ConcurrentDictionary<string, PendingTests> _running = new(RootMap.Comparer);

    /// <summary>What the build left in a project's folders; <see langword="null"/> if it is not known, or no longer there.</summary>
    public Placement? Built(string intermediateFolder, string project) =>
        placements.Read(intermediateFolder, project) is { } placed && placed.IsIntact() ? placed : null;

    /// <summary>The first direct reference that is not what it was when a project was built; <see langword="null"/> if all are.</summary>
    /// <remarks>
    /// For runs without a build: tests may start a program in the output folder of a project that was built since.
    /// Where a reference keeps its files is guessed from where this project does; one that is not found there counts as another.
    /// </remarks>
    public string? ChangedReference(TestRun run, Placement placed)
    {
        string folder = Path.GetRelativePath(run.Project.Directory, run.Place.IntermediateFolder);
        string framework = run.Property("TargetFramework");
        if (store.TryGetBytes(placed.Facts) is not { } bytes || FactsFormat.Read(bytes) is not { } facts)
        {
            return "one that is not known any more";
        }

        foreach (Fact fact in facts.Where(static fact => fact.Kind == FactKind.Reference))
        {
            // The name is the rooted path with the framework.
            int at = fact.Name.LastIndexOf(' ');
            string project = context.Roots.ToAbsolute(fact.Name[..at]);
            string place = Path.GetFullPath(folder.EndsWith(framework, StringComparison.Ordinal) ? folder[..^framework.Length] + fact.Name[(at + 1)..] : folder, Path.GetDirectoryName(project)!);
            if (Built(place, project) is not { } reference || reference.Visible != fact.Value)
            {
                return Path.GetFileName(project);
            }
        }

        return null;
    }

    /// <summary>The key of a run.</summary>
    /// <exception cref="IOException">Something that counts cannot be read.</exception>
    public Digest KeyOf(TestRun run, Digest facts, CancellationToken stop) =>
        TestKey.Create(run, context, facts, placements.Read(run.Place.IntermediateFolder, run.Project.Path), stop);

    /// <summary>An earlier run that passed under this key, with its files in place; <see langword="null"/> if there is none to show.</summary>
    public FoundTests? Find(TestRun run, Digest key)
    {
        if (Read(key) is not { } found || found.Record.Verdict != TestVerdict.Passed)
        {
            return null;
        }

        try
        {
            return _files.Place(run, found.Entry.Outputs) is { } files ? new FoundTests(found.Record.Report, files, found.Entry.Seconds) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Report(Diagnostics.TestFilesNotPlaced, run.Project.FileName, failure.Message);
            return null;
        }
    }

    /// <summary>Whether runs under this key ended differently.</summary>
    public bool IsUnsteady(Digest key) => Read(key) is { Record.Verdict: TestVerdict.Unsteady };

    /// <summary>Remembers that tests run now. Returns where the logger is to write its report.</summary>
    public string Begin(TestRun run, Digest key, Digest facts)
    {
        string report = store.Layout.NewTemporary() + ".report";
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        _running[run.Place.IntermediateFolder] = new PendingTests(run, key, facts, report, DateTime.UtcNow);
        return report;
    }

    /// <summary>The run that was begun for a project; it is then no longer one that is cut off.</summary>
    public PendingTests? End(string intermediateFolder) => _running.TryRemove(intermediateFolder, out PendingTests? pending) ? pending : null;

    /// <summary>Keeps the result of a run that the runner called a success.</summary>
    /// <param name="pending">The run.</param>
    /// <param name="facts">The key of what the project and its folder hold now.</param>
    /// <returns>Why it is not kept; <see langword="null"/> if it is.</returns>
    public string? Keep(PendingTests pending, Digest facts)
    {
        TestRun run = pending.Run;
        if (TestReport.Read(pending.Report) is not { } report)
        {
            return "the runner did not load the logger that writes the result down";
        }

        if (Unkeepable(run, report) is { } reason)
        {
            return reason;
        }

        if (facts != pending.Facts)
        {
            return "an input changed while they ran";
        }

        if (Built(run.Place.IntermediateFolder, run.Project.Path) is not { } placed || placed.ActionKey != run.Build)
        {
            return "what they ran on is not in the cache, or changed while they ran";
        }

        if (_files.TakeIn(run, pending.Started, out IReadOnlyList<CachedOutput> outputs) is { } odd)
        {
            return odd;
        }

        return Write(pending.Key, new TestRecord(TestVerdict.Passed, report), outputs) == TestVerdict.Passed ? null
            : "an earlier run with the very same inputs ended differently";
    }

    /// <summary>For the end of a build: what did not come back as a success has failed, or was cut off.</summary>
    public void EndUnfinished()
    {
        foreach (string folder in _running.Keys)
        {
            if (End(folder) is not { } pending)
            {
                continue;
            }

            try
            {
                // A run that was cut off says nothing about its tests.
                if (TestReport.Read(pending.Report) is { } report && (report.Failed > 0 || !report.IsComplete))
                {
                    Write(pending.Key, new TestRecord(TestVerdict.Failed, report), []);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.Detail($"That the tests of '{pending.Run.Project.FileName}' failed could not be noted: {failure.Message}");
            }

            AtomicFile.TryDelete(pending.Report);
        }
    }

    private static string? Unkeepable(TestRun run, TestReport report) =>
        !report.IsComplete ? "the run was cut off" :
        report.Failed > 0 ? "tests failed" :
        report.Passed == 0 ? "no test ran" :
        report.Attachments > 0 ? "tests attached files" :
        report.Messages.Any(static message => message.Level >= 2) ? "the test framework reported an error" :
        report.ResultsFolder.Length > 0 && !Path.TrimEndingDirectorySeparator(report.ResultsFolder).Equals(run.ResultsFolder, RootMap.Comparison) ? $"the results went to '{report.ResultsFolder}'" : null;

    /// <summary>Writes a verdict together with what was known before. Returns what is known now.</summary>
    private TestVerdict Write(Digest key, TestRecord record, IReadOnlyList<CachedOutput> outputs)
    {
        if (Read(key)?.Record is { } before &&
            (before.Verdict != record.Verdict || (record.Verdict == TestVerdict.Passed && TestRecord.OutcomesOf(before.Report) != TestRecord.OutcomesOf(record.Report))))
        {
            record = record with { Verdict = TestVerdict.Unsteady };
            outputs = [];
        }

        store.PutEntry(new CacheEntry
        {
            ActionKey = key,
            Visible = TestRecord.OutcomesOf(record.Report),
            TargetPath = "",
            BoundTo = "",
            Seconds = record.Report.Duration.TotalSeconds,
            Provenance = $"{Environment.MachineName} {DateTime.UtcNow:O}",
            Facts = store.PutBytes(record.ToBytes()),
            Outputs = outputs,
            Warnings = [],
        });
        return record.Verdict;
    }

    private (CacheEntry Entry, TestRecord Record)? Read(Digest key) =>
        store.TryGetEntry(key) is { } entry && store.TryGetBytes(entry.Facts) is { } bytes && TestRecord.Read(bytes) is { } record ? (entry, record) : null;
}

/// <summary>Tests that run now.</summary>
/// <param name="Run">What was asked for.</param>
/// <param name="Key">The key under which the result is kept.</param>
/// <param name="Facts">The key of what the project and its folder held before.</param>
/// <param name="Report">Where the logger writes.</param>
/// <param name="Started">When they began (UTC).</param>
internal sealed record PendingTests(TestRun Run, Digest Key, Digest Facts, string Report, DateTime Started);

/// <summary>A result from the cache.</summary>
/// <param name="Report">The run that it was.</param>
/// <param name="Files">Absolute paths of the TRX files that were written.</param>
/// <param name="Seconds">How long the run took.</param>
internal sealed record FoundTests(TestReport Report, IReadOnlyList<string> Files, double Seconds);
