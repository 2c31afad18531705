namespace BuildCache.Facts;

/// <summary>What the targets that may run on a hit need of the part of the build that a hit skips.</summary>
/// <param name="Targets">The .NET SDK's targets that set it and write nothing that counts: a hit runs them. None if nothing is needed.</param>
/// <param name="Uses">Names each target that needs something.</param>
/// <param name="Faults">Names each target that needs what only a real build sets.</param>
internal sealed record SkippedState(IReadOnlyList<string> Targets, IReadOnlyList<string> Uses, IReadOnlyList<string> Faults)
{
    private static readonly SkippedState s_nothing = new([], [], []);

    /// <summary>What sets something more, besides the resolving of references, and writes no file.</summary>
    private static readonly string[] s_more =
    [
        "FindReferenceAssembliesForReferences", "_ComputeUserRuntimeAssemblies", "CollectPackageReferences", "GetAssemblyVersion", "AddSourceRevisionToInformationalVersion",
    ];

    /// <summary>What sets items anew only where a build fails, or only for ClickOnce.</summary>
    private static readonly string[] s_idle = ["CheckForDuplicateItems", "_DeploymentGenerateLauncher"];

    /// <summary>What a hit leaves in CoreBuild.</summary>
    private static readonly string[] s_ofHit = ["BuildOnlySettings", "GetTargetPath"];

    /// <summary>Finds it.</summary>
    /// <remarks>
    /// A target that a project or a package hangs behind Build runs on a hit. Items and properties that the skipped
    /// targets would have set are empty for it: the files that a plugin copies, say. So they are for a target that the
    /// command line names beside Build, or that another project calls, and who does is not known here.
    /// </remarks>
    /// <param name="project">The project.</param>
    /// <param name="context">Knows which targets are the .NET SDK's.</param>
    public static SkippedState Find(EvaluatedProject project, FactContext context)
    {
        Dictionary<string, TargetShape> foreign = ForeignTargets.Foreign(project, context);
        TargetShape[] strangers = [.. foreign.Values.Where(target => !KnownPackages.Knows(target, context))];
        if (strangers.Length == 0)
        {
            return s_nothing;
        }

        HashSet<string> core = TargetsBehind.InCore(project, foreign, context);
        TargetShape[] beside = [.. strangers.Where(target => !core.Contains(target.Name))];
        if (beside.Length == 0)
        {
            return s_nothing;
        }

        // What the .NET SDK runs for a publish without a build.
        string[] resolving = project.Property("_BeforePublishNoBuildTargets").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] targets = [.. resolving, .. s_more.Where(project.Targets.ContainsKey)];
        core.ExceptWith(Below(project, s_ofHit));
        core.ExceptWith(s_idle);
        HashSet<string> skipped = SetBy(project, core);
        core.ExceptWith(ForeignTargets.Reachable(project, foreign.Values, targets));
        HashSet<string> onlyBuilt = SetBy(project, core);
        List<string> uses = [], faults = [];
        foreach (TargetShape target in beside)
        {
            HashSet<string> own = SetBy(project, Below(project, [target.Name]));
            string[] needed = [.. target.Reads().Where(name => skipped.Contains(name) && !own.Contains(name))];
            if (needed.Length > 0)
            {
                string? missing = needed.FirstOrDefault(onlyBuilt.Contains);
                uses.Add($"the target '{target.Name}' of {context.Roots.ToRooted(target.File)} may run on a hit and uses {missing ?? needed[0]}, which the build sets");
                faults.AddRange(missing is null ? [] : [uses[^1]]);
            }
        }

        return new SkippedState(uses.Count > 0 ? targets : [], uses, faults);
    }

    /// <summary>These targets and what they depend on, down to Build, which is another matter.</summary>
    private static HashSet<string> Below(EvaluatedProject project, IEnumerable<string> roots)
    {
        HashSet<string> below = new(StringComparer.OrdinalIgnoreCase);
        Stack<string> open = new(roots);
        while (open.TryPop(out string? name))
        {
            if (below.Add(name) && !ForeignTargets.Core.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.Equals("Build", StringComparison.OrdinalIgnoreCase) &&
                project.Targets.TryGetValue(name, out TargetShape? target))
            {
                Array.ForEach(target.DependsOn(), open.Push);
            }
        }

        return below;
    }

    private static HashSet<string> SetBy(EvaluatedProject project, IEnumerable<string> targets)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in targets)
        {
            if (project.Targets.TryGetValue(name, out TargetShape? target))
            {
                names.UnionWith(target.Sets());
            }
        }

        return names;
    }
}
