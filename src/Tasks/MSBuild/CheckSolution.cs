using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Staging;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Finds out which projects of the solution need neither restore nor build, and puts their files in place.</summary>
/// <remarks>Runs before restore, and again before the build, which then only puts the outputs in place.</remarks>
[MSBuildMultiThreadableTask]
public sealed class CheckSolution : SolutionTask
{
    /// <summary>Whether it is restore that asks.</summary>
    public bool IsRestoring { get; set; }

    /// <summary>A file with the unchanged projects, for those that are evaluated although nothing of them changed; "" if there are none.</summary>
    [Output]
    public string List { get; private set; } = "";

    /// <summary>The projects that need nothing.</summary>
    [Output]
    public ITaskItem[] Unchanged { get; private set; } = [];

    /// <summary>The other projects that will probably come from the cache, too: the schedule counts them as short.</summary>
    [Output]
    public ITaskItem[] LikelyHits { get; private set; } = [];

    private protected override void Run(ICacheLog log)
    {
        try
        {
            Check(log);
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
        if (OpenSolution() is not { } scope || scope.Settings.Mode == CacheMode.Write)
        {
            return;
        }

        // Looked at anew before the build: restore, and what the solution's own targets did since, may have changed files.
        Outcome outcome = scope.Outcome;
        outcome.Verdict = !IsRestoring && MayChangeSources(scope) ? null : Best(scope);
        outcome.IsRestored |= IsRestoring;
        if (outcome.Verdict is not { } verdict)
        {
            return;
        }

        CacheSession session = Session(scope, PackagesOf(verdict.Record));
        Func<string, bool> isDone;
        if (IsRestoring)
        {
            session.SolutionGate.ProvideRestore(verdict, Stop);
            isDone = verdict.Restored.Contains;
        }
        else
        {
            session.SolutionGate.RequireRestore(verdict);
            session.SolutionGate.PutInPlace(verdict, Stop);
            isDone = verdict.IsUnchanged;
            Show(scope, session, verdict);
            if (verdict.Placed.Count > 0)
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

    /// <summary>Whether a target of the solution's own runs before its build: it may run after the facts were looked at, and write a source.</summary>
    private bool MayChangeSources(SolutionScope scope)
    {
        if (LiveProject.Find(BuildEngine) is not { } solution)
        {
            return true;
        }

        TargetShape? hook = new TargetShapes(solution).Values.FirstOrDefault(target =>
            !target.Name.StartsWith("_BuildCache", StringComparison.Ordinal) && !Hashing.RootMap.IsWithin(target.File, scope.Sdk) && target.Before().Contains("Build", StringComparer.OrdinalIgnoreCase));
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
        SolutionVerdict? best = null;
        int most = -1;
        foreach (SolutionRecord record in new SolutionRecords(new StoreLayout(scope.Settings.Directory)).ReadSolutions(scope.WeakKey))
        {
            SolutionVerdict verdict = Session(scope, PackagesOf(record)).SolutionGate.Check(record, scope.Entries, Stop);
            int unchanged = scope.Entries.Keys.Count(verdict.IsUnchanged);
            if (unchanged > most)
            {
                (best, most) = (verdict, unchanged);
            }

            if (unchanged == scope.Entries.Count)
            {
                break;
            }
        }

        return best;
    }

    private static string PackagesOf(SolutionRecord record) =>
        new Hashing.RootMap((Hashing.RootMap.Home, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))).ToAbsolute(record.Packages);

    /// <summary>Says what came from the cache, as the projects themselves would.</summary>
    private void Show(SolutionScope scope, CacheSession session, SolutionVerdict verdict)
    {
        foreach (string path in scope.Entries.Keys.Where(verdict.IsUnchanged))
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
            else if (verdict.ReasonFor(project) is { Length: > 0 } reason)
            {
                Log.LogMessage(scope.Settings.Explain ? MessageImportance.High : MessageImportance.Low, "BuildCache: {0} is evaluated: {1}", name, reason);
            }
        }
    }
}
