using System.Collections.Concurrent;
using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Looks for the results of publishing these very files, and puts them in place.</summary>
[MSBuildMultiThreadableTask]
public sealed class LookUpPublish : ProjectTask
{
    /// <summary>The action key of the project; "" if it is not cached.</summary>
    public string Fingerprint { get; set; } = "";

    /// <summary>The publish folder.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The files that are to be published.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>"hit", "miss" or "" (not cached).</summary>
    [Output]
    public string Result { get; private set; } = "";

    /// <summary>The files that were put in place.</summary>
    [Output]
    public string[] Written { get; private set; } = [];

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { Settings.PublishFolders: true } scope)
        {
            return;
        }

        string folder = Absolute(Folder, scope.Instance.Directory);
        if (Ineligible(scope, folder) is { } reason)
        {
            Skip(scope, log, reason);
            return;
        }

        PublishedFile[] files = [.. Files.Select(file => new PublishedFile(
            Absolute(file.ItemSpec, scope.Instance.Directory), file.GetMetadata("RelativePath"), Metadata(file)))];
        Digest build = Digest.TryParse(Fingerprint, out Digest parsed) ? parsed : default;
        if (PublishKey.Create(scope.Session.Context, build, scope.Place, folder, files, Stop) is not { } key)
        {
            Skip(scope, log, "a file that is to be published is missing");
            return;
        }

        if (scope.Settings.Mode != Session.CacheMode.Write && scope.Session.PublishGate.TryRestore(scope.Place, key, folder, Stop) is var (entry, written))
        {
            Result = "hit";
            Written = [.. written];
            foreach (CachedWarning warning in entry.Warnings)
            {
                WarningReplay.Show(Log, warning, scope.Session.Context.Roots);
            }

            Log.LogMessage(MessageImportance.Normal, "{0} published FROM-CACHE{1}", scope.Project.FileName, written.Count == 0 ? " (in place)" : "");
            scope.Session.DrainReports(log);
            return;
        }

        scope.Session.DrainReports(log);

        // The build's own warnings are taken first: what is heard from here on is of publishing. Its entry explains a
        // miss.
        scope.Session.Flush();
        Miss(scope, log, key);
        if (scope.Settings.Mode == Session.CacheMode.Read)
        {
            return;
        }

        if (PublishGate.Leftover(scope.Place, folder) is { } leftover)
        {
            Skip(scope, log, $"'{leftover}' is left of an earlier publish, and MSBuild compares only times with it. Publish from a fresh clone, or delete bin and obj");
            return;
        }

        SessionLease.Warnings(BuildEngine4)?.Start(WarningTap.ProjectOf(BuildEngine));
        Runs(BuildEngine4)[scope.Identity] = PublishGate.Begin(scope.Project, scope.Place, key, folder);
    }

    /// <summary>The publishes that are under way in this process, by project.</summary>
    internal static ConcurrentDictionary<string, PublishRun> Runs(IBuildEngine4 engine) =>
        SessionLease.Shared(engine, "publishing", static () => new ConcurrentDictionary<string, PublishRun>(RootMap.Comparer));

    private static List<KeyValuePair<string, string>> Metadata(ITaskItem file)
    {
        List<KeyValuePair<string, string>> metadata = [];
        foreach (System.Collections.DictionaryEntry each in file.CloneCustomMetadata())
        {
            metadata.Add(KeyValuePair.Create((string)each.Key, (string?)each.Value ?? ""));
        }

        return metadata;
    }

    private void Miss(Scope scope, ICacheLog log, Fingerprint key)
    {
        Result = "miss";
        string reason = scope.Settings.Mode == Session.CacheMode.Write
            ? "BuildCacheMode is 'write', so that nothing is looked up"
            : scope.Session.PublishGate.Explain(key);
        log.Report(Diagnostics.PublishMissed, scope.Project.FileName, reason);
        if (scope.Settings.Explain)
        {
            Log.LogMessage(
                MessageImportance.High, "BuildCache: the publish folder of {0} missed: {1}", scope.Project.FileName, reason);
        }
    }

    private void Skip(Scope scope, ICacheLog log, string reason)
    {
        Result = "";
        log.Report(Diagnostics.NotPublishedFromCache, scope.Project.FileName, reason);
        if (scope.Settings.Explain)
        {
            Log.LogMessage(MessageImportance.High, "BuildCache: the publish folder of {0} is not cached: {1}", scope.Project.FileName, reason);
        }
    }

    /// <summary>Why the publish folder cannot be cached; <see langword="null"/> if it can.</summary>
    private string? Ineligible(Scope scope, string folder)
    {
        string Value(string name) => scope.Instance.GetPropertyValue(name);
        bool Is(string name) => Value(name).Equals("true", StringComparison.OrdinalIgnoreCase);
        string root = scope.Session.Places.Repository;
        return Fingerprint.Length == 0 ? "its build is not cached"
            : !RootMap.IsWithin(folder, root) ? $"it is '{folder}', outside the repository ('{root}')"
            : RootMap.IsWithin(scope.Place.IntermediateFolder, folder) ? $"'{folder}' holds the folder that is built in"
            : Is("PublishAot") ? "PublishAot=true compiles with tools of the machine, which are not known"
            : Is("UsingMicrosoftNETSdkWeb") || Is("UsingMicrosoftNETSdkBlazorWebAssembly") || Is("UsingMicrosoftNETSdkRazor") ? "the .NET SDK for the web publishes in steps of its own"
            : Value("PublishProtocol").Length > 0 ? $"PublishProtocol={Value("PublishProtocol")} publishes in steps of its own"
            : scope.Session.Unusable is not null && scope.Settings.Mode != Session.CacheMode.Read ? "the cache cannot be used"
            : ForeignTargets.FindInPublish(scope.Project, scope.Session.Context) is { Count: > 0 } foreign ? string.Join("; ", foreign.Take(3)) : null;
    }
}
