using System.Collections.Concurrent;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Decides which projects of a solution are what they were, and puts what they made in place, without evaluating one.</summary>
internal sealed class SolutionGate(LocalStore store, PlacementStore placements, ProjectGate projects, RestoreOutputs restores, FactContext context)
{
    /// <summary>Looks the facts of a record at again, each once.</summary>
    /// <param name="record">An earlier build.</param>
    /// <param name="entries">Configuration and platform that the solution gives each project now, by rooted path.</param>
    /// <param name="ofTestRun">Global properties that only a test run sets.</param>
    /// <param name="stop">Stops the looking.</param>
    public SolutionVerdict Check(SolutionRecord record, IReadOnlyDictionary<string, string> entries, IReadOnlyList<string> ofTestRun, CancellationToken stop)
    {
        IReadOnlyDictionary<Fact, Digest> changed = ChangedFacts(record, stop);
        SolutionVerdict verdict = new(record, changed);
        string? all = NewVariable(record);
        foreach (ProjectRecord project in record.Projects)
        {
            if ((Mentions(project, ofTestRun) ?? Changed(project, record, entries, changed, evaluationOnly: false, all)) is { } reason)
            {
                verdict.Change(project, reason);
            }
            else if (project.KeepsOutputs)
            {
                verdict.Keep(project, project.MustBuild);
            }

            if (all is null && !project.Shared.Facts.Any(changed.ContainsKey) && !project.Evaluation.Any(changed.ContainsKey) && !project.Sources.Any(changed.ContainsKey))
            {
                verdict.NoteSteady(project);
            }
        }

        LeaveSharedFolders(verdict, project => Mentions(project, ofTestRun) ?? Changed(project, record, entries, changed, evaluationOnly: true, all));

        // Restore evaluates a project and all that it references, each in all its frameworks.
        HashSet<string> steady = new(RootMap.Comparer);
        foreach ((string path, RestoredPackages restored) in record.Restored)
        {
            IReadOnlyList<ProjectRecord> builds = verdict.BuildsOf(path);
            string? reason = restored.Required.FirstOrDefault(changed.ContainsKey) is { } lost ? $"'{lost.Name}' changed"
                : builds.Count == 0 ? "not all its frameworks were recorded"
                : builds.Select(project => Mentions(project, ofTestRun) ?? Changed(project, record, entries, changed, evaluationOnly: true, all)).FirstOrDefault(why => why is not null)
                    ?? (restores.IsDone(builds[0], restored) ? null : restored.Ineligible);
            if (reason is null)
            {
                steady.Add(path);
            }
            else
            {
                verdict.ToRestore[path] = reason;
            }
        }

        foreach (string path in steady)
        {
            if (record.Restored[path].Covered.FirstOrDefault(covered => !steady.Contains(covered)) is { } other)
            {
                verdict.ToRestore[path] = $"restore looks at {other.Replace("{repo}/", "", StringComparison.Ordinal)} for it";
            }
            else
            {
                verdict.Restored.Add(path);
            }
        }

        return verdict;
    }

    /// <summary>Leaves projects to the project gate that share an output folder with one that may not have all of its outputs any more: MSBuild's incremental clean takes those away, although another project has them, too.</summary>
    private static void LeaveSharedFolders(SolutionVerdict verdict, Func<ProjectRecord, string?> evaluationChanged)
    {
        foreach (IGrouping<string, ProjectRecord> sharing in verdict.Record.Projects.Where(static project => project.HasOutputs).GroupBy(static project => project.OutputFolder, RootMap.Comparer))
        {
            if (sharing.Key.Length == 0 || sharing.DistinctBy(static project => project.Path).Count() < 2 || sharing.FirstOrDefault(project => evaluationChanged(project) is not null) is not { } other)
            {
                continue;
            }

            foreach (ProjectRecord project in sharing.Where(verdict.IsUnchanged).ToArray())
            {
                verdict.Change(project, $"it shares its output folder with '{Path.GetFileName(other.Path)}', which may leave less there than before");
            }
        }
    }

