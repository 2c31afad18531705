using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>A task in the solution's own project, or in the one project that the command line asked for: finds the settings, the weak key and what was found out before.</summary>
/// <remarks>A project with all that it references is a small solution: one entry, and nobody knows beforehand which others belong to it.</remarks>
public abstract class SolutionTask : CacheTask
{
    /// <summary>Global properties that the command line adds, and that say nothing about what is built.</summary>
    private static readonly string[] s_passing = ["NuGetInteractive", "MSBuildNodeCount"];

    private static readonly string[] s_passingPrefixes = ["BuildCache", "_BuildCache", "VSTest", "_MSBuildTL", "MSBUILDLOG"];

    /// <summary>Whether it is one project with all that it references. Then the task does nothing unless the command line asked for this very project.</summary>
    public bool IsProject { get; set; }

    /// <summary>Whether it is a traversal project, a solution that somebody wrote as a build file: what the file says counts.</summary>
    public bool IsTraversal { get; set; }

    /// <summary>The projects of the solution as it builds them.</summary>
    [Required]
    public ITaskItem[] Projects { get; set; } = [];

    /// <summary>Absolute path of the solution, or of the project.</summary>
    [Required]
    public string SolutionPath { get; set; } = "";

    /// <summary>The folder of the .NET SDK's build tools.</summary>
    [Required]
    public string ToolsFolder { get; set; } = "";

    /// <summary>The nearest Directory.Build.props, whose settings MSBuild does not show to solutions; "" if there is none.</summary>
    public string BuildProperties { get; set; } = "";

    /// <summary>What the gate found out in this build.</summary>
    private protected sealed class Outcome
    {
        public SolutionVerdict? Verdict { get; set; }
    }

    /// <summary>The solution, its settings, and the place of its records: the key of this command, and that of a plain build.</summary>
    private protected sealed record SolutionScope(CacheSettings Settings, string Repository, string Sdk, Digest WeakKey, Digest PlainKey, IReadOnlyDictionary<string, string> Entries, Outcome Outcome);

    /// <summary>Everything about the solution; <see langword="null"/> if the gate is off.</summary>
    private protected SolutionScope? OpenSolution()
    {
        (CacheSettings settings, string repository, bool isEnabled) = ReadSettings();
        if (!isEnabled || !settings.SolutionGate || settings.Verify != VerifyMode.Off)
        {
            return null;
        }

        string folder = Path.GetDirectoryName(SolutionPath)!;
        RootMap roots = new((RootMap.Repository, repository));
        Dictionary<string, string> entries = new(RootMap.Comparer);
        foreach (ITaskItem project in Projects)
        {
            string[] metadata = IsTraversal
                ? [.. project.CloneCustomMetadata().Keys.Cast<string>().Order(StringComparer.OrdinalIgnoreCase).Select(name => $"{name}={roots.Neutral(project.GetMetadata(name))}")]
                : [.. ((string[])["AdditionalProperties", "Configuration", "Platform", "ToolsVersion", "Properties", "UndefineProperties"]).Select(project.GetMetadata)];
            entries[roots.ToRooted(ProjectTask.Absolute(project.ItemSpec, folder))] = string.Join('|', metadata);
        }

        string sdk = Path.GetDirectoryName(Path.GetDirectoryName(ProjectTask.Absolute(ToolsFolder, folder)))!;
        TraversalFacts? traversal = IsTraversal ? TraversalFacts.Of(LiveProject.Find(BuildEngine), sdk, roots) : null;
        if (IsTraversal && traversal is not { Unmodelled: "" })
        {
            Log.LogMessage(settings.Explain ? MessageImportance.High : MessageImportance.Low, "BuildCache: the projects are looked up one by one: {0}", traversal?.Unmodelled ?? "this MSBuild hides the project");
            return null;
        }

        Digest plain = WeakKey(settings, roots, repository, traversal, isTest: false);
        Digest weakKey = IsTest ? WeakKey(settings, roots, repository, traversal, isTest: true) : plain;
        Log.LogMessage(MessageImportance.Low, "The key of the solution is {0}.", weakKey);
        SolutionScope scope = new(settings, repository, sdk, weakKey, plain, entries, SessionLease.Shared(BuildEngine4, $"solution/{weakKey}", static () => new Outcome()));

        // Tests and publishing build the project that was asked for through a request of their own; nobody else restores by its key.
        return IsProject && !LiveProject.IsRoot(BuildEngine) && RestoredAt(scope) is null ? null : scope;
    }

    /// <summary>Whether tests of a solution are run, which builds test projects only. Of one project the same is built as ever.</summary>
    private bool IsTest => !IsProject && ((IBuildEngine6)BuildEngine).GetGlobalProperties().ContainsKey("VSTestSessionCorrelationId");

    /// <summary>When this build began to restore the solution; <see langword="null"/> if it does not.</summary>
    private protected static DateTime? RestoredAt(SolutionScope scope) => RestoreMark.Find(new Storage.StoreLayout(scope.Settings.Directory), scope.WeakKey);

    /// <summary>The settings, the root of the repository, and whether the cache takes part at all.</summary>
    private protected (CacheSettings Settings, string Repository, bool IsEnabled) ReadSettings()
    {
        SolutionSettings values = SolutionSettings.Of(BuildEngine, BuildProperties);
        string Value(string name) => values[name];
        return (
            CacheSettings.Parse(RawSettings.Of(Value, values.IsCi), TaskEnvironment.GetEnvironmentVariable),
            SessionLease.Repository(BuildEngine4, Value("BuildCacheRoot"), Path.GetDirectoryName(SolutionPath)!),
            !Value("BuildCacheEnabled").Equals("false", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The session for the folders of a record.</summary>
    private protected CacheSession Session(SolutionScope scope, string packages) =>
        SessionLease.Get(BuildEngine4, new SessionPlaces(scope.Settings.Directory, scope.Repository, packages, scope.Sdk), TaskEnvironment);

    private Digest WeakKey(CacheSettings settings, RootMap roots, string repository, TraversalFacts? traversal, bool isTest)
    {
        using CanonicalHasher hasher = new("solution-key/2");
        hasher.Add(1, typeof(SolutionTask).Module.ModuleVersionId.ToString("N"));
        hasher.Add(2, settings.Salt);
        hasher.Add(3, roots.ToRooted(SolutionPath));
        hasher.Add(4, ToolsFolder);
        hasher.Add(5, System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier);
        hasher.Add(6, typeof(IBuildEngine).Assembly.GetName().Version?.ToString() ?? "");
        hasher.Add(7, settings.Relocatable ? "anywhere" : repository);
        IReadOnlyDictionary<string, string> properties = ((IBuildEngine6)BuildEngine).GetGlobalProperties();
        foreach ((string name, string value) in properties.OrderBy(property => property.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (!IsPassing(name) && !RestoreProperties.IsAdded(name, properties))
            {
                Log.LogMessage(MessageImportance.Low, "The key of the solution holds {0}={1}.", name, value);
                hasher.Add(8, name.ToUpperInvariant());
                hasher.Add(9, roots.Neutral(value));
            }
        }

        hasher.Add(10, isTest ? "test" : "");
        hasher.Add(11, traversal?.Value ?? default);
        return hasher.Finish();
    }

    /// <summary>Whether a global property says how the build was started. The settings of ours that change what is built are not among them.</summary>
    private static bool IsPassing(string name) =>
        s_passing.Contains(name, StringComparer.OrdinalIgnoreCase) ||
        (PropertyFacts.IsPassing(name) && s_passingPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
}
