using System.Globalization;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Brings the cache under its size, or empties it.</summary>
[MSBuildMultiThreadableTask]
public sealed class PruneCache : CacheTask
{
    /// <summary>The cache's folder; the platform's default if empty.</summary>
    public string Directory { get; set; } = "";

    /// <summary>The most that it may hold, such as "20GB".</summary>
    public string MaxSize { get; set; } = "";

    /// <summary>Whether to remove everything.</summary>
    public bool Everything { get; set; }

    private protected override void Run(ICacheLog log)
    {
        CacheSettings settings = CacheSettings.Parse(
            new RawSettings { Directory = Directory, MaxSize = MaxSize }, TaskEnvironment.GetEnvironmentVariable);
        StorePruner pruner = new(new StoreLayout(settings.Directory), TimeProvider.System, log);
        try
        {
            if (Everything)
            {
                pruner.Clear();
                Log.LogMessage(MessageImportance.High, "BuildCache: '{0}' is empty", settings.Directory);
            }
            else if (pruner.Prune(settings.MaxBytes) is { } result)
            {
                Log.LogMessage(MessageImportance.High, "BuildCache: {0} removed ({1} entries), {2} kept in '{3}'",
                    Megabytes(result.Freed), result.EntriesRemoved, Megabytes(result.Kept), settings.Directory);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.StoreUnusable, settings.Directory, failure.Message);
        }
    }

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MB";
}
