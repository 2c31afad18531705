using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>A task that works on the project it runs in: finds it, its settings and the session.</summary>
public abstract class ProjectTask : CacheTask
{
    /// <summary>Items that the targets copy to the output folder, with the metadata that says where to, and whether only where the source is newer.</summary>
    private static readonly (string Type, string Destination, bool IfNewer)[] s_copied =
    [
        ("ReferenceCopyLocalPaths", "DestinationSubDirectory", false),
        ("_SourceItemsToCopyToOutputDirectory", "TargetPath", true),
        ("_SourceItemsToCopyToOutputDirectoryAlways", "TargetPath", false),
        ("_SourceItemsToCopyToOutputDirectoryIfDifferent", "TargetPath", false),
        ("AppConfigWithTargetPath", "TargetPath", true),
        (OfRunners, "DestinationSubDirectory", false),
    ];

    /// <summary>What the target of <see cref="ForeignTargets.BehindBuild"/> copies, and lists nowhere.</summary>
    private const string OfRunners = "XunitRunnerDependencies";

    /// <summary>The project, its settings and the build's session.</summary>
    private protected sealed record Scope(ProjectInstance Instance, EvaluatedProject Project, CacheSettings Settings, CacheSession Session, ProjectPlace Place)
    {
        /// <summary>Tells the builds of one project for different frameworks and configurations apart.</summary>
        public string Identity => Place.IntermediateFolder;
    }

    /// <summary>Everything about the project; <see langword="null"/>, with one warning a build, when this MSBuild hides it.</summary>
    private protected Scope? Open(ICacheLog log)
    {
        if (LiveProject.Find(BuildEngine) is not { } instance)
        {
            log.Report(Diagnostics.EngineChanged, "the private members it is reached through have changed");
            return null;
        }

        string Value(string name) => instance.GetPropertyValue(name);
        RawSettings raw = RawSettings.Of(Value, isCi: Value("_BuildCacheIsCI") == "true");

        // All projects of a build have the same settings but for the odd one: parsed once.
        CacheSettings settings = SessionLease.Settings(BuildEngine4).GetOrAdd(
            raw, static (raw, environment) => CacheSettings.Parse(raw, environment.GetEnvironmentVariable), TaskEnvironment);
        string folder = instance.Directory;
        SessionPlaces places = new(
            settings.Directory,
            SessionLease.Repository(BuildEngine4, Value("BuildCacheRoot"), folder),
            Absolute(Value("NuGetPackageRoot") is { Length: > 0 } packages ? packages : DefaultPackages(), folder),
            Absolute(Value("NetCoreRoot"), folder));
        return new Scope(
            instance,
            SessionLease.Evaluations(BuildEngine4).GetOrAdd(instance, LiveProject.Describe, SessionLease.Items(BuildEngine4)),
            settings,
            SessionLease.Get(BuildEngine4, places, TaskEnvironment),
            new ProjectPlace(Absolute(Value("IntermediateOutputPath"), folder), Absolute(Value("OutDir"), folder), Absolute(Value("TargetPath"), folder)));
    }

    /// <summary>NuGet's folder where restore has not said yet which one it is. Another one than this names no file that is looked at before restore.</summary>
    private string DefaultPackages() => TaskEnvironment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
        ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>What the project is called in its dependents' keys: its rooted path, with its framework.</summary>
    private protected static string ReferenceName(Scope scope) =>
        $"{scope.Session.Context.Roots.ToRooted(scope.Project.Path)} {scope.Instance.GetPropertyValue("TargetFramework")}";

    /// <summary>What this build of the project is called in the history.</summary>
    private protected static WorkKey BuildKey(Scope scope) => WorkKey.OfProject(
        WorkKey.Build, scope.Session.Context.Roots, scope.Project.Path, scope.Instance.GetPropertyValue("TargetFramework"), scope.Instance.GetPropertyValue("Configuration"));

    /// <summary>Whether this build may add to the history.</summary>
    private protected static bool RemembersDurations(Scope scope) => scope.Settings.Schedule != ScheduleMode.Off && scope.Settings.Mode != CacheMode.Read;

