using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Looks the project up in the cache, and puts its outputs in place on a hit.</summary>
[MSBuildMultiThreadableTask]
public sealed class LookUpProject : KeyedTask
{
    /// <summary>Makes a task whose result is "skipped" (the project is not cached) until it is known to be "hit" or "miss".</summary>
    public LookUpProject() => Result = "skipped";

    /// <summary>Whether <see cref="ProbeProject"/> has found that there is nothing to look up: only the key is made.</summary>
    public bool IsCold { get; set; }

    /// <summary>The repository's root, where paths are to be mapped away; "" where they are to stay.</summary>
    [Output]
    public string MappedRoot { get; private set; } = "";

    /// <summary>Targets that are to run before a build is published: see <see cref="ForeignTargets.BehindBuild"/>.</summary>
    [Output]
    public string[] BehindBuild { get; private set; } = [];

    /// <summary>Whether targets that run later may write into the outputs: <see cref="TargetsBehind"/>. Then what dependents see is described after them.</summary>
    [Output]
    public bool IsWrittenBehind { get; private set; }

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            return;
        }

        Name = ReferenceName(scope);
        IsWrittenBehind = TargetsBehind.Find(scope.Project, scope.Session.Context) is not null;
        MappedRoot = scope.Settings.Relocatable ? scope.Session.Places.Repository : "";
        scope.Session.DrainReports(log);
        if (scope.Instance.GetPropertyValue("BuildCacheSummaryFile") is { Length: > 0 } summary)
        {
            scope.Session.SummaryFile = Absolute(summary, scope.Instance.Directory);
        }

        if (!IsCold && !TryRecover(scope, log))
        {
            Skip(scope, log, "a killed build left files behind that cannot be removed");
            return;
        }

        // A store that is only read need not be writable.
        if (scope.Session.Unusable is { } fault && scope.Settings.Mode != Session.CacheMode.Read)
        {
            scope.Session.Log.Report(Diagnostics.StoreUnusable, scope.Session.Places.Store, fault);
            scope.Session.DrainReports(log);
            Skip(scope, log, $"the cache cannot be used ({fault})");
            return;
        }

        if (Ineligible(scope) is { } reason)
        {
            Skip(scope, log, reason);
            return;
        }

        Fingerprint fingerprint = Collect(scope, log);
        if (IsCold)
        {
            Miss(scope, log, fingerprint, scope.Session.Gate.Begin(scope.Project, scope.Place, fingerprint, Semantic(scope, log, fingerprint)));
            Fingerprint = fingerprint.ActionKey.ToString();
            scope.Session.DrainReports(log);
            return;
        }

        Staging.Placement? before = IsWrittenBehind ? scope.Session.Placements.Read(scope.Identity, scope.Project.Path) : null;
        LookupResult result = Verify(scope, fingerprint, () => Semantic(scope, log, fingerprint)) ?? (scope.Settings.Mode == Session.CacheMode.Write
            ? scope.Session.Gate.Miss(scope.Project, scope.Place, fingerprint, Semantic(scope, log, fingerprint))
            : scope.Session.Gate.LookUp(scope.Project, scope.Place, fingerprint, () => Semantic(scope, log, fingerprint), Stop));
        Fingerprint = result.Key.ToString();
        scope.Session.DrainReports(log);
        if (IsWrittenBehind && !result.InPlace && (result.Placement ?? before) is { } known)
        {
            scope.Session.Gate.RemoveOthers(scope.Project, scope.Place, known, fingerprint);
        }

        if (result.Placement is { } placement)
        {
            Hit(scope, result, placement);
            Record(scope, fingerprint, placement.Visible, log);
        }
        else
        {
            Miss(scope, log, fingerprint, result.Build!);
        }
    }

    /// <summary>The build that is to be compared with the cache; <see langword="null"/> if this one is not.</summary>
    private static LookupResult? Verify(Scope scope, Fingerprint fingerprint, Func<SemanticKey?> semantic)
    {
        if (scope.Settings.Mode == Session.CacheMode.Write || !Verification.Chooses(scope.Settings.Verify, fingerprint.ActionKey, DateTime.UtcNow) ||
            scope.Session.Gate.Verify(scope.Project, scope.Place, fingerprint, semantic) is not { } result)
        {
            return null;
        }

        string identity = scope.Identity;
        Session.CacheSession session = scope.Session;
        return result with { Build = result.Build! with { CompilerIsUnsteady = () => session.IsUnsteady(identity) } };
    }

    /// <summary>The key by which another build than an exactly equal one may serve; <see langword="null"/> if there is none.</summary>
    private SemanticKey? Semantic(Scope scope, ICacheLog log, Fingerprint fingerprint)
    {
        if (!scope.Settings.SemanticHashing)
        {
            return null;
        }

        bool hasHooks = scope.Settings.AllowCustomHooks && ForeignTargets.Find(scope.Project, scope.Session.Context).Count > 0;
        SemanticPlan plan = SemanticPlan.For(scope.Project, hasHooks);
        if (plan.WhyNotSources is { } reason)
        {
            log.Report(Diagnostics.HashedExactly, scope.Project.FileName, reason);
        }

        string compiler = Path.Combine(Absolute(scope.Instance.GetPropertyValue("RoslynTargetsPath"), scope.Instance.Directory), "bincore");
        string identity = "";
        if (plan.Files.Values.Contains(SemanticForm.Source) && !CompilerAssemblies.TryLoad(compiler, out identity, out string fault))
        {
            scope.Session.Log.Report(Diagnostics.NoParser, compiler, fault);
            return null;
        }

        string language = scope.Instance.GetPropertyValue("LangVersion");
        SourceReader reader = new(content => CSharpHasher.TryHash(content, language), language, identity);
        return SemanticKey.Create(scope.Session.Context, fingerprint, plan, reader, Stop);
    }

    /// <summary>Removes what a restore left that was killed: before anything else, since a project that is not cached must not find it either.</summary>
    private static bool TryRecover(Scope scope, ICacheLog log)
    {
        try
        {
            if (Staging.RestoreJournal.Recover(scope.Place.IntermediateFolder, path => scope.Session.Context.Tracked.Holds(path) == true))
            {
                log.Detail($"Removed what a killed build had left of '{scope.Project.FileName}'.");
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.RemainsStay, scope.Place.IntermediateFolder, failure.Message, scope.Project.FileName);
            return false;
        }
    }

    private void Hit(Scope scope, LookupResult result, Staging.Placement placement)
    {
        Result = "hit";
        Visible = placement.Visible.ToString();
        if (IsWrittenBehind)
        {
            scope.Session.NoteSeen(scope.Identity, new SeenOutputs(placement.Visible, placement.Files));
        }

        foreach (Staging.PlacedFile file in placement.Files)
        {
            scope.Session.Written.Note(scope.Project.FileName, file.Path, file.Digest);
        }

        foreach (CachedWarning warning in placement.Warnings)
        {
            WarningReplay.Show(Log, warning, scope.Session.Context.Roots);
        }

        // The terminal logger knows a project's output by this very line; without it the project vanishes from the list.
        Log.LogMessage(MessageImportance.High, "{0} -> {1}", Path.GetFileNameWithoutExtension(scope.Project.Path), placement.TargetPath);
        Log.LogMessage(MessageImportance.Normal, "{0} FROM-CACHE{1}", scope.Project.FileName, result.InPlace ? " (in place)" : "");
        if (!result.InPlace && RemembersDurations(scope))
        {
            Scheduling.WorkKey key = BuildKey(scope);
            scope.Session.Post(_ => scope.Session.History.NoteHit(key, result.RestoreSeconds));
        }

        scope.Session.AddRow(Row(scope, "hit", "project", Fingerprint, "", result.RestoreSeconds, placement.Seconds - result.RestoreSeconds), scope.Settings.MaxBytes);
    }

    private void Miss(Scope scope, ICacheLog log, Fingerprint fingerprint, ProjectBuild build)
    {
        string why = build.Verifying is not null ? "built to verify its entry" : scope.Settings.Explain || scope.Settings.RequireHit ? MissExplanation.Find(scope.Session.Store, fingerprint) : "no entry for its key";
        if (scope.Settings.RequireHit && build.Verifying is null)
        {
            scope.Session.AddRow(Row(scope, "miss", "project", Fingerprint, why, 0, 0), scope.Settings.MaxBytes);
            throw new CacheException(Diagnostics.RequiredHitMissed, scope.Project.FileName, why);
        }

        Result = "miss";
        BehindBuild = ForeignTargets.BehindBuild(scope.Project, scope.Session.Context);
        Log.LogMessage(scope.Settings.Explain ? MessageImportance.High : MessageImportance.Low, "BuildCache: {0} missed: {1}", scope.Project.FileName, why);
        if (!IsCold)
        {
            SessionLease.Warnings(BuildEngine4)?.Start(WarningTap.ProjectOf(BuildEngine));
        }

        scope.Session.Begin(scope.Identity, build with { Reason = why });
    }

    private void Skip(Scope scope, ICacheLog log, string reason)
    {
        if (scope.Settings.RequireHit)
        {
            throw new CacheException(Diagnostics.RequiredHitMissed, scope.Project.FileName, reason);
        }

        log.Report(Diagnostics.NotCacheable, scope.Project.FileName, reason);
        if (scope.Settings.Explain)
        {
            Log.LogMessage(MessageImportance.High, "BuildCache: {0} is not cacheable: {1}", scope.Project.FileName, reason);
        }

        scope.Session.Begin(scope.Identity, new ProjectBuild { Project = scope.Project, Place = scope.Place, Reason = reason, Started = System.Diagnostics.Stopwatch.GetTimestamp() });
        scope.Session.AddRow(Row(scope, "skipped", "none", "", reason, 0, 0), scope.Settings.MaxBytes);
        Record(scope, fingerprint: null, visible: default, log, mustBuild: reason);
    }
}
