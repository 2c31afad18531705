using BuildCache.Facts;
using BuildCache.Hashing;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>What a traversal project is made of: its files, and what the names that they mention stand for.</summary>
/// <param name="Value">The digest of all that.</param>
/// <param name="Unmodelled">What it does that cannot be seen; "" if there is nothing.</param>
internal sealed record TraversalFacts(Digest Value, string Unmodelled)
{
    /// <summary>Looks at the project; <see langword="null"/> where this MSBuild hides it.</summary>
    /// <param name="project">The live project.</param>
    /// <param name="sdk">The folder of the .NET installation, whose version is in the key anyway.</param>
    /// <param name="roots">The repository.</param>
    public static TraversalFacts? Of(ProjectInstance? project, string sdk, RootMap roots)
    {
        if (project is null)
        {
            return null;
        }

        string own = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(TraversalFacts).Assembly.Location)))!;
        using CanonicalHasher hasher = new("traversal/1");
        SortedSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        MentionScanner scanner = new();
        foreach (string file in project.ImportPaths.Prepend(project.FullPath).Where(file => !RootMap.IsWithin(file, sdk) && !RootMap.IsWithin(file, own)))
        {
            if (scanner.Scan(file).Unmodelled is { } unmodelled)
            {
                return new TraversalFacts(default, $"'{file}' uses {unmodelled}");
            }

            hasher.Add(1, roots.ToRooted(file));
            hasher.Add(2, FileHasher.Hash(file, CancellationToken.None));
            names.UnionWith(scanner.Scan(file).Names);
        }

        foreach (string name in names.Where(name => !name.StartsWith("MSBuildRestore", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("_BuildCache", StringComparison.OrdinalIgnoreCase)))
        {
            hasher.Add(3, name.ToUpperInvariant());
            hasher.Add(4, roots.Neutral(project.GetPropertyValue(name)));
        }

        return new TraversalFacts(hasher.Finish(), BuildsMore(project, sdk));
    }

    /// <summary>What its Build does besides building its projects: that may write what the facts were looked at for.</summary>
    private static string BuildsMore(ProjectInstance project, string sdk)
    {
        if (project.GetItems("ProjectReference").FirstOrDefault(item => item.EvaluatedInclude.EndsWith(".proj", StringComparison.OrdinalIgnoreCase)) is { } nested)
        {
            return $"it builds '{nested.EvaluatedInclude}', which looks its projects up by itself";
        }

        if (!project.Targets.TryGetValue("Build", out ProjectTargetInstance? build) || RootMap.IsWithin(build.FullPath, sdk))
        {
            return "";
        }

        HashSet<string> references = new(project.GetItems("ProjectReference").Select(item => item.EvaluatedInclude), RootMap.Comparer);
        foreach (ProjectTaskInstance task in build.Children.OfType<ProjectTaskInstance>())
        {
            bool isHarmless = task.Name is "Message" or "Warning" or "Error" || (task.Name == "MSBuild" && task.Parameters.TryGetValue("Projects", out string? projects) &&
                project.ExpandString(projects).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(references.Contains));
            if (!isHarmless)
            {
                return $"its target 'Build' runs the task {task.Name} for something else than @(ProjectReference)";
            }
        }

        return "";
    }
}