    /// <summary>Keeps what the solution gate must know to pass this project by next time.</summary>
    /// <param name="scope">The project.</param>
    /// <param name="fingerprint">Its facts; <see langword="null"/> where there are none, since nothing is built or the project cannot be cached.</param>
    /// <param name="visible">What dependents see.</param>
    /// <param name="log">Takes what is to be said.</param>
    /// <param name="mustBuild">Why it cannot be cached; "" if it can.</param>
    private protected void Record(Scope scope, Fingerprint? fingerprint, Digest visible, ICacheLog log, string mustBuild = "")
    {
        if (!scope.Settings.SolutionGate || scope.Settings.Mode == CacheMode.Read || !scope.Session.MayRestore)
        {
            return;
        }

        string place = fingerprint is null && mustBuild.Length == 0
            ? SolutionRecorder.EvaluationPlace(Absolute(scope.Instance.GetPropertyValue("MSBuildProjectExtensionsPath"), scope.Instance.Directory), scope.Instance.GetPropertyValue("TargetFramework"))
            : scope.Identity;
        try
        {
            ReferenceState[] references = [.. fingerprint?.Facts.Where(fact => fact.Kind == FactKind.Reference).Select(fact => new ReferenceState(fact.Name, fact.Value)) ?? []];
            ProjectRecord record = scope.Session.Recorder.Record(scope.Project, fingerprint, mustBuild, references, place, visible, scope.Settings.Relocatable, Stop);
            scope.Session.SolutionRecords.Write(place, record);
            string reason = record.Ineligible.Length > 0 ? record.Ineligible : record.MustBuild;
            if (reason.Length > 0 && reason != mustBuild && scope.Instance.GetPropertyValue("BuildingSolutionFile") == "true")
            {
                log.Report(Diagnostics.NotForSolutionGate, scope.Project.FileName, reason);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The record of '{scope.Project.FileName}' could not be written: {failure.Message}");
        }
    }

    /// <summary>What the project's targets say they wrote.</summary>
    private protected static BuiltOutputs Outputs(Scope scope)
    {
        ProjectInstance project = scope.Instance;
        string folder = project.Directory;
        string[] Paths(string type) => [.. project.GetItems(type).Select(item => Absolute(item.EvaluatedInclude, folder))];
        return new BuiltOutputs
        {
            FileWrites = [.. Paths("FileWrites"), .. Paths("FileWritesShareable"), .. Paths(OfRunners).Select(path => Path.Combine(scope.Place.OutputFolder, Path.GetFileName(path)))],
            TakenAway = Paths("_CleanOrphanFilesDeleted").ToHashSet(RootMap.Comparer),
            Copies = Copies(project, scope.Place, out HashSet<string> ofSeveral, out HashSet<string> ifNewer),
            CopiesOfSeveral = ofSeveral,
            CopiesIfNewer = ifNewer,
            Mark = new CopyMark(Paths("CopyUpToDateMarker").FirstOrDefault() ?? "", project.GetItems("ReferencesCopiedInThisBuild").Count > 0),
            Generated = scope.Session.Generated(scope.Identity),
            Declared = Paths("BuildCacheOutput"),
            IntermediateFolder = scope.Place.IntermediateFolder,
            OutputFolder = scope.Place.OutputFolder,
            TargetPath = scope.Place.TargetPath,
            ReferenceAssembly = Paths("IntermediateRefAssembly").FirstOrDefault() ?? "",
        };
    }

    /// <summary>What the compiler was given and made, once the project was built in so many seconds.</summary>
    private protected static CompilerRun Compiler(Scope scope, double seconds)
    {
        ProjectInstance project = scope.Instance;
        string[] Paths(string type) => [.. project.GetItems(type).Select(item => Absolute(item.EvaluatedInclude, project.Directory))];
        return new CompilerRun
        {
            Assembly = Paths("IntermediateAssembly").FirstOrDefault() ?? "",
            References = Paths("ReferencePathWithRefAssemblies"),
            Analyzers = Paths("Analyzer"),
            SkipsAnalyzers = project.GetPropertyValue("_SkipAnalyzers").Equals("true", StringComparison.OrdinalIgnoreCase),
            ConfigFiles = Paths("EditorConfigFiles"),
            BegunNs = Hashing.FileStamp.Nanoseconds(DateTime.UtcNow.AddSeconds(-seconds)),
            Property = project.GetPropertyValue,
        };
    }

    private static Dictionary<string, string> Copies(ProjectInstance project, ProjectPlace place, out HashSet<string> ofSeveral, out HashSet<string> ifNewer)
    {
        ofSeveral = new(Hashing.RootMap.Comparer);
        ifNewer = new(Hashing.RootMap.Comparer);
        Dictionary<string, string> copies = new(Hashing.RootMap.Comparer);
        foreach ((string type, string destination, bool isIfNewer) in s_copied)
        {
            foreach (ProjectItemInstance item in project.GetItems(type))
            {
                string source = Absolute(item.EvaluatedInclude, project.Directory);
                string to = item.GetMetadataValue(destination);
                string copy = Absolute(destination == "TargetPath" ? to : Path.Combine(to, Path.GetFileName(source)), place.OutputFolder);
                if (copies.TryGetValue(copy, out string? other) && other != source)
                {
                    ofSeveral.Add(copy);
                }

                copies[copy] = source;

                // What the build itself makes, such as a program's host, is nobody's data: no program writes into it.
                if (isIfNewer && !Hashing.RootMap.IsWithin(source, place.IntermediateFolder))
                {
                    ifNewer.Add(copy);
                }
            }
        }

        return copies;
    }

    /// <summary>An absolute path without a separator at its end; "" for "".</summary>
    internal static string Absolute(string path, string folder) => AbsolutePath.Trimmed(path, folder);

    /// <summary>The row of this project for the summary.</summary>
    private protected static ProjectRow Row(Scope scope, string result, string gate, string key, string reason, double seconds, double saved) => new(
        scope.Session.Context.Roots.ToRooted(scope.Project.Path).Replace("{repo}/", "", StringComparison.Ordinal),
        scope.Instance.GetPropertyValue("TargetFramework"),
        scope.Instance.GetPropertyValue("Configuration"),
        result, gate, result == "hit" ? "local" : "none", key, reason, Math.Round(seconds, 4), Math.Round(Math.Max(0, saved), 4)) { Place = scope.Place.IntermediateFolder };
}