    /// <summary>Writes NuGet's files for all projects whose restore has nothing to do.</summary>
    public void ProvideRestore(SolutionVerdict verdict, CancellationToken stop)
    {
        ConcurrentBag<string> failed = [];
        Parallel.ForEach(verdict.Restored, new ParallelOptions { CancellationToken = stop }, path =>
        {
            ProjectRecord project = verdict.Record.Projects.First(each => each.Path.Equals(path, RootMap.Comparison));
            RestoredPackages restored = verdict.Record.Restored[path];
            // Where the sources decide, NuGet's own files are believed, and none are written.
            if (!(restored.Ineligible.Length > 0 ? restores.AreInPlace(project, restored) : restores.Provide(project, restored)))
            {
                failed.Add(path);
            }
        });
        Withdraw(verdict, failed);
    }

    /// <summary>Where restore was not asked for: a project is unchanged only if NuGet's files are those of its record.</summary>
    public void RequireRestore(SolutionVerdict verdict)
    {
        Withdraw(verdict, [.. verdict.Restored.Where(path =>
            !restores.AreInPlace(verdict.Record.Projects.First(each => each.Path.Equals(path, RootMap.Comparison)), verdict.Record.Restored[path]))]);
    }

    /// <summary>Puts the outputs of all unchanged projects in place, in one pass with one time.</summary>
    public void PutInPlace(SolutionVerdict verdict, CancellationToken stop)
    {
        foreach (ProjectRecord project in verdict.Record.Projects.Where(project => !verdict.Restored.Contains(project.Path)))
        {
            verdict.Change(project, WhyNotRestored(verdict, project.Path));
        }

        ProjectRecord[] unchanged = [.. verdict.Record.Projects.Where(project => project.HasOutputs && verdict.IsUnchanged(project))];
        ConcurrentDictionary<ProjectRecord, (Placement? Before, CacheEntry? Entry)> found = new(ReferenceEqualityComparer.Instance);
        ParallelOptions parallel = new() { CancellationToken = stop };
        Parallel.ForEach(unchanged, parallel, project =>
        {
            string folder = context.Roots.ToAbsolute(project.IntermediateFolder);
            if (!TryRecover(folder))
            {
                found[project] = (null, null);
                return;
            }

            Placement? before = placements.Read(folder, context.Roots.ToAbsolute(project.Path));
            bool isThere = before is not null && before.ActionKey == project.ActionKey && before.IsIntact() && store.TouchEntry(project.ActionKey);
            found[project] = (before, isThere ? null : store.TryGetEntry(project.ActionKey));
        });

        // Nothing is written before it is known which projects can come from the cache: a dependent's copies are its reference's outputs.
        foreach (ProjectRecord project in unchanged)
        {
            (Placement? before, CacheEntry? entry) = found[project];
            if (entry is null ? before is null || before.ActionKey != project.ActionKey || !before.IsIntact() : !projects.IsForHere(entry) || entry.Visible != project.Visible)
            {
                verdict.Change(project, "its outputs are not in the cache");
            }
        }

        OutputOwners owners = Owners(verdict, unchanged, found);
        DateTime now = DateTime.UtcNow;
        Dictionary<ProjectRecord, OutputTimes> times = new(ReferenceEqualityComparer.Instance);
        foreach (ProjectRecord project in unchanged.Where(project => found[project].Entry is not null))
        {
            times[project] = new OutputTimes(found[project].Entry!, found[project].Before, context.Roots.ToAbsolute(project.IntermediateFolder), now);
        }

        RestorePass pass = new(Coming(verdict, times, found));
        ConcurrentDictionary<ProjectRecord, Placement> placed = new(ReferenceEqualityComparer.Instance);
        Parallel.ForEach(unchanged.Where(verdict.IsUnchanged), parallel, project =>
        {
            (Placement? before, CacheEntry? entry) = found[project];
            BuildFolders folders = new(context.Roots.ToAbsolute(project.IntermediateFolder), context.Roots.ToAbsolute(project.OutputFolder));
            RestorePlace place = new(folders, before)
            {
                Pass = pass,
                Times = times.GetValueOrDefault(project),
                Stays = path => owners.IsOfOther(project, path) || IsInput(project, path),
            };
            Placement? now = entry is null ? before : projects.PutInPlace(context.Roots.ToAbsolute(project.Path), entry, place, stop);
            if (now is not null)
            {
                placed[project] = now;
            }
        });
        foreach (ProjectRecord project in unchanged.Where(verdict.IsUnchanged).ToArray())
        {
            if (placed.TryGetValue(project, out Placement? placement))
            {
                verdict.Placed[project] = placement;
            }
            else
            {
                verdict.Change(project, "its outputs could not be put in place");
            }
        }
    }

