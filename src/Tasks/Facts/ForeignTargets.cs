using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Finds what a hit would skip though it is not the .NET SDK's.</summary>
/// <remarks>
/// A hit skips everything below CoreBuild. A target there that a project or a package added may read and write
/// anything. One that only sets properties and items, or only talks, depends on nothing but what is in the key already.
/// </remarks>
internal static class ForeignTargets
{
    /// <summary>A part of the .NET SDK that comes as a package: its targets are the trimming of a publish, and in a build only its analyzers count.</summary>
    public const string OfSdk = "microsoft.net.illink.tasks";

    /// <summary>The targets whose part of the build a hit skips.</summary>
    /// <remarks>What runs in BeforeBuild does run on a hit, but too late: it may add inputs that the lookup has not seen.</remarks>
    public static readonly string[] Core = ["BeforeBuild", "CoreBuild", "ResolveReferences", "Compile", "CoreCompile", "PrepareForRun"];

    /// <summary>Of xunit.v3: what runners need that load the tests into a process of theirs.</summary>
    private static readonly string[] s_behindBuild = ["_XunitCopyRunnerDependencies"];

    private static readonly string[] s_publish = ["PrepareForPublish", "ComputeAndCopyFilesToPublishDirectory"];

    private static readonly string[] s_whole = ["Build", "GetTargetFrameworks"];

    /// <summary>What restore calls in a project, besides the targets of NuGet's own file.</summary>
    private static readonly string[] s_restore = ["Restore", "CollectPackageReferences", "_GenerateRestoreProjectSpec", "_GenerateRestoreGraph"];

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

