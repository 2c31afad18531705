namespace BuildCache.Facts;

/// <summary>Targets that run once a project's outputs are complete, on a hit as well as after a build, and that may write into these outputs: they sign, stamp, weave or merge.</summary>
/// <remarks>The cache holds the outputs as they are before such targets, so that these find the same on a hit. What dependents see is what they leave.</remarks>
internal static class TargetsBehind
{
    /// <summary>The target behind whose dependencies a build is published.</summary>
    public const string Point = "CoreBuild";

    /// <summary>Whether a target hangs behind the publishing: it runs on a hit, though it is reached from a part of the build that a hit skips.</summary>
    public static bool HangsBehind(TargetShape target) => target.After().Contains(Point, StringComparer.OrdinalIgnoreCase);

    /// <summary>What runs before the outputs are complete.</summary>
    public static HashSet<string> InCore(EvaluatedProject project, Dictionary<string, TargetShape> foreign, FactContext context)
    {
        HashSet<string> behind = new(foreign.Values.Where(HangsBehind).Select(target => target.Name), StringComparer.OrdinalIgnoreCase);
        return behind.Count == 0 ? ForeignTargets.Reached(project, foreign, context, ForeignTargets.Core)
            : ForeignTargets.Reachable(project, foreign.Values.Where(target => !behind.Contains(target.Name)), ForeignTargets.Core, behind);
    }

    /// <summary>
    /// A target that hangs behind the build and may warn; <see langword="null"/> if there is none. The trimmer's warn
    /// in a publish. Initial targets, such as those by which packages warn of an old framework, run before it.
    /// </summary>
    public static TargetShape? Warning(EvaluatedProject project, Dictionary<string, TargetShape> foreign, FactContext context)
    {
        TargetShape[] warning = [.. foreign.Values.Where(target => target.Warns() && KnownPackages.IdOf(target.File, context) != ForeignTargets.OfSdk)];
        if (warning.Length == 0)
        {
            return null;
        }

        HashSet<string> behind = ForeignTargets.Reached(project, foreign, context, ForeignTargets.Whole(project));
        behind.ExceptWith(InCore(project, foreign, context));
        behind.ExceptWith(ForeignTargets.Reached(project, foreign, context, [.. project.InitialTargets]));
        return warning.FirstOrDefault(target => behind.Contains(target.Name));
    }

    /// <summary>Names the first such target; <see langword="null"/> if there is none, as for most projects. Known packages do no less than others here.</summary>
    public static string? Find(EvaluatedProject project, FactContext context)
    {
        Dictionary<string, TargetShape> foreign = ForeignTargets.Foreign(project, context);

        // Nearly all foreign targets only set something: then nothing need be followed.
        if (!foreign.Values.Any(target => target.Effect() is not null || target.Calls().Length > 0))
        {
            return null;
        }

        return ForeignTargets.Outside(project, foreign, context).FirstOrDefault(target => !ForeignTargets.OnlyPublishes(target))?.Name;
    }
}
