using System.Collections.Concurrent;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The properties after evaluation: what the clock, the registry, a file or the network put into one is seen here.</summary>
internal static class PropertyFacts
{
    /// <summary>Properties of the solution, of the invocation and of ourselves. They count only where a file outside the .NET SDK mentions them.</summary>
    private static readonly HashSet<string> s_passing = new(StringComparer.OrdinalIgnoreCase)
    {
        "BuildingSolutionFile", "CurrentSolutionConfigurationContents", "SolutionDir", "SolutionExt", "SolutionFileName",
        "SolutionName", "SolutionPath", "SolutionFilterName", "MSBuildStartupDirectory", "MSBuildNodeCount", "MSBuildInteractive",
        "MSBuildLastTaskResult", "MSBuildBuildNumber", "MSBuildRestoreSessionId", "NuGetInteractive", "UseSharedCompilation", "UseRazorBuildServer",
        // Set by dotnet test alone: where the programs that tasks start write to.
        "MSBUILDENSURESTDOUTFORTASKPROCESSES",
        // How restore is to go about it: what it comes to is a fact of its own.
        "RestoreDisableParallel", "RestoreForce", "RestoreForceEvaluate", "RestoreIgnoreFailedSources", "RestoreNoCache", "RestoreNoHttpCache", "RestoreRecursive",
        "ShouldUnsetParentConfigurationAndPlatform", "AddSyntheticProjectReferencesForSolutionDependencies", "BuildProjectReferences",
        "OnlyReferenceAndBuildProjectsEnabledInSolutionConfiguration", "NoDependencies", "IsGraphBuild", "TestProjectsOnly", "MSBuildThisFileFullPath", "MSBuildProjectDirectoryNoRoot", "MSBuildThisFileDirectoryNoRoot",
    };

    private static readonly string[] s_passingPrefixes = ["BuildCache", "_BuildCache", "ProjectReferenceTargets", "AddTransitiveProjectReferences", "_MainReferenceTargetFor", "VSTest", "_MSBuildTL", "MSBUILDLOG"];

    private static readonly string[] s_pathEndings = ["Path", "Paths", "Dir", "Directory", "Folder", "Root", "File", "Files", "Excludes", "ExcludesInProjectFolder", "Config", "Cache", "Assembly", "Output"];

    /// <summary>Our own settings that change what is built.</summary>
    private static readonly HashSet<string> s_ownThatCount = new(StringComparer.OrdinalIgnoreCase)
    {
        "BuildCacheSourceRevision", "BuildCacheAllowCustomHooks",
    };

    /// <summary>Properties whose values are worth showing in an explanation, and never secret.</summary>
    private static readonly HashSet<string> s_shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "Configuration", "Platform", "PlatformTarget", "TargetFramework", "RuntimeIdentifier", "OutputType", "AssemblyName", "RootNamespace",
        "LangVersion", "Nullable", "ImplicitUsings", "DefineConstants", "Optimize", "DebugType", "DebugSymbols", "Deterministic", "NoWarn",
        "WarningsAsErrors", "WarningsNotAsErrors", "TreatWarningsAsErrors", "WarningLevel", "AnalysisLevel", "AnalysisMode", "Features",
        "AllowUnsafeBlocks", "Version", "AssemblyVersion", "FileVersion", "InformationalVersion", "GenerateDocumentationFile", "SelfContained",
        "PublishAot", "PublishTrimmed", "PublishReadyToRun", "InvariantGlobalization", "NETCoreSdkVersion", "MSBuildVersion", "SignAssembly",
        "ContinuousIntegrationBuild", "UseAppHost", "BuildCacheSourceRevision",
    };

    /// <summary>Whether a property says how the build was started rather than what is built.</summary>
    public static bool IsPassing(string name) =>
        s_passing.Contains(name) ||
        (!s_ownThatCount.Contains(name) && s_passingPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    /// <summary>MSBuild turns the separators of a path around once its folder exists: the same property differs before and after a build.</summary>
    private static bool IsPath(string name) =>
        s_pathEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>What a property's name alone decides.</summary>
    internal sealed record Kind(bool IsNever, bool IsPassing, bool IsPath, bool IsPackages, bool IsShown);

    /// <summary>What a build knows of a property's name, and the fact that was made last: most properties are the same in one project as in the one before.</summary>
    internal sealed class Known(Kind kind, string? variable)
    {
        public Kind Kind => kind;

        /// <summary>The environment variable of that name; <see langword="null"/> if there is none.</summary>
        public string? Variable => variable;

        public Made? Last { get; set; }
    }

    /// <summary>A fact, with what it was made of.</summary>
    internal sealed record Made(string Value, Fact Fact);

    // Names are the same in all projects of all builds: what they decide is worked out once a process.
    private static readonly ConcurrentDictionary<string, Kind> s_kinds = new(StringComparer.Ordinal);

    private static Kind KindOf(string name) => s_kinds.GetOrAdd(name, static name => new Kind(
        // Names whichever imported file is newest on this disk: another in each clone.
        IsNever: name.Equals("MSBuildAllProjects", StringComparison.OrdinalIgnoreCase),
        IsPassing(name),
        IsPath(name),
        // Ends with a separator or not, as NUGET_PACKAGES has it; the SDK makes up for it.
        IsPackages: name.Equals("NuGetPackageRoot", StringComparison.OrdinalIgnoreCase) || name.Equals("NuGetPackageFolders", StringComparison.OrdinalIgnoreCase),
        s_shown.Contains(name)));

    /// <summary>Adds each property that counts.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static void Add(FactContext context, EvaluatedProject project, IReadOnlySet<string> mentioned, List<Fact> facts)
    {
        foreach ((string name, string value) in project.Properties)
        {
            Known known = context.Properties.GetOrAdd(name, static (name, environment) => new Known(KindOf(name), environment.GetValueOrDefault(name)), context.Environment);
            Kind kind = known.Kind;
            if (kind.IsNever || (kind.IsPassing && !mentioned.Contains(name)))
            {
                continue;
            }

            // An environment variable shows up as a property; those that matter are facts of their own.
            if (known.Variable == value && !project.GlobalProperties.ContainsKey(name))
            {
                continue;
            }

            if (known.Last is { } last && last.Value == value)
            {
                facts.Add(last.Fact);
                continue;
            }

            string text = kind.IsPath ? value.Replace('\\', '/') : value;
            if (kind.IsPackages)
            {
                text = string.Join(';', text.Split(';').Select(static folder => folder.TrimEnd('/', '\\')));
            }

            string shown = text.Length < 100 && kind.IsShown ? context.Roots.Neutral(text) : "";
            Fact fact = new(FactKind.Property, name, context.HashText(text), shown);
            known.Last = new Made(value, fact);
            facts.Add(fact);
        }
    }
}
