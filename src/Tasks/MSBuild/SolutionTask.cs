using System.Text.RegularExpressions;
using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Session;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>A task in the solution's own project: finds the settings, the weak key and what was found out before.</summary>
public abstract partial class SolutionTask : CacheTask
{
    /// <summary>Global properties that restore and test runs add, and that say nothing about what is built.</summary>
    private static readonly string[] s_passing = ["MSBuildRestoreSessionId", "ExcludeRestorePackageImports", "MSBuildIsRestoring", "NuGetInteractive", "MSBuildNodeCount"];

    /// <summary>What the command line adds to the restore of a build: no item that a pattern finds matters to it.</summary>
    private static readonly string[] s_ofRestore = ["EnableDefaultCompileItems", "EnableDefaultEmbeddedResourceItems", "EnableDefaultNoneItems", "EnableDefaultItems"];

    private static readonly string[] s_passingPrefixes = ["BuildCache", "_BuildCache", "VSTest", "_MSBuildTL", "MSBUILDLOG"];

    private static readonly string[] s_ci = ["ContinuousIntegrationBuild", "CI", "TF_BUILD"];

    private static readonly string[] s_settings =
    [
        "BuildCacheEnabled", "BuildCacheMode", "BuildCacheDirectory", "BuildCacheMaxSize", "BuildCacheRoot", "BuildCacheSalt", "BuildCachePlacement", "BuildCacheSourceRevision",
        "BuildCacheRelocatable", "BuildCacheRequireHit", "BuildCacheExplain", "BuildCacheVerify", "BuildCacheSolutionGate", "BuildCacheStagePackages", .. s_ci,
    ];

    /// <summary>The projects of the solution as it builds them.</summary>
    [Required]
    public ITaskItem[] Projects { get; set; } = [];

    /// <summary>Absolute path of the solution.</summary>
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

        /// <summary>Whether restore ran in this build, so that what lies in obj belongs to the project files.</summary>
        public bool IsRestored { get; set; }
    }

    /// <summary>The solution, its settings, and the place of its records.</summary>
    private protected sealed record SolutionScope(CacheSettings Settings, string Repository, string Sdk, Digest WeakKey, IReadOnlyDictionary<string, string> Entries, Outcome Outcome);

    /// <summary>Everything about the solution; <see langword="null"/> if the gate is off.</summary>
    private protected SolutionScope? OpenSolution()
    {
        Dictionary<string, string> values = Values(BuildEngine, BuildProperties);
        string Value(string name) => values.GetValueOrDefault(name, "");
        CacheSettings settings = Parse(values);
        if (Value("BuildCacheEnabled").Equals("false", StringComparison.OrdinalIgnoreCase) || !settings.SolutionGate || settings.Verify != VerifyMode.Off)
        {
            return null;
        }

        string folder = Path.GetDirectoryName(SolutionPath)!;
        string repository = SessionPlaces.FindRepository(Value("BuildCacheRoot"), folder);
        RootMap roots = new((RootMap.Repository, repository));
        Dictionary<string, string> entries = new(RootMap.Comparer);
        foreach (ITaskItem project in Projects)
        {
            entries[roots.ToRooted(ProjectTask.Absolute(project.ItemSpec, folder))] = string.Join('|',
                ((string[])["AdditionalProperties", "Configuration", "Platform", "ToolsVersion", "Properties", "UndefineProperties"]).Select(project.GetMetadata));
        }

        string sdk = Path.GetDirectoryName(Path.GetDirectoryName(ProjectTask.Absolute(ToolsFolder, folder)))!;
        Digest weakKey = WeakKey(settings, roots, repository);
        Log.LogMessage(MessageImportance.Low, "The key of the solution is {0}.", weakKey);
        return new SolutionScope(settings, repository, sdk, weakKey, entries, SessionLease.Shared(BuildEngine4, $"solution/{weakKey}", static () => new Outcome()));
    }

    /// <summary>The settings, also where the gate is off.</summary>
    private protected CacheSettings ReadSettings() => Parse(Values(BuildEngine, BuildProperties));

    private CacheSettings Parse(Dictionary<string, string> values)
    {
        string Value(string name) => values.GetValueOrDefault(name, "");
        bool isCi = s_ci.Any(name => Value(name).Equals("true", StringComparison.OrdinalIgnoreCase));
        return CacheSettings.Parse(RawSettings.Of(Value, isCi), TaskEnvironment.GetEnvironmentVariable);
    }

    /// <summary>The session for the folders of a record.</summary>
    private protected CacheSession Session(SolutionScope scope, string packages) =>
        SessionLease.Get(BuildEngine4, new SessionPlaces(scope.Settings.Directory, scope.Repository, packages, scope.Sdk), TaskEnvironment);

    private Digest WeakKey(CacheSettings settings, RootMap roots, string repository)
    {
        using CanonicalHasher hasher = new("solution-key/1");
        hasher.Add(1, typeof(SolutionTask).Module.ModuleVersionId.ToString("N"));
        hasher.Add(2, settings.Salt);
        hasher.Add(3, roots.ToRooted(SolutionPath));
        hasher.Add(4, ToolsFolder);
        hasher.Add(5, System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier);
        hasher.Add(6, typeof(IBuildEngine).Assembly.GetName().Version?.ToString() ?? "");
        hasher.Add(7, settings.Relocatable ? "anywhere" : repository);
        IReadOnlyDictionary<string, string> properties = ((IBuildEngine6)BuildEngine).GetGlobalProperties();
        bool isRestore = properties.ContainsKey("MSBuildRestoreSessionId");
        foreach ((string name, string value) in properties.OrderBy(property => property.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (!IsPassing(name) && !(isRestore && s_ofRestore.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                Log.LogMessage(MessageImportance.Low, "The key of the solution holds {0}={1}.", name, value);
                hasher.Add(8, name.ToUpperInvariant());
                hasher.Add(9, roots.Neutral(value));
            }
        }

        return hasher.Finish();
    }

    /// <summary>Whether a global property says how the build was started. The settings of ours that change what is built are not among them.</summary>
    private static bool IsPassing(string name) =>
        s_passing.Contains(name, StringComparer.OrdinalIgnoreCase) ||
        (PropertyFacts.IsPassing(name) && s_passingPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The settings: those that the solution sees, then those of Directory.Build.props.</summary>
    internal static Dictionary<string, string> Values(IBuildEngine engine, string buildProperties)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        if (LiveProject.Find(engine) is { } solution)
        {
            foreach (string name in s_settings)
            {
                values[name] = solution.GetPropertyValue(name);
            }
        }

        if (buildProperties.Length > 0 && File.Exists(buildProperties) && Mentions().IsMatch(File.ReadAllText(buildProperties)))
        {
            // Alone, without the project around it: a condition on what a project sets is not met here, and the project gate is left.
            using ProjectCollection collection = new(new Dictionary<string, string>(((IBuildEngine6)engine).GetGlobalProperties()));
            Project properties = collection.LoadProject(buildProperties);
            foreach (string name in s_settings)
            {
                if (values.GetValueOrDefault(name, "").Length == 0)
                {
                    values[name] = properties.GetPropertyValue(name);
                }
            }
        }

        return values;
    }

    /// <summary>Only a file that sets something of ours, or imports others that could, is worth an evaluation.</summary>
    [GeneratedRegex("<BuildCache|<Import |<ContinuousIntegrationBuild")]
    private static partial Regex Mentions();
}
