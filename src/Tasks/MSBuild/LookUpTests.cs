using System.Diagnostics;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Testing;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Looks the tests of a project up once it is built, and says whether they have to run.</summary>
[MSBuildMultiThreadableTask]
public sealed class LookUpTests : TestTask
{
    /// <summary>Where the logger is to write how the run goes; "" if its result is not kept.</summary>
    [Output]
    public string Report { get; private set; } = "";

    /// <summary>Whether an earlier run stands for this one.</summary>
    [Output]
    public bool IsHit { get; private set; }

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            return;
        }

        if (scope.Settings.TestResults)
        {
            LookUp(scope, log);
        }

        SessionLease.TestStarts(BuildEngine4)[scope.Identity] = Stopwatch.GetTimestamp();
    }

    private void LookUp(Scope scope, ICacheLog log)
    {
        TestRun run = RunOf(scope);
        if (TestDoubts.OfRunner(run) is { } runner)
        {
            log.Report(RefuseTests.Diagnostic(scope.Instance.GetPropertyValue("BuildCacheTestResults")), scope.Project.FileName, runner);
            return;
        }

        if (Doubt(scope, run) is { } doubt)
        {
            log.Report(Diagnostics.TestsNotKept, scope.Project.FileName, doubt);
            return;
        }

        string? unknown = null;
        Digest build = BuildOf(scope, run, ref unknown);
        if (unknown is not null)
        {
            log.Report(Diagnostics.TestsNotKept, scope.Project.FileName, unknown);
            return;
        }

        try
        {
            LookUp(scope, run with { Build = build }, log);
        }
        catch (IOException failure)
        {
            log.Report(Diagnostics.TestsNotKept, scope.Project.FileName, failure.Message);
        }
    }

    private void LookUp(Scope scope, TestRun run, ICacheLog log)
    {
        TestGate gate = scope.Session.TestGate;

        // Outputs that name folders count as other clones have them, which is known once the build is taken in: in the background.
        scope.Session.Flush();
        Digest facts = FactsNow(scope, log);
        Digest key = gate.KeyOf(run, facts, Stop);
        log.Detail($"The tests of {scope.Project.FileName} have the key {key}: build {run.Build}, project {facts}.");
        bool looksUp = scope.Settings.Mode != CacheMode.Write && scope.Settings.Verify == VerifyMode.Off;
        FoundTests? found = looksUp ? gate.Find(run, key) : null;
        scope.Session.DrainReports(log);
        if (found is not null)
        {
            IsHit = true;
            SessionLease.Tests(BuildEngine4)[scope.Identity] = found;
            return;
        }

        Log.LogMessage(scope.Settings.Explain ? MessageImportance.High : MessageImportance.Low, "BuildCache: the tests of {0} run: no result for their key {1}", scope.Project.FileName, key);
        if (scope.Settings.Mode != CacheMode.Read)
        {
            Report = gate.Begin(run, key, facts);
        }
    }

    /// <summary>Why no result is looked for and none kept; <see langword="null"/> if there is no reason.</summary>
    private static string? Doubt(Scope scope, TestRun run) =>
        TestDoubts.Find(run, scope.Session.Context) ??
        (scope.Session.Unusable is not null && scope.Settings.Mode != CacheMode.Read ? "the cache cannot be written" : null) ??
        // The path travels as a parameter of a logger.
        (scope.Session.Store.Layout.Temporary.AsSpan().ContainsAny(';', '=', '"') ? "the cache's folder has a ; or = or \" in its name" : null);

    /// <summary>The key of the build: of this very build, else of what lies in the folders now.</summary>
    private static Digest BuildOf(Scope scope, TestRun run, ref string? unknown)
    {
        if (scope.Instance.GetPropertyValue("BuildCacheResult") is "hit" or "miss" && Digest.TryParse(scope.Instance.GetPropertyValue("BuildCacheFingerprint"), out Digest key))
        {
            return key;
        }

        if (scope.Session.TestGate.Built(scope.Identity, scope.Project.Path) is not { } placed)
        {
            unknown = "what they run on did not come from the cache and did not go into it";
            return default;
        }

        unknown = scope.Session.TestGate.ChangedReference(run, placed) is { } changed ? $"they run without a build, and the referenced project '{changed}' is not what they were built with" : null;
        return placed.ActionKey;
    }
}
