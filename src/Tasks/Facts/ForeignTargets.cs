namespace BuildCache.Facts;

/// <summary>Finds what a hit would skip though it is not the .NET SDK's.</summary>
/// <remarks>
/// A hit skips everything below CoreBuild. A target there that a project or a package added may read and write
/// anything. One that only sets properties and items, or only talks, depends on nothing but what is in the key already.
/// </remarks>
internal static class ForeignTargets
{
    /// <summary>Packages whose targets copy their own files, or collect what evaluation shows; looked at one by one. SourceLink's are off under neutral revisions, and keyed by the commit under exact ones.</summary>
    private static readonly string[] s_knownPackages =
    [
        "microsoft.net.test.sdk", "microsoft.testplatform.", "microsoft.codecoverage", "microsoft.testing.", "xunit.", "mstest.", "nunit",
        "coverlet.", "microsoft.sourcelink.", "polysharp", "meziantou.", "microsoft.codeanalysis.", "microsoft.extensions.", "system.", "fsharp.core", "microsoft.aspnetcore.", "microsoft.netframework.referenceassemblies",
        "microsoft.build.", "benchmarkdotnet", "microsoft.bcl.", "microsoft.net.illink.tasks", "netstandard.library", "microsoft.netcore.",
    ];

    /// <summary>Names each one, with what it does; empty when there is none.</summary>
    public static IReadOnlyList<string> Find(EvaluatedProject project, FactContext context)
    {
        List<string> found = [];
        foreach (string name in (string[])["PreBuildEvent", "PostBuildEvent"])
        {
            if (project.Property(name).Trim().Length > 0)
            {
                found.Add($"it has a {name}");
            }
        }

        Dictionary<string, TargetShape> foreign = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, TargetShape target) in project.Targets)
        {
            if (!context.IsSdk(target.File))
            {
                foreign.Add(name, target);
            }
        }

        if (foreign.Count == 0)
        {
            return found;
        }

        foreach (string name in Reachable(project, foreign.Values))
        {
            if (foreign.TryGetValue(name, out TargetShape? target) && !IsKnown(target.File, context) && target.Effect() is { } effect)
            {
                found.Add($"the target '{name}' of {context.Roots.ToRooted(target.File)} {effect}");
            }
        }

        return found;
    }

    /// <summary>The targets that run because CoreBuild does: its dependencies, what hooks onto them, and theirs.</summary>
    private static HashSet<string> Reachable(EvaluatedProject project, IEnumerable<TargetShape> foreign)
    {
        // Of the .NET SDK's own targets only the dependencies matter: their hooks lead to targets of its own.
        ILookup<string, string> hooks = foreign
            .SelectMany(target => target.Before().Concat(target.After()).Select(on => (On: on, target.Name)))
            .ToLookup(hook => hook.On, hook => hook.Name, StringComparer.OrdinalIgnoreCase);
        HashSet<string> reached = new(StringComparer.OrdinalIgnoreCase);
        // What runs in BeforeBuild does run on a hit, but too late: it may add inputs that the lookup has not seen.
        Stack<string> open = new(["BeforeBuild", "CoreBuild", "ResolveReferences", "Compile", "CoreCompile", "PrepareForRun"]);
        while (open.TryPop(out string? name))
        {
            if (!reached.Add(name) || !project.Targets.TryGetValue(name, out TargetShape? target))
            {
                continue;
            }

            foreach (string next in target.DependsOn().Concat(hooks[name]))
            {
                open.Push(next);
            }
        }

        // Stock targets that hook onto the build pull in targets too, which foreign ones may hook onto.
        bool grown = true;
        while (grown)
        {
            grown = false;
            foreach (TargetShape target in project.Targets.Values)
            {
                if (!reached.Contains(target.Name) && target.Before().Concat(target.After()).Any(reached.Contains))
                {
                    open.Push(target.Name);
                    grown = true;
                }
            }

            while (open.TryPop(out string? name))
            {
                if (reached.Add(name) && project.Targets.TryGetValue(name, out TargetShape? target))
                {
                    foreach (string next in target.DependsOn().Concat(hooks[name]))
                    {
                        open.Push(next);
                    }
                }
            }
        }

        return reached;
    }

    private static bool IsKnown(string file, FactContext context)
    {
        string rooted = context.Roots.ToRooted(file);
        const string Packages = "{packages}/";
        return rooted.StartsWith(Packages, StringComparison.Ordinal) &&
            s_knownPackages.Any(known => rooted.AsSpan(Packages.Length).StartsWith(known, StringComparison.OrdinalIgnoreCase));
    }
}
