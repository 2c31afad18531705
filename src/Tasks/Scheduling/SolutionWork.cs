using BuildCache.Hashing;

namespace BuildCache.Scheduling;

/// <summary>A project that is to be built.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Configuration">Debug, Release or another.</param>
/// <param name="IsLikelyHit">Whether its outputs probably come from the cache.</param>
internal sealed record ProjectToBuild(string Path, string Configuration, bool IsLikelyHit);

/// <summary>A project with all that the scheduler knows of it.</summary>
/// <param name="Key">The key of the project with all its frameworks.</param>
/// <param name="Text">What its file says.</param>
/// <param name="Shape">Its size and its references, by name.</param>
/// <param name="Measured">How long its build takes, in seconds; <see langword="null"/> if it was never measured.</param>
/// <param name="HitSeconds">What it takes to restore it; <see langword="null"/> if it was never measured.</param>
internal sealed record KnownProject(WorkKey Key, ProjectText Text, WorkShape Shape, double? Measured, double? HitSeconds);

/// <summary>Puts together what history and project files say about the projects of a solution.</summary>
internal sealed class SolutionWork
{
    // A hit that was never measured: small, but a chain of many still is one.
    private const double UsualHitSeconds = 0.05;

    private const int FewProjects = 50;

    private SolutionWork(IReadOnlyList<KnownProject> projects, WorkGraph graph)
    {
        Projects = projects;
        Graph = graph;
    }

    /// <summary>The projects, in the order of the graph's items.</summary>
    public IReadOnlyList<KnownProject> Projects { get; }

    public WorkGraph Graph { get; }

    /// <summary>Whether most projects were measured before; the others count as typical ones.</summary>
    public bool IsKnown => Projects.Count(project => project.Measured is not null) * 2 > Projects.Count;

    /// <param name="projects">The projects in the order of the solution, each path once.</param>
    /// <param name="history">What was measured.</param>
    /// <param name="roots">The repository.</param>
    public static SolutionWork Gather(IReadOnlyList<ProjectToBuild> projects, WorkHistory history, RootMap roots)
    {
        KnownProject[] known = new KnownProject[projects.Count];
        if (projects.Count < FewProjects)
        {
            // Starting threads takes longer than looking at a few small files.
            for (int at = 0; at < projects.Count; at++)
            {
                known[at] = Look(projects[at], history, roots);
            }
        }
        else
        {
            Parallel.For(0, projects.Count, at => known[at] = Look(projects[at], history, roots));
        }

        double[] seconds = DurationGuess.Of([.. known.Select(project => (project.Measured, project.Shape.SourceBytes))]);
        WorkGraph graph = WorkGraph.Create(known.Select((project, at) => new WorkItem(
            project.Key.Name,
            projects[at].IsLikelyHit ? project.HitSeconds ?? Math.Min(UsualHitSeconds, seconds[at]) : seconds[at],
            project.Shape.References)));
        return new SolutionWork(known, graph);
    }

    /// <summary>A project with all that it references, as far as their files say.</summary>
    public static SolutionWork GatherFrom(string project, string configuration, WorkHistory history, RootMap roots)
    {
        List<string> paths = [project];
        HashSet<string> seen = new(paths, RootMap.Comparer);
        for (int at = 0; at < paths.Count; at++)
        {
            paths.AddRange(ProjectText.Read(paths[at]).References.Where(path => File.Exists(path) && seen.Add(path)));
        }

        return Gather([.. paths.Select(path => new ProjectToBuild(path, configuration, IsLikelyHit: false))], history, roots);
    }

    private static KnownProject Look(ProjectToBuild project, WorkHistory history, RootMap roots)
    {
        WorkKey key = WorkKey.OfProject(WorkKey.Build, roots, project.Path, "", project.Configuration);
        ProjectText text = ProjectText.Read(project.Path);
        WorkRecord? whole = history.Find(key);
        WorkRecord[] parts = [.. text.Frameworks.Distinct().Select(framework => history.Find(key with { Framework = framework })).OfType<WorkRecord>()];

        // The builds for several frameworks run beside one another if there is room, so their sum is the most they take.
        double? measured = whole is { IsMeasured: true } ? whole.Seconds : parts.Any(part => part.IsMeasured) ? parts.Sum(part => part.Seconds) : null;
        long bytes = whole?.Shape.SourceBytes ?? 0;
        return new KnownProject(
            key, text,
            new WorkShape(
                bytes > 0 ? bytes : SourceSize.Of(Path.GetDirectoryName(project.Path)!),
                [.. text.References.Select(path => WorkKey.NameOf(roots, path)).Concat(whole?.Shape.References ?? []).Concat(parts.SelectMany(part => part.Shape.References)).Distinct(RootMap.Comparer)]),
            measured,
            whole?.HitSeconds ?? parts.Select(part => part.HitSeconds).OfType<double>().Select(static seconds => (double?)seconds).FirstOrDefault());
    }
}
