using System.Collections.Concurrent;
using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Gates;

/// <summary>Makes the record of a solution from those of its projects.</summary>
internal sealed class SolutionRecorder(RestoreOutputs restores, SolutionRecords records, FactContext context)
{
    /// <param name="places">The folders in obj of the projects that were built or looked up in this build.</param>
    /// <param name="since">When the build began: an older record is of another build.</param>
    /// <param name="before">What the gate knew; <see langword="null"/> if nothing.</param>
    /// <param name="isPartial">Whether this build left out what the gate answered, so that it is still part of the whole.</param>
    /// <param name="entries">Configuration and platform of each project in the solution, by rooted path.</param>
    /// <param name="relocatable">Whether the record is for other folders, too.</param>
    /// <param name="stop">Stops the hashing.</param>
    public SolutionRecord Record(
        IEnumerable<string> places, DateTime since, SolutionVerdict? before, bool isPartial, IReadOnlyDictionary<string, string> entries, bool relocatable, CancellationToken stop)
    {
        List<ProjectRecord> projects = [];
        foreach (string place in places)
        {
            if (records.Read(place) is { } project && project.At >= since)
            {
                projects.Add(Checked(project, relocatable));
            }
        }

        foreach (ProjectRecord project in projects.Where(project => project.Frameworks.Length > 0).DistinctBy(project => project.Path).ToArray())
        {
            AddEvaluations(projects, project, since, before, relocatable);
        }

        // What the gate answered was not built in this build; it is what it was.
        HashSet<string> fresh = new(projects.Select(project => project.Name), RootMap.Comparer);
        projects.AddRange(before?.Record.Projects.Where(project => isPartial && !fresh.Contains(project.Name) && before.IsUnchanged(project)) ?? []);
        ProjectRecord[] named = [.. projects.GroupBy(project => project.Name).SelectMany(static same => same.Count() == 1 ? same
            : same.Select(project => project with { MustBuild = "it is built with several sets of global properties", PublishedTo = "" }))];
        named = OutputUse.Checked(named);
        ConcurrentDictionary<string, RestoredPackages> restored = new(RootMap.Comparer);
        Parallel.ForEach(named.DistinctBy(project => project.Path), new ParallelOptions { CancellationToken = stop }, project =>
            restored[project.Path] = before is not null && before.Restored.Contains(project.Path) && before.Record.Restored.TryGetValue(project.Path, out RestoredPackages? known) && !known.Key.IsNone && restores.AreInPlace(project, known)
                ? known : restores.Take(project, stop));
        HashSet<string> paths = new(named.Select(project => project.Path), RootMap.Comparer);
        return new SolutionRecord(
            context.Roots.Only(RootMap.Home).ToRooted(context.Roots.PathOf(RootMap.Packages)),
            named, restored,
            entries.Where(entry => paths.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value, RootMap.Comparer));
    }

    /// <summary>Adds the outer build of a project for several frameworks, and the frameworks that only restore looked at: now, or, if it had nothing to do, when it last did.</summary>
    private void AddEvaluations(List<ProjectRecord> projects, ProjectRecord project, DateTime since, SolutionVerdict? before, bool relocatable)
    {
        string folder = context.Roots.ToAbsolute(project.RestoreFolder);
        foreach (string framework in project.Frameworks.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Append(""))
        {
            if (projects.Any(other => other.Path == project.Path && other.Framework.Equals(framework, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            ProjectRecord? found = records.Read(EvaluationPlace(folder, framework)) is { } now && now.At >= since && now.Path == project.Path ? now
                : before is null || !before.Restored.Contains(project.Path) ? null
                : before.Record.Projects.FirstOrDefault(other => other.Path == project.Path && !other.HasOutputs && other.Framework.Equals(framework, StringComparison.OrdinalIgnoreCase));
            if (found is not null)
            {
                projects.Add(Checked(found, relocatable));
            }
        }
    }

    /// <summary>Where the record of an evaluation is kept that has no folder of its own in obj: of an outer build, and of a framework that is not built.</summary>
    public static string EvaluationPlace(string restoreFolder, string framework) => $"{restoreFolder}|outer{framework}";

    private static ProjectRecord Checked(ProjectRecord project, bool relocatable) => relocatable && !project.Relocatable && (project.MustBuild.Length == 0 || project.KeepsOutputs)
        ? project with { MustBuild = "its outputs are right in this folder only", PublishedTo = "" } : project;
}
