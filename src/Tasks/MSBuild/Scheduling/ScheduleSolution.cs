using System.Diagnostics;
using System.Globalization;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using BuildCache.Storage;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Exceptions;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Builds the projects of a solution along the critical path, before MSBuild's own task asks for them in the order of the list.</summary>
/// <remarks>
/// A project is started when its references are done, the one with the most work behind it first, so that no node is held by
/// a project that waits. MSBuild's own task finds the results. Nothing depends on this: what is not built here, or fails
/// here, is built or reported there. In the node that runs it the task yields, so that the node builds, too.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class ScheduleSolution : SolutionTask
{
    private const string Answer = "_BuildCacheBuildAndAnswer";

    /// <summary>What a dependent project asks for besides the build. Asked along: else it must wait until the reference's node is free.</summary>
    private static readonly string[] s_first = ["Build", Answer, "GetTargetFrameworks"];

    /// <summary>The rest of it, which a project that came from the cache is not asked for: it would have to resolve its packages.</summary>
    private static readonly string[] s_then = ["GetNativeManifest", "GetCopyToOutputDirectoryItems"];

    /// <summary>The properties that the solution gives its projects, as the MSBuild task has them.</summary>
    [Required]
    public string[] SolutionProperties { get; set; } = [];

    /// <summary>Projects that will probably come from the cache: they weigh what a restore costs.</summary>
    public string[] LikelyHits { get; set; } = [];

    private protected override void Run(ICacheLog log)
    {
        try
        {
            Schedule(log);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or CacheException))
        {
            // Whatever it is: MSBuild's own task builds what is left.
            log.Report(Diagnostics.ScheduleFailed, failure.Message);
        }
    }

    private void Schedule(ICacheLog log)
    {
        int nodes = LiveProject.NodeCount(BuildEngine);
        if (nodes < 2 || BuildEngine is not IBuildEngine2 { IsRunningMultipleNodes: true })
        {
            log.Detail("The projects are built in MSBuild's order: there is one node.");
            return;
        }

        if (Projects.Any(project => Path.GetExtension(project.ItemSpec).Equals(".metaproj", StringComparison.OrdinalIgnoreCase)))
        {
            log.Detail("The projects are built in MSBuild's order: the solution itself declares dependencies.");
            return;
        }

        (CacheSettings settings, string repository, bool isEnabled) = ReadSettings();
        if (!isEnabled || settings.Schedule != ScheduleMode.On)
        {
            return;
        }

        ITaskItem[] items = [.. Projects.Where(CanBeScheduled).DistinctBy(project => project.ItemSpec, RootMap.Comparer)];
        RootMap roots = new((RootMap.Repository, repository));
        HashSet<string> likely = new(LikelyHits, RootMap.Comparer);
        foreach (string path in LikelyHits)
        {
            log.Detail($"{Path.GetFileNameWithoutExtension(path)} is likely to come from the cache.");
        }

        SessionLog later = new();
        WorkHistory history = new(new StoreLayout(settings.Directory), later);
        SolutionWork work = SolutionWork.Gather(
            [.. items.Select(item => new ProjectToBuild(item.ItemSpec, item.GetMetadata("Configuration"), likely.Contains(item.ItemSpec)))], history, roots);
        if (OrderChoice.Of(work.Graph, work.IsKnown, nodes) is not var (order, predicted))
        {
            log.Detail(work.IsKnown
                ? "The projects are built in MSBuild's order: it is predicted to be the fastest."
                : "The projects are built in MSBuild's order: no durations are known yet.");
            return;
        }

        long started = Stopwatch.GetTimestamp();
        Notes notes = new(settings.Mode == CacheMode.Read ? null : history, roots);
        try
        {
            Build(items, work, new ReadyQueue(work.Graph, order), nodes, notes);
        }
        catch (Exception failure) when (failure is InvalidOperationException or BuildAbortedException)
        {
            // Not the process that runs the build (MSBUILDNOINPROCNODE), or a build that is cancelled.
            log.Detail($"The projects are built in MSBuild's order: {failure.Message}");
        }

        notes.Write(until: static () => false);
        later.Drain(log);
        Log.LogMessage(MessageImportance.Low, "BuildCache: {0} projects started on {1} nodes by {2}: {3:0.00} s, predicted {4:0.00} s, at least {5:0.00} s",
            items.Length, nodes, order, Stopwatch.GetElapsedTime(started).TotalSeconds, predicted, work.Graph.LowerBound(nodes));
    }

    /// <summary>Whether a project can be asked for as MSBuild's own task would ask.</summary>
    internal static bool CanBeScheduled(ITaskItem project) =>
        Path.GetExtension(project.ItemSpec).ToUpperInvariant() is ".CSPROJ" or ".FSPROJ" or ".VBPROJ" && File.Exists(project.ItemSpec) &&
        ((string[])["Properties", "UndefineProperties", "ToolsVersion"]).All(name => project.GetMetadata(name).Length == 0);

    private void Build(ITaskItem[] items, SolutionWork work, ReadyQueue queue, int nodes, Notes notes)
    {
        IReadOnlyDictionary<string, string> own = ((IBuildEngine6)BuildEngine).GetGlobalProperties();
        Dictionary<string, string?>[] properties = [.. items.Select(item =>
            GlobalProperties.Merge(ProjectCollection.Escape, own, SolutionProperties, item.GetMetadata("AdditionalProperties").Split(';', StringSplitOptions.RemoveEmptyEntries)))];
        Progress[] progress = [.. items.Select(static _ => new Progress())];
        using LiveBuild build = new();
        void Ask(int item, RequestStage stage, Dictionary<string, string?> with, string[] targets)
        {
            progress[item].Open++;
            build.Submit(new ProjectRequest(item, stage, items[item].ItemSpec, with, targets));
        }

        IBuildEngine3 engine = (IBuildEngine3)BuildEngine;
        engine.Yield();
        try
        {
            while (true)
            {
                while (build.InFlight < nodes && queue.TryTake(out int item))
                {
                    if (work.Projects[item].Text.BuildsByDefault)
                    {
                        Ask(item, RequestStage.Build, properties[item], s_first);
                    }
                    else
                    {
                        queue.Finish(item);
                    }
                }

                if (build.InFlight == 0)
                {
                    return;
                }

                // While all nodes are at work there is time to write.
                notes.Write(until: () => build.HasFinished);
                FinishedRequest finished = build.Wait(Stop);
                int at = finished.Request.Item;
                if (finished.Result.OverallResult == BuildResultCode.Success)
                {
                    progress[at].Add(finished);
                    foreach (ProjectRequest next in Next(finished, hasDependents: work.Graph.DependentsOf(at).Count > 0))
                    {
                        Ask(at, next.Stage, next.Properties, next.Targets);
                    }
                }

                if (--progress[at].Open == 0)
                {
                    queue.Finish(at);
                    if (progress[at].Outcome is { } outcome)
                    {
                        notes.Add(work.Projects[at], progress[at].Seconds, outcome, progress[at].References);
                    }
                }
            }
        }
        finally
        {
            engine.Reacquire();
        }
    }

    /// <summary>What is to be asked of a project after a request that succeeded.</summary>
    private static IEnumerable<ProjectRequest> Next(FinishedRequest finished, bool hasDependents)
    {
        ProjectRequest request = finished.Request;
        string[] frameworks = request.Stage == RequestStage.Build ? FrameworksOf(finished.Result) : [];
        if (frameworks.Length > 1)
        {
            // The builds that the outer one made: with its own properties and the framework.
            return frameworks.Select(framework => request with
            {
                Stage = RequestStage.Inner,
                Properties = new(request.Properties, StringComparer.OrdinalIgnoreCase) { ["TargetFramework"] = framework },
                Targets = [Answer],
            });
        }

        bool isAsked = request.Stage == RequestStage.Inner || (request.Stage == RequestStage.Build && finished.Result.HasResultsForTarget("GetTargetFrameworks"));
        return hasDependents && isAsked && OutcomeOf(finished.Result, out _) != "hit" ? [request with { Stage = RequestStage.Rest, Targets = s_then }] : [];
    }

    /// <summary>The frameworks of a project that builds for several.</summary>
    private static string[] FrameworksOf(BuildResult result) =>
        result.HasResultsForTarget("GetTargetFrameworks") && result["GetTargetFrameworks"].Items is [{ } answer, ..] && answer.GetMetadata("HasSingleTargetFramework") == "false"
            ? answer.GetMetadata("TargetFrameworks").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    /// <summary>How far a project is.</summary>
    private sealed class Progress
    {
        private readonly HashSet<string> _outcomes = [];

        /// <summary>Its requests that are not done.</summary>
        public int Open { get; set; }

        /// <summary>What its build took.</summary>
        public double Seconds { get; private set; }

        public string[] References { get; private set; } = [];

        /// <summary>What it says of its build; of several, that work was done if it was in one. <see langword="null"/> if the build failed.</summary>
        public string? Outcome => _outcomes.Count == 0 ? null : _outcomes.Contains("executed") ? "executed" : _outcomes.Count == 1 ? _outcomes.Single() : "current";

        public void Add(FinishedRequest finished)
        {
            bool isOuter = finished.Request.Stage == RequestStage.Build && FrameworksOf(finished.Result).Length > 1;
            if (finished.Request.Stage == RequestStage.Build)
            {
                Seconds = finished.Seconds;
            }

            if (finished.Request.Stage != RequestStage.Rest && !isOuter)
            {
                _outcomes.Add(OutcomeOf(finished.Result, out string[] references));
                References = [.. References, .. references];
            }
        }
    }

    /// <summary>What a project says of its build: "hit", "executed", "current" (nothing was to do), or "" where it does not say.</summary>
    private static string OutcomeOf(BuildResult result, out string[] references)
    {
        references = [];
        if (!result.HasResultsForTarget(Answer) || result[Answer].Items is not [{ } answer, ..])
        {
            return "";
        }

        references = answer.GetMetadata("References").Split('|', StringSplitOptions.RemoveEmptyEntries);
        return answer.GetMetadata("Work");
    }

    /// <summary>Durations on their way to the history, which is written when nothing else is to do.</summary>
    private sealed class Notes(WorkHistory? history, RootMap roots)
    {
        private readonly Queue<Action<WorkHistory>> _waiting = new();

        public void Add(KnownProject project, double seconds, string outcome, string[] references)
        {
            // A project without the cache does not say whether it did its work or found it done: far below what is known is taken for the latter.
            if (outcome == "executed" || (outcome.Length == 0 && (project.Measured is not { } known || seconds > known / 3)))
            {
                WorkShape shape = references.Length == 0 ? project.Shape : project.Shape with
                {
                    References = [.. references.Select(path => WorkKey.NameOf(roots, path)).Distinct(RootMap.Comparer)],
                };
                _waiting.Enqueue(to => to.NoteRun(project.Key, seconds, shape));
            }
            else if (outcome == "hit")
            {
                _waiting.Enqueue(to => to.NoteHit(project.Key, seconds));
            }
        }

        public void Write(Func<bool> until)
        {
            while (history is not null && !until() && _waiting.TryDequeue(out Action<WorkHistory>? note))
            {
                note(history);
            }
        }
    }
}