    /// <summary>Whether a project reads a file. Asked only about what is about to be deleted.</summary>
    private bool IsInput(ProjectRecord project, string path)
    {
        string rooted = context.Roots.ToRooted(path);
        return project.Evaluation.Concat(project.Sources)
            .Any(fact => fact.Kind == FactKind.File && fact.Name.Equals(rooted, RootMap.Comparison));
    }

    /// <summary>Removes what a restore left that was killed. Where that fails, the project gate tries again, and says so.</summary>
    private bool TryRecover(string intermediateFolder)
    {
        try
        {
            RestoreJournal.Recover(intermediateFolder, path => context.Tracked.Holds(path) == true);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string WhyNotRestored(SolutionVerdict verdict, string path)
    {
        if (!verdict.Record.Restored.TryGetValue(path, out RestoredPackages? restored) || restored.Ineligible.Length == 0)
        {
            string? unknown = restored?.Covered.FirstOrDefault(covered => verdict.BuildsOf(covered).Count == 0);
            return unknown is null ? "its packages must be restored" : $"restore looks at {unknown.Replace("{repo}/", "", StringComparison.Ordinal)}, which was not built in all its frameworks";
        }

        return restored.Ineligible;
    }

    /// <summary>Who has an output where, once all is in place. Two projects that have different content at one place are left to the project gate, which takes one after the other.</summary>
    private OutputOwners Owners(SolutionVerdict verdict, ProjectRecord[] unchanged, ConcurrentDictionary<ProjectRecord, (Placement? Before, CacheEntry? Entry)> found)
    {
        OutputOwners owners = new();
        foreach (ProjectRecord project in unchanged.Where(verdict.IsUnchanged).ToArray())
        {
            (Placement? before, CacheEntry? entry) = found[project];
            IEnumerable<(string Path, Digest Digest)> outputs = entry is not null
                ? entry.Outputs.Select(output => (context.Roots.ToAbsolute(output.Path), output.Digest))
                : before!.Files.Select(static file => (file.Path, file.Digest));
            foreach ((string path, Digest digest) in outputs)
            {
                if (owners.Add(project, path, digest) is { } other)
                {
                    string reason = $"it and another project write '{context.Roots.ToRooted(path).Replace("{repo}/", "", StringComparison.Ordinal)}'";
                    verdict.Change(other, reason);
                    verdict.Change(project, reason);
                }
            }
        }

        return owners;
    }

    /// <summary>What is about to be written, by absolute path, with its time; but for copies.</summary>
    private Dictionary<string, DateTime> Coming(
        SolutionVerdict verdict, Dictionary<ProjectRecord, OutputTimes> times, ConcurrentDictionary<ProjectRecord, (Placement? Before, CacheEntry? Entry)> found)
    {
        Dictionary<string, DateTime> coming = new(RootMap.Comparer);
        foreach ((ProjectRecord project, OutputTimes own) in times.Where(each => verdict.IsUnchanged(each.Key)))
        {
            foreach (CachedOutput output in found[project].Entry!.Outputs.Where(static output => !output.IsCopy))
            {
                string path = context.Roots.ToAbsolute(output.Path);
                coming[path] = own.Of(path);
            }
        }

        return coming;
    }

    /// <summary>The facts that no longer hold, with their present values. Each one that records share is one object, looked at once.</summary>
    private Dictionary<Fact, Digest> ChangedFacts(SolutionRecord record, CancellationToken stop)
    {
        HashSet<Fact> facts = new(ReferenceEqualityComparer.Instance);
        foreach (ProjectRecord project in record.Projects)
        {
            facts.UnionWith(project.Evaluation);
            facts.UnionWith(project.Sources);
            facts.UnionWith(project.Shared.Facts);
        }

        facts.UnionWith(record.Restored.Values.SelectMany(restored => restored.Required));
        ConcurrentBag<KeyValuePair<Fact, Digest>> changed = [];
        Parallel.ForEach(Partitioner.Create(facts.ToList(), loadBalance: true), new ParallelOptions { CancellationToken = stop }, fact =>
        {
            Digest now = FactCheck.Now(context, fact, stop);
            if (now != fact.Value)
            {
                changed.Add(KeyValuePair.Create(fact, now));
            }
        });
        return new Dictionary<Fact, Digest>(changed, ReferenceEqualityComparer.Instance);
    }

    /// <summary>A variable that appeared and that a build file mentions.</summary>
    private string? NewVariable(SolutionRecord record)
    {
        HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> mentioned = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> bySdk = new(StringComparer.OrdinalIgnoreCase);
        foreach (SharedFacts shared in record.Projects.Select(project => project.Shared).Distinct())
        {
            bySdk.UnionWith(shared.Mentioned);
        }

        foreach (ProjectRecord project in record.Projects)
        {
            known.UnionWith(project.Evaluation.Where(fact => fact.Kind == FactKind.Environment).Select(fact => fact.Name));
            mentioned.UnionWith(project.Mentioned);
        }

        string? appeared = context.Environment.Keys.FirstOrDefault(name => !known.Contains(name) && ProjectRecorder.Counts(name, mentioned.Contains, bySdk.Contains));
        return appeared is null ? null : $"the environment variable {appeared} appeared";
    }

    private static string? Mentions(ProjectRecord project, IReadOnlyList<string> ofTestRun) =>
        ofTestRun.FirstOrDefault(name => project.Mentioned.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } name ? $"its build files mention $({name})" : null;

    private static string? Changed(
        ProjectRecord project, SolutionRecord record, IReadOnlyDictionary<string, string> entries, IReadOnlyDictionary<Fact, Digest> changed, bool evaluationOnly, string? all)
    {
        if (all is not null || project.Ineligible.Length > 0)
        {
            return all ?? project.Ineligible;
        }

        if (!evaluationOnly && project.MustBuild.Length > 0 && !project.KeepsOutputs)
        {
            return project.MustBuild;
        }

        if (record.Entries.GetValueOrDefault(project.Path, "") != entries.GetValueOrDefault(project.Path, ""))
        {
            return "the solution builds it in another configuration";
        }

        Fact? fact = project.Shared.Facts.FirstOrDefault(changed.ContainsKey) ?? project.Evaluation.FirstOrDefault(changed.ContainsKey) ??
            (evaluationOnly ? null : project.Sources.FirstOrDefault(changed.ContainsKey));
        if (fact is not null)
        {
            return FactDifference.InWords([new FactChange(fact, fact with { Value = default })], 1).Replace(" disappeared", " changed", StringComparison.Ordinal);
        }

        // A reference is judged by its own record; here only that it has one, and what it showed.
        return evaluationOnly || project.References.All(reference => record.Projects.Any(other => other.Name == reference.Name && other.Visible == reference.Visible))
            ? null : "a referenced project has no record";
    }

    /// <summary>Projects without NuGet's files must be restored, and so must those that reference them.</summary>
    private static void Withdraw(SolutionVerdict verdict, IEnumerable<string> paths)
    {
        Stack<string> open = new(paths);
        while (open.TryPop(out string? path))
        {
            if (verdict.Restored.Remove(path))
            {
                verdict.ToRestore[path] = "NuGet's files are not in place, or those of a project that restore looks at for it, and could not be provided";
                foreach ((string dependent, _) in verdict.Record.Restored.Where(restored => restored.Value.Covered.Contains(path, RootMap.Comparer)))
                {
                    open.Push(dependent);
                }
            }
        }
    }
}
