using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>A task that gathers the facts of its project.</summary>
public abstract class KeyedTask : AnsweringTask
{
    /// <summary>The direct project references: the answers of the asked ones, with <c>Visible</c> as their digest.</summary>
    public ITaskItem[] Answers { get; set; } = [];

    /// <summary>Assemblies of referenced projects, which say with <c>BuildCacheName</c> and <c>BuildCacheVisible</c> what there is to see. Those of <see cref="Asked"/> count.</summary>
    public ITaskItem[] Resolved { get; set; } = [];

    /// <summary>The direct project references that were asked. One that gave no answer makes the project not cacheable.</summary>
    public ITaskItem[] Asked { get; set; } = [];

    /// <summary>What was staged for the project: trees with Key and Destination.</summary>
    public ITaskItem[] Trees { get; set; } = [];

    /// <summary>The commit that is compiled in; "" where none is.</summary>
    public string SourceRevision { get; set; } = "";

    /// <summary>The targets that a hit must run for those that come after it; none for most. Known once <see cref="Ineligible"/> was asked.</summary>
    [Output]
    public string[] ResolveTargets { get; private set; } = [];

    /// <summary>The facts of the project, with its key.</summary>
    private protected Fingerprint Collect(Scope scope, ICacheLog log)
    {
        FactCollector collector = new(scope.Session.Context, new KeySettings(scope.Settings.Salt, scope.Settings.Relocatable), log);
        ReferenceState[] references = [.. Answers.Select(answer => State(answer, "Name", "Visible")), .. Told().Select(assembly => State(assembly, "BuildCacheName", "BuildCacheVisible"))];
        StagedState[] trees = [.. Trees.Select(tree => new StagedState(tree.GetMetadata("Destination"), Digest.TryParse(tree.GetMetadata("Key"), out Digest key) ? key : default))];
        return collector.Collect(scope.Project, references, SourceRevision, trees, Stop);
    }

    /// <summary>Why the project cannot be cached; <see langword="null"/> if it can.</summary>
    private protected string? Ineligible(Scope scope)
    {
        HashSet<string> answered = new(Answers.Concat(Told()).Select(answer => answer.GetMetadata("OriginalItemSpec")), RootMap.Comparer);
        if (Asked.FirstOrDefault(asked => !answered.Contains(asked.ItemSpec)) is { } silent)
        {
            return $"the referenced project '{silent.ItemSpec}' does not say what it builds (it does not use BuildCache.Sdk, or builds for several frameworks at once)";
        }

        if (scope.Project.Property("Deterministic").Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            return "it asks the compiler not to be deterministic (Deterministic=false), so no two builds of it are the same";
        }

        if (TypeProviders.AreUsed(scope.Project))
        {
            return "a package brings F# type providers, which may read anything while they compile";
        }

        if ((CompilerOptions.Refuse(scope.Project) ?? CompilerOutputs.Refuse(scope.Project) ?? ProtocolBuffers.Refuse(scope.Session.Context, scope.Project)) is { } options)
        {
            return options;
        }

        string restored = Absolute(scope.Instance.GetPropertyValue("MSBuildProjectExtensionsPath"), scope.Instance.Directory);
        if (SharedFolders.OtherProject(scope.Project, restored, scope.Place.IntermediateFolder, scope.Session.Placements.Read(scope.Place.IntermediateFolder)) is { } other)
        {
            return $"it shares its folder in obj with '{other}'. Give each a folder of its own: put the projects into folders of their own, or set BaseIntermediateOutputPath in Directory.Build.props";
        }

        if (!scope.Settings.AllowCustomHooks && ForeignTargets.Find(scope.Project, scope.Session.Context) is { Count: > 0 } foreign)
        {
            return string.Join("; ", foreign.Take(3)) + (foreign.Count > 3 ? $"; and {foreign.Count - 3} more" : "") +
                ". Declare what it reads and writes as BuildCacheInput and BuildCacheOutput, then set BuildCacheAllowCustomHooks=true in the project";
        }

        SkippedState state = SkippedState.Find(scope.Project, scope.Session.Context);
        ResolveTargets = [.. state.Targets];
        if (state.Faults.Count > 0)
        {
            return state.Faults[0] + (state.Faults.Count > 1 ? $"; and {state.Faults.Count - 1} more" : "") +
                ". Let it depend on the target that sets it, or hang it behind that target instead of Build";
        }

        foreach (string file in scope.Project.Imports.Append(scope.Project.Path))
        {
            if (!scope.Session.Context.IsSdk(file) && scope.Session.Context.Mentions.Scan(file).Unmodelled is { } unmodelled)
            {
                return $"'{file}' uses {unmodelled}, so what it reads cannot be known";
            }
        }

        return null;
    }

    private static ReferenceState State(ITaskItem answer, string name, string visible) =>
        new(answer.GetMetadata(name), Digest.TryParse(answer.GetMetadata(visible), out Digest digest) ? digest : default);

    /// <summary>The assemblies that say what there is to see of a direct reference.</summary>
    private IEnumerable<ITaskItem> Told()
    {
        if (Resolved.Length == 0)
        {
            return [];
        }

        HashSet<string> asked = new(Asked.Select(item => item.ItemSpec), RootMap.Comparer);
        return Resolved.Where(assembly => assembly.GetMetadata("BuildCacheVisible").Length > 0 && asked.Contains(assembly.GetMetadata("OriginalItemSpec")));
    }
}