        found.AddRange(FindBelow(project, context, Core));
        return found;
    }

    /// <summary>Names what a project adds to its restore.</summary>
    public static IReadOnlyList<string> FindInRestore(EvaluatedProject project, FactContext context)
    {
        Dictionary<string, TargetShape> foreign = Foreign(project, context);
        if (foreign.Count == 0)
        {
            return [];
        }

        IEnumerable<string> ofNuGet = project.Targets.Values.Where(target => Path.GetFileName(target.File).Equals("NuGet.targets", StringComparison.OrdinalIgnoreCase)).Select(target => target.Name);
        return InWords(Doing(Reachable(project, foreign.Values, [.. s_restore, .. ofNuGet, .. project.InitialTargets]), foreign, target => KnownPackages.Knows(target, context, inRestore: true)), foreign, context);
    }

    /// <summary>Targets of known packages that hang behind Build and copy files of the package to the output folder: they are run before a build is published, so that the copies are part of it.</summary>
    public static string[] BehindBuild(EvaluatedProject project, FactContext context) =>
        AbsolutePath.Of(project.Property("OutputPath"), project.Directory).Equals(AbsolutePath.Of(project.Property("OutDir"), project.Directory), RootMap.Comparison)
            ? [.. s_behindBuild.Where(name => project.Targets.TryGetValue(name, out TargetShape? target) && KnownPackages.Knows(target, context))] : [];

    /// <summary>Names what a project does that only a hit of the solution gate would skip: before and after CoreBuild. Known packages do no less than others there.</summary>
    /// <param name="project">The project.</param>
    /// <param name="context">Knows which targets are the .NET SDK's.</param>
    /// <param name="onlyPublishes">Whether all that was found is that the project is published behind its build.</param>
    public static IReadOnlyList<string> FindOutsideCore(EvaluatedProject project, FactContext context, out bool onlyPublishes)
    {
        onlyPublishes = false;
        Dictionary<string, TargetShape> foreign = Foreign(project, context);
        if (foreign.Count == 0)
        {
            return [];
        }

        TargetShape[] doing = Outside(project, foreign, context);
        if (doing.Length > 0 && doing.All(static target => IsBehindBuild(target) && OnlyPublishes(target)))
        {
            // What is reached without the hooks behind Build runs before it, or in it.
            HashSet<string> behind = new(foreign.Values.Where(IsBehindBuild).Select(target => target.Name), StringComparer.OrdinalIgnoreCase);
            HashSet<string> before = Reachable(project, foreign.Values.Where(target => !behind.Contains(target.Name)), Whole(project), behind);
            onlyPublishes = !doing.Any(target => before.Contains(target.Name));
        }

        // Such a warning is no part of an entry, since the target runs on a hit. Where nothing is evaluated it does not.
        return doing.Length == 0 && TargetsBehind.Warning(project, foreign, context) is { } warns
            ? [$"the target '{warns.Name}' of {context.Roots.ToRooted(warns.File)} may warn behind the build"] : InWords(doing, foreign, context);
    }

    /// <summary>The targets that do something outside of the part of the build that a hit skips.</summary>
    public static TargetShape[] Outside(EvaluatedProject project, Dictionary<string, TargetShape> foreign, FactContext context)
    {
        HashSet<string> reached = Reached(project, foreign, context, Whole(project));
        if (project.Property("IsCrossTargetingBuild") != "true")
        {
            reached.ExceptWith(TargetsBehind.InCore(project, foreign, context));
        }

        reached.ExceptWith(BehindBuild(project, context));
        return Doing(reached, foreign, target => KnownPackages.IdOf(target.File, context) == OfSdk);
    }

    /// <summary>The targets that a build begins with.</summary>
    public static string[] Whole(EvaluatedProject project) => [.. s_whole.Concat(project.InitialTargets).Concat(project.DefaultTargets).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static bool IsBehindBuild(TargetShape target) =>
        target.Before().Length == 0 && target.After() is [_, ..] after && after.All(on => on.Equals("Build", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether all that a target does is to publish the project.</summary>
    public static bool OnlyPublishes(TargetShape target) => target.Effect() is null && target.Calls().All(called => called.Equals("Publish", StringComparison.OrdinalIgnoreCase));

    /// <summary>Names what a project or a package adds around other targets than those of its build.</summary>
    public static IReadOnlyList<string> FindBelow(EvaluatedProject project, FactContext context, string[] roots)
    {
        Dictionary<string, TargetShape> foreign = Foreign(project, context);
        return foreign.Count == 0 ? [] : InWords(Doing(Reached(project, foreign, context, roots), foreign, target => KnownPackages.Knows(target, context)), foreign, context);
    }

    /// <summary>Names each target that runs between the finding of the files to publish and the end of publishing, whatever it does: also one that only adds an item comes too late for the key.</summary>
    public static IReadOnlyList<string> FindInPublish(EvaluatedProject project, FactContext context)
    {
        Dictionary<string, TargetShape> foreign = Foreign(project, context);
        if (foreign.Count == 0)
        {
            return [];
        }

        HashSet<string> reached = Reachable(project, foreign.Values, s_publish);
        reached.ExceptWith(Reachable(project, foreign.Values, [.. Core, "Build"]));
        return [.. reached.Where(name => foreign.TryGetValue(name, out TargetShape? target) && !KnownPackages.Knows(target, context))
            .Select(name => $"the target '{name}' of {context.Roots.ToRooted(foreign[name].File)} takes part in publishing")];
    }

    /// <summary>The targets that are not the .NET SDK's: picked out of a thousand once for a project.</summary>
    public static Dictionary<string, TargetShape> Foreign(EvaluatedProject project, FactContext context) =>
        context.ForeignTargets.GetValue(project, project => PickForeign(project, context));

    private static Dictionary<string, TargetShape> PickForeign(EvaluatedProject project, FactContext context)
    {
        IEnumerable<TargetShape> foreign = project.Targets is ITargetsByFile byFile ? byFile.NotOf(context.IsSdk) : project.Targets.Values.Where(target => !context.IsSdk(target.File));
        return foreign.ToDictionary(target => target.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Those of some targets that are not known and do more than set properties and items.</summary>
    private static TargetShape[] Doing(IEnumerable<string> reached, Dictionary<string, TargetShape> foreign, Func<TargetShape, bool> isKnown) =>
        [.. reached.Where(foreign.ContainsKey).Select(name => foreign[name]).Where(target => (target.Effect() ?? Call(target, foreign)) is not null && !isKnown(target))];

    private static string[] InWords(TargetShape[] doing, Dictionary<string, TargetShape> foreign, FactContext context) =>
        [.. doing.Select(target => $"the target '{target.Name}' of {context.Roots.ToRooted(target.File)} {target.Effect() ?? Call(target, foreign)}")];

    /// <summary>What a target calls that is not looked at itself: a target of the .NET SDK's such as Publish, or one whose name is made up on the way.</summary>
    private static string? Call(TargetShape target, Dictionary<string, TargetShape> foreign) =>
        target.Calls().FirstOrDefault(called => !foreign.ContainsKey(called)) is { } called ? $"calls the target {called}" : null;

    /// <summary><see cref="Reachable"/> with all foreign targets, worked out once for a project and these targets.</summary>
    public static HashSet<string> Reached(EvaluatedProject project, Dictionary<string, TargetShape> foreign, FactContext context, string[] roots) => new(
        context.ReachedTargets.GetOrCreateValue(project).GetOrAdd(string.Join(';', roots), _ => Reachable(project, foreign.Values, roots)), StringComparer.OrdinalIgnoreCase);

    /// <summary>The targets that run because others do: their dependencies, what hooks onto them, and theirs.</summary>
    /// <param name="project">The project.</param>
    /// <param name="foreign">The targets whose hooks count.</param>
    /// <param name="roots">The targets to begin with.</param>
    /// <param name="without">Targets that hook onto nothing.</param>
    public static HashSet<string> Reachable(EvaluatedProject project, IEnumerable<TargetShape> foreign, string[] roots, IReadOnlySet<string>? without = null)
    {
        // Of the .NET SDK's own targets only the dependencies matter: their hooks lead to targets of its own.
        ILookup<string, string> hooks = foreign
            .SelectMany(target => target.Before().Concat(target.After()).Select(on => (On: on, target.Name)))
            .ToLookup(hook => hook.On, hook => hook.Name, StringComparer.OrdinalIgnoreCase);
        ILookup<string, string> calls = foreign
            .SelectMany(target => target.Calls().SelectMany(Named).Select(called => (target.Name, Called: called)))
            .ToLookup(call => call.Name, call => call.Called, StringComparer.OrdinalIgnoreCase);
        HashSet<string> reached = new(StringComparer.OrdinalIgnoreCase);
        Stack<string> open = new(roots);
        while (open.TryPop(out string? name))
        {
            if (!reached.Add(name) || !project.Targets.TryGetValue(name, out TargetShape? target))
            {
                continue;
            }

            foreach (string next in target.DependsOn().Concat(hooks[name]).Concat(calls[name]))
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
                if (!reached.Contains(target.Name) && without?.Contains(target.Name) != true && target.Before().Concat(target.After()).Any(reached.Contains))
                {
                    open.Push(target.Name);
                    grown = true;
                }
            }

            while (open.TryPop(out string? name))
            {
                if (reached.Add(name) && project.Targets.TryGetValue(name, out TargetShape? target))
                {
                    foreach (string next in target.DependsOn().Concat(hooks[name]).Concat(calls[name]))
                    {
                        open.Push(next);
                    }
                }
            }
        }

        return reached;

        // Of a name that is put together at run time only the beginning may be known.
        IEnumerable<string> Named(string called) =>
            called is [.. var start, '*'] ? foreign.Where(target => target.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase)).Select(target => target.Name) : [called];
    }
}
