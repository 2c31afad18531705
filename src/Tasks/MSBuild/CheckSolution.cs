using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Staging;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Finds out which projects of the solution need neither restore nor build, and puts their files in place.</summary>
/// <remarks>
/// Runs before restore, and again before the build, which then only puts the outputs in place. Of one project with all
/// that it references either everything comes from the cache, or nothing is done: what is left would be evaluated anyway.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class CheckSolution : SolutionTask
{
    // Milliseconds, for whoever wants to know where the time went.
    private double _opening, _reading, _checking;

    /// <summary>Whether it is restore that asks.</summary>
    public bool IsRestoring { get; set; }

    /// <summary>A file with the unchanged projects, for those that are evaluated although nothing of them changed; "" if there are none.</summary>
    [Output]
    public string List { get; private set; } = "";

    /// <summary>The projects that need nothing.</summary>
    [Output]
    public ITaskItem[] Unchanged { get; private set; } = [];

    /// <summary>The action key of the project that was asked for, if its outputs are in place and it is built for one framework; else "".</summary>
    [Output]
    public string Fingerprint { get; private set; } = "";

    /// <summary>The other projects that will probably come from the cache, too: the schedule counts them as short.</summary>
    [Output]
    public ITaskItem[] LikelyHits { get; private set; } = [];

    private protected override void Run(ICacheLog log)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            Check(log);
            Log.LogMessage(MessageImportance.Low, "BuildCache: the solution was looked at for {0:0} ms, of which finding the settings {1:0}, reading its records {2:0}, checking their facts {3:0}.", Stopwatch.GetElapsedTime(started).TotalMilliseconds, _opening, _reading, _checking);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or CacheException))
        {
            // Whatever it is: the projects are still there to be built.
            Unchanged = [];
            log.Report(Diagnostics.SolutionGateFailed, failure is AggregateException { InnerException: { } inner } ? inner.Message : failure.Message);
        }
    }

    private void Check(ICacheLog log)
    {
        long started = Stopwatch.GetTimestamp();
        if (OpenSolution() is not { } scope || scope.Settings.Mode == CacheMode.Write)
        {
            return;
        }

        _opening = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        // Looked at anew before the build: restore, and what the solution's own targets did since, may have changed files.
        Outcome outcome = scope.Outcome;
        outcome.Verdict = !IsRestoring && !IsProject && MayChangeSources(scope) ? null : Best(scope);
        if (IsRestoring)
        {
            Mark(scope);
        }

        if (outcome.Verdict is not { } verdict)
        {
            return;
        }

        CacheSession session = Session(scope, PackagesOf(verdict.Record));
        if (IsProject)
        {
            CheckProject(scope, session, verdict);
            session.DrainReports(log);
            return;
        }

        Func<string, bool> isDone;
        if (IsRestoring)
        {
            session.SolutionGate.ProvideRestore(verdict, Stop);
            isDone = verdict.Restored.Contains;
            ExplainRestore(scope, verdict);
        }
        else
        {
            session.SolutionGate.RequireRestore(verdict);
            session.SolutionGate.PutInPlace(verdict, Stop);
            isDone = verdict.IsDone;
            Show(scope, session, verdict);
            if (verdict.Placed.Count > 0 && LiveProject.IsRoot(BuildEngine))
            {
                List = UnchangedList.Write(session.Store.Layout, [.. verdict.Placed.Select(placed =>
                    (session.Context.Roots.ToAbsolute(placed.Key.IntermediateFolder), new UnchangedProject(placed.Key.ActionKey, placed.Key.Visible)))]);
            }
        }

        session.DrainReports(log);
        string folder = Path.GetDirectoryName(SolutionPath)!;
        string Rooted(ITaskItem project) => session.Context.Roots.ToRooted(ProjectTask.Absolute(project.ItemSpec, folder));
        Unchanged = [.. Projects.Where(project => isDone(Rooted(project)))];
        HashSet<string> likely = verdict.LikelyHits();
        LikelyHits = [.. Projects.Except(Unchanged).Where(project => likely.Contains(Rooted(project)))];
    }

    /// <summary>Lets it be known until the build ends that it restores.</summary>
    private void Mark(SolutionScope scope)
    {
        try
        {
            SessionLease.Shared(BuildEngine4, $"restore/{scope.WeakKey}", () => RestoreMark.Write(new StoreLayout(scope.Settings.Directory), scope.WeakKey));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(MessageImportance.Low, "BuildCache: nothing will be recorded for the solution gate: {0}", failure.Message);
        }
    }

    /// <summary>All or nothing, for one project with all that it references.</summary>
    private void CheckProject(SolutionScope scope, CacheSession session, SolutionVerdict verdict)
    {
        // A record need not hold the project itself: one that is not cached has none, and then nothing is known of it.
        bool IsRestored() => verdict.IsAllRestored && scope.Entries.Keys.All(verdict.Restored.Contains);
        bool IsUnchanged() => verdict.IsAllUnchanged && IsRestored() && scope.Entries.Keys.All(verdict.IsUnchanged);
        if (IsRestoring)
        {
            if (IsRestored())
            {
                session.SolutionGate.ProvideRestore(verdict, Stop);
            }

            ExplainRestore(scope, verdict);
            Unchanged = IsRestored() ? Projects : [];
            return;
        }

        if (IsUnchanged())
        {
            session.SolutionGate.RequireRestore(verdict);
            session.SolutionGate.PutInPlace(verdict, Stop);
        }

        if (!IsUnchanged())
        {
            Explain(scope, verdict);
            return;
        }

        Show(scope, session, verdict);
        ProjectRecord[] asked = [.. verdict.Placed.Keys.Where(project => scope.Entries.ContainsKey(project.Path))];
        Fingerprint = asked.Length == 1 ? asked[0].ActionKey.ToString() : "";
        Unchanged = Projects;
    }

    /// <summary>Whether a target of the solution's own runs before its build: it may run after the facts were looked at, and write a source.</summary>
    private bool MayChangeSources(SolutionScope scope)
    {
        if (LiveProject.Find(BuildEngine) is not { } solution)
        {
            return true;
        }

        TargetShape? hook = new TargetShapes(solution).Values.FirstOrDefault(target =>
            !target.Name.StartsWith("_BuildCache", StringComparison.Ordinal) && !RootMap.IsWithin(target.File, scope.Sdk) && target.Before().Contains("Build", StringComparer.OrdinalIgnoreCase));
        if (hook is not null)
        {
            Log.LogMessage(
                scope.Settings.Explain ? MessageImportance.High : MessageImportance.Low,
                "BuildCache: the projects of the solution are looked up one by one: its target '{0}' runs before the build and may change what they are made of.", hook.Name);
        }

        return hook is not null;
    }

    /// <summary>The record that fits best, of the last few states of the solution; <see langword="null"/> if there is none.</summary>
    private SolutionVerdict? Best(SolutionScope scope)
    {
        SolutionRecords records = new(new StoreLayout(scope.Settings.Directory));
        SolutionVerdict? best = null;
        int most = -1;
        string[] ofTestRun = [.. ((IBuildEngine6)BuildEngine).GetGlobalProperties().Keys.Where(Facts.ProjectRecorder.IsOfTestRun)];

        // Tests build a part of the solution, but restore all of it, as a build does.
        foreach (Digest key in IsRestoring && scope.PlainKey != scope.WeakKey ? (Digest[])[scope.WeakKey, scope.PlainKey] : [scope.WeakKey])
        {
            SolutionVerdict? last = null;
            long started = Stopwatch.GetTimestamp();
            foreach (SolutionRecord record in records.ReadSolutions(key))
            {
                _reading += Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                started = Stopwatch.GetTimestamp();
                if (last is not null && !last.MayBeBetter(record))
                {
                    continue;
                }

                SolutionVerdict verdict = Session(scope, PackagesOf(record)).SolutionGate.Check(record, scope.Entries, ofTestRun, Stop);
                last ??= verdict;
                _checking += Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                started = Stopwatch.GetTimestamp();
                int unchanged = IsProject ? record.Projects.Count(verdict.IsUnchanged) : scope.Entries.Keys.Count(IsRestoring ? verdict.Restored.Contains : verdict.IsDone);
                if (unchanged > most)
                {
                    (best, most) = (verdict, unchanged);
                }

                if (IsProject ? verdict.IsAllUnchanged : unchanged == scope.Entries.Count)
                {
                    return verdict;
                }
            }
        }

        return best;
    }

    private static string PackagesOf(SolutionRecord record) =>
        new RootMap((RootMap.Home, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))).ToAbsolute(record.Packages);

    /// <summary>Says what came from the cache, as the projects themselves would.</summary>
    private void Show(SolutionScope scope, CacheSession session, SolutionVerdict verdict)
    {
        foreach (string path in IsProject ? verdict.Record.Restored.Keys : scope.Entries.Keys.Where(verdict.IsUnchanged))
        {
            foreach (CachedWarning warning in verdict.Record.Restored[path].Warnings)
            {
                WarningReplay.Show(Log, warning, session.Context.Roots);
            }
        }

        foreach (ProjectRecord project in verdict.Record.Projects)
        {
            string name = Path.GetFileName(project.Path);
            if (verdict.Placed.TryGetValue(project, out Placement? placement))
            {
                foreach (CachedWarning warning in placement.Warnings)
                {
                    WarningReplay.Show(Log, warning, session.Context.Roots);
                }

                Log.LogMessage(MessageImportance.High, "{0} -> {1}", Path.GetFileNameWithoutExtension(name), placement.TargetPath);
                session.AddRow(
                    new ProjectRow(
                        project.Path.Replace("{repo}/", "", StringComparison.Ordinal), project.Framework, project.Configuration, "hit", "solution", "local", project.ActionKey.ToString(), "", 0, Math.Round(placement.Seconds, 4)),
                    scope.Settings.MaxBytes);
            }
        }

        Explain(scope, verdict);
    }

    /// <summary>Says why projects are restored.</summary>
    private void ExplainRestore(SolutionScope scope, SolutionVerdict verdict)
    {
        foreach ((string path, string reason) in verdict.ToRestore)
        {
            Log.LogMessage(scope.Settings.Explain ? MessageImportance.High : MessageImportance.Low, "BuildCache: {0} is restored: {1}", Path.GetFileName(path), reason);
        }
    }

    /// <summary>Says why projects are evaluated.</summary>
    private void Explain(SolutionScope scope, SolutionVerdict verdict)
    {
        foreach (ProjectRecord project in verdict.Record.Projects)
        {
            if (verdict.ReasonFor(project) is { Length: > 0 } reason)
            {
                Log.LogMessage(scope.Settings.Explain ? MessageImportance.High : MessageImportance.Low, "BuildCache: {0} is evaluated: {1}", Path.GetFileName(project.Path), reason);
            }
        }
    }
}
