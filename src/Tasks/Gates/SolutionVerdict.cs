using BuildCache.Facts;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>What a solution's record says about the present: which of its projects are what they were.</summary>
internal sealed class SolutionVerdict(SolutionRecord record)
{
    private readonly Dictionary<ProjectRecord, string> _changed = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ProjectRecord> _steady = new(ReferenceEqualityComparer.Instance);

    public SolutionRecord Record => record;

    /// <summary>Projects, by rooted path, whose restore has nothing to do.</summary>
    public HashSet<string> Restored { get; } = new(Hashing.RootMap.Comparer);

    /// <summary>What lies in place, by inner build; filled when outputs are restored.</summary>
    public Dictionary<ProjectRecord, Placement> Placed { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether an inner or outer build need not be made.</summary>
    public bool IsUnchanged(ProjectRecord project) => !_changed.ContainsKey(project);

    /// <summary>Why a build must be made; "" if it need not.</summary>
    public string ReasonFor(ProjectRecord project) => _changed.GetValueOrDefault(project, "");

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
            record.Projects.GroupBy(project => project.Path, Hashing.RootMap.Comparer).Where(builds => !builds.Any(doubtful.Contains)).Select(builds => builds.Key), Hashing.RootMap.Comparer);
    }

    /// <summary>The builds of one project; none if it was not recorded whole.</summary>
    public IReadOnlyList<ProjectRecord> BuildsOf(string path)
    {
        ProjectRecord[] builds = [.. record.Projects.Where(project => project.Path.Equals(path, Hashing.RootMap.Comparison))];
        return builds.Length > 0 && IsWhole(builds) ? builds : [];
    }

    /// <summary>Whether nothing of a project must be built.</summary>
    public bool IsUnchanged(string path) => BuildsOf(path) is { Count: > 0 } builds && builds.All(IsUnchanged);

    private static bool IsWhole(ProjectRecord[] builds)
    {
        string frameworks = builds[0].Frameworks;
        string[] expected = frameworks.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return expected.Length == 0 ? builds.Length == 1
            : builds.Length == expected.Length + 1 && builds.Any(build => build.IsOuter) && expected.All(framework => builds.Any(build => build.Framework.Equals(framework, StringComparison.OrdinalIgnoreCase)));
    }
}
