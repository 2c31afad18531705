using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using BuildCache.Storage;

namespace BuildCache.MSBuild;

/// <summary>A task in a project of any kind that works with the history of durations.</summary>
public abstract class HistoryTask : CacheTask
{
    /// <summary>The cache's folder; BuildCacheDirectory of the project if empty.</summary>
    public string Directory { get; set; } = "";

    /// <summary>The settings of the project that the task runs in, and the history in its cache.</summary>
    private protected (CacheSettings Settings, WorkHistory History) OpenHistory(ICacheLog log)
    {
        Microsoft.Build.Execution.ProjectInstance? project = LiveProject.Find(BuildEngine);
        RawSettings raw = RawSettings.Of(name => project?.GetPropertyValue(name) ?? "", isCi: false);
        CacheSettings settings = CacheSettings.Parse(Directory.Length > 0 ? raw with { Directory = Directory } : raw, TaskEnvironment.GetEnvironmentVariable);
        return (settings, new WorkHistory(new StoreLayout(settings.Directory), log));
    }
}
