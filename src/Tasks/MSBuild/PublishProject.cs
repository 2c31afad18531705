using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Puts what the project's build just made into the cache, and tells what dependents see of it.</summary>
/// <remarks>Runs after a miss, and after the build of a project that is not cached, whose dependents still need to know.</remarks>
[MSBuildMultiThreadableTask]
public sealed class PublishProject : ProjectTask
{
    /// <summary>Whether targets that run later may write into the outputs: <see cref="TargetsBehind"/>.</summary>
    public bool IsWrittenBehind { get; set; }

    /// <summary>The digest of what dependents see.</summary>
    [Output]
    public string Visible { get; private set; } = "";

    /// <summary>"executed" if the work was really done; "current" where MSBuild or the compile gate found it done.</summary>
    [Output]
    public string Work { get; private set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            return;
        }

        ProjectBuild? build = scope.Session.End(scope.Identity);
        string reason = build?.Reason ?? "";
        string key = build?.Fingerprint?.ActionKey.ToString() ?? "";
        bool isSkipped = build is { Fingerprint: null };
        double seconds = build is null ? 0 : System.Diagnostics.Stopwatch.GetElapsedTime(build.Started).TotalSeconds;
        IReadOnlyList<FoundOutput> found = [];
        try
        {
            BuiltOutputs outputs = Outputs(scope);
            RefreshedCopies copies = build?.Fingerprint is null ? RefreshedCopies.None : Refresh(scope, outputs, log);
            if (build?.Fingerprint is not null)
            {
                outputs.Mark.Correct();
            }

            CollectedOutputs collected = Collect();
            found = collected.Found;
            if (build?.Fingerprint is { } facts)
            {
                RefuseJoined(build);
                Refuse(scope, collected, copies);
                RefuseWhatNoKeyHolds(scope, facts);
                found = scope.Session.Orphans.Remove(scope.Project, facts, outputs, found, Stop) ? Collect().Found : found;
            }

            CollectedOutputs Collect() => OutputCollector.Collect(
                outputs, scope.Project, scope.Session.Context.Roots, scope.Session.Context.Tracked, copies.Seen);
        }
        catch (CacheException refused)
        {
            log.Report(refused.Diagnostic, [.. refused.Arguments]);
            Record(scope, fingerprint: null, visible: default, log, mustBuild: refused.Message);
            reason = refused.Diagnostic.Code;
            key = "";
            build = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.PublishFailed, scope.Project.FileName, failure.Message);
            reason = Diagnostics.PublishFailed.Code;
            key = "";
            build = null;
        }

        WarningTap? tap = SessionLease.Warnings(BuildEngine4);
        if (tap is null)
        {
            log.Report(Diagnostics.EngineChanged, "a task cannot hear the project's warnings");
        }

        SeenOutputs seen;
        if (build is null || isSkipped || tap is null or { HidesSome: true } || (scope.Settings.Mode == CacheMode.Read && build.Verifying is null))
        {
            seen = scope.Session.Publisher.Describe(found, Stop);
        }
        else
        {
            if (build.Semantic is { } semantic && SemanticProof.Refute(semantic, Compiler(scope, seconds), found, scope.Session.Context, Stop) is { } refuted)
            {
                log.Report(Diagnostics.HashedExactly, scope.Project.FileName, refuted);
                build = build with { Semantic = null };
            }

            (seen, Action<CancellationToken>? rest) = scope.Session.Publisher.Publish(
                build, found, TakeWarnings(scope, tap), scope.Settings.Relocatable, IsWrittenBehind, Stop);
            Record(scope, build.Fingerprint, seen.Visible, log);
            if (build.Verifying is not null)
            {
                rest?.Invoke(Stop);
            }
            else if (rest is not null)
            {
                scope.Session.Post(rest);
            }
        }

        Visible = seen.Visible.ToString();
        if (IsWrittenBehind)
        {
            scope.Session.NoteSeen(scope.Identity, seen);
        }

        scope.Session.DrainReports(log);
        double saved = scope.Session.SavedByCompileGate(scope.Identity);
        Work = seconds > 0 && saved == 0 && (!isSkipped || scope.Session.CompilerRan(scope.Identity)) ? "executed" : "current";
        if (Work == "executed" && RemembersDurations(scope))
        {
            WorkKey work = BuildKey(scope);
            WorkShape? shape = build?.Fingerprint is { } fingerprint ? ShapeOf(fingerprint) : null;
            scope.Session.Post(_ => scope.Session.History.NoteRun(work, seconds, shape));
        }

        if (seconds > 0 && !isSkipped)
        {
            scope.Session.AddRow(Row(scope, "miss", saved > 0 ? "compile" : "project", key, reason, seconds, saved), scope.Settings.MaxBytes);
        }
        else if (saved > 0)
        {
            scope.Session.AddRow(Row(scope, "skipped", "compile", "", reason, 0, saved), scope.Settings.MaxBytes);
        }
    }

    /// <summary>Makes the copies that MSBuild took for current what their sources are.</summary>
    private RefreshedCopies Refresh(Scope scope, BuiltOutputs outputs, ICacheLog log)
    {
        FactContext context = scope.Session.Context;
        bool hasHooks = scope.Settings.AllowCustomHooks && ForeignTargets.Find(scope.Project, context).Count > 0;
        return new StaleCopies(context, log).Refresh(
            outputs, scope.Project, hasHooks, () => scope.Session.Placements.Read(scope.Place.IntermediateFolder, scope.Project.Path), Stop);
    }

    /// <exception cref="CacheException">Another process built into the same folder.</exception>
    private static void RefuseJoined(ProjectBuild build)
    {
        if (build.IsJoined)
        {
            throw new CacheException(Diagnostics.FolderShared, build.Project.FileName, build.Place.IntermediateFolder);
        }
    }

    /// <summary>Some outputs are not to be stored.</summary>
    /// <exception cref="CacheException">One is there.</exception>
    private static void Refuse(Scope scope, CollectedOutputs collected, RefreshedCopies copies)
    {
        if (collected.Refusal is { } refusal)
        {
            throw refusal;
        }

        if (copies.Undecided is { } undecided)
        {
            throw new CacheException(Diagnostics.CopyChanged, scope.Project.FileName, undecided);
        }
    }

    /// <summary>Some inputs show only once the project was built.</summary>
    /// <exception cref="CacheException">The key does not hold one.</exception>
    private void RefuseWhatNoKeyHolds(Scope scope, Fingerprint fingerprint)
    {
        ReadBefore readBefore = scope.Session.Context.ReadBefore;
        if ((fingerprint.Replaced ?? readBefore.FindPackage(scope.Place.IntermediateFolder, fingerprint.Files)) is { } replaced)
        {
            throw new CacheException(Diagnostics.ReplacedSinceRead, scope.Project.FileName, replaced);
        }

        if (FoundReferences.Unknown(scope.Instance, fingerprint, scope.Session.Context) is { } unknown)
        {
            throw new CacheException(Diagnostics.ReferenceFound, scope.Project.FileName, unknown);
        }

        if (InputsOfTargets.Unknown(scope.Instance, scope.Project, fingerprint, scope.Session.Context, Stop) is { } input)
        {
            throw new CacheException(Diagnostics.InputOfTarget, scope.Project.FileName, input);
        }

        if (KeysInSources.AreUsed(scope.Session.Context, scope.Project, scope.Instance.GetItems("IntermediateAssembly").Select(item => Absolute(item.EvaluatedInclude, scope.Instance.Directory)).FirstOrDefault()))
        {
            throw new CacheException(Diagnostics.NotCacheable, scope.Project.FileName, "a source names the key that it is signed with (AssemblyKeyFile). Name it in the project, with SignAssembly and AssemblyOriginatorKeyFile");
        }
    }

    private static WorkShape ShapeOf(Fingerprint fingerprint) => new(
        fingerprint.Files.Where(file => SourceSize.IsSource(file.Key)).Sum(file => file.Value.Stamp.Size),
        [.. fingerprint.Facts.Where(fact => fact.Kind == FactKind.Reference).Select(fact => WorkKey.NameOf(fact.Name[..fact.Name.LastIndexOf(' ')]))]);

    /// <summary>The warnings, taken when the entry is written: waiting for MSBuild's queue must not hold up the build. What is raised from now on is of targets that a hit runs, too.</summary>
    private Func<IReadOnlyList<Storage.CachedWarning>> TakeWarnings(Scope scope, WarningTap tap)
    {
        int project = WarningTap.ProjectOf(BuildEngine);
        DateTime until = DateTime.UtcNow;
        return () => tap.Take(project, until, scope.Session.Context.Roots.Neutral);
    }
}
