using BuildCache.Facts;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>What a solution's record says about the present: which of its projects are what they were.</summary>
/// <param name="record">The record.</param>
/// <param name="changedFacts">Its facts that no longer hold, with their present values.</param>
internal sealed class SolutionVerdict(SolutionRecord record, IReadOnlyDictionary<Fact, Hashing.Digest> changedFacts)
{
    private readonly Dictionary<ProjectRecord, string> _changed = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<string, ProjectRecord> _byPath = record.Projects.ToLookup(project => project.Path, Hashing.RootMap.Comparer);
    private readonly Dictionary<ProjectRecord, string> _kept = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ProjectRecord> _steady = new(ReferenceEqualityComparer.Instance);

    public SolutionRecord Record => record;

    /// <summary>Projects, by rooted path, whose restore has nothing to do.</summary>
    public HashSet<string> Restored { get; } = new(Hashing.RootMap.Comparer);

    /// <summary>Why the other projects must be restored, by rooted path.</summary>
    public Dictionary<string, string> ToRestore { get; } = new(Hashing.RootMap.Comparer);

    /// <summary>Whether another record may fit better: one that knows the present value of something that changed, as after an edit that was undone.</summary>
    public bool MayBeBetter(SolutionRecord other)
    {
        if (changedFacts.Count == 0)
        {
            return true;
        }

        HashSet<(FactKind, string, string, Hashing.Digest)> present = [.. changedFacts.Select(changed => (changed.Key.Kind, changed.Key.Name, changed.Key.Text, changed.Value))];
        return other.Projects.Any(project => project.Evaluation.Concat(project.Sources).Concat(project.Shared.Facts).Any(fact => present.Contains((fact.Kind, fact.Name, fact.Text, fact.Value))));
    }

    /// <summary>Whether nothing at all changed.</summary>
    public bool IsAllUnchanged => _changed.Count == 0 && _kept.Count == 0;

    /// <summary>Whether restore has nothing to do for any project.</summary>
    public bool IsAllRestored => record.Projects.All(project => Restored.Contains(project.Path));

    /// <summary>What lies in place, by inner build; filled when outputs are restored.</summary>
    public Dictionary<ProjectRecord, Placement> Placed { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether what an inner or outer build makes is what it was.</summary>
    public bool IsUnchanged(ProjectRecord project) => !_changed.ContainsKey(project);

    /// <summary>Why a build must be made; "" if it need not.</summary>
    public string ReasonFor(ProjectRecord project) => _changed.GetValueOrDefault(project) ?? _kept.GetValueOrDefault(project, "");

    /// <summary>Notes that a build must be made for what runs behind it, though its outputs are what they were.</summary>
    public void Keep(ProjectRecord project, string reason) => _kept[project] = reason;

    /// <summary>Notes that a build must be made, and with it those of all that depend on it.</summary>
    public void Change(ProjectRecord project, string reason)
    {
        if (!_changed.TryAdd(project, reason))
        {
            return;
        }

        foreach (ProjectRecord dependent in record.Projects)
        {
            // The outer build of a project is unchanged only if all its inner ones are.
            if (dependent.References.Any(reference => reference.Name == project.Name) || (dependent.IsOuter && dependent.Path == project.Path))
            {
                Change(dependent, $"the output of {project.Path.Replace("{repo}/", "", StringComparison.Ordinal)} may change");
            }
        }
    }

    /// <summary>Notes that all facts of a build hold, so that it is probably in the cache even where this gate cannot answer for it.</summary>
    public void NoteSteady(ProjectRecord project) => _steady.Add(project);

    /// <summary>Projects, by rooted path, that the project gate will probably find in the cache: their facts hold, and those of all that they reference.</summary>
    public HashSet<string> LikelyHits()
    {
        HashSet<ProjectRecord> doubtful = new(record.Projects.Where(project => !_steady.Contains(project)), ReferenceEqualityComparer.Instance);
        ILookup<string, ProjectRecord> dependents = record.Projects.SelectMany(project => project.References.Select(reference => (reference.Name, project))).ToLookup(pair => pair.Name, pair => pair.project);
        Stack<ProjectRecord> open = new(doubtful);
        while (open.TryPop(out ProjectRecord? project))
        {
            foreach (ProjectRecord dependent in dependents[project.Name].Where(doubtful.Add))
            {
                open.Push(dependent);
            }
        }

        return new HashSet<string>(
            record.Projects.GroupBy(project => project.Path, Hashing.RootMap.Comparer).Where(builds => !builds.Any(build => build.IsUncacheable || doubtful.Contains(build))).Select(builds => builds.Key), Hashing.RootMap.Comparer);
    }

    /// <summary>The builds of one project; none if it was not recorded whole.</summary>
    public IReadOnlyList<ProjectRecord> BuildsOf(string path)
    {
        ProjectRecord[] builds = [.. _byPath[path]];
        return builds.Length > 0 && IsWhole(builds) ? builds : [];
    }

    /// <summary>Whether what a project makes is what it was.</summary>
    public bool IsUnchanged(string path) => BuildsOf(path) is { Count: > 0 } builds && builds.All(IsUnchanged);

    /// <summary>Whether nothing of a project must be built.</summary>
    public bool IsDone(string path) => IsUnchanged(path) && !BuildsOf(path).Any(_kept.ContainsKey);

    private static bool IsWhole(ProjectRecord[] builds)
    {
        string frameworks = builds[0].Frameworks;
        string[] expected = frameworks.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return expected.Length == 0 ? builds.All(build => build.Name == builds[0].Name)
            : builds.Any(build => build.IsOuter) && builds.DistinctBy(build => build.Name).Count() == expected.Length + 1 && expected.All(framework => builds.Any(build => build.Framework.Equals(framework, StringComparison.OrdinalIgnoreCase)));
    }
}
