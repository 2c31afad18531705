using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Takes into the cache what a publish has just made.</summary>
[MSBuildMultiThreadableTask]
public sealed class KeepPublish : ProjectTask
{
    /// <summary>The files that were copied to the publish folder.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The one file that others were bundled into; "" if none were.</summary>
    public string Bundle { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope || !LookUpPublish.Runs(BuildEngine4).TryRemove(scope.Identity, out PublishRun? run))
        {
            return;
        }

        Dictionary<string, string?> published = new(RootMap.Comparer);
        foreach (ITaskItem file in Files)
        {
            published[Absolute(file.GetMetadata("RelativePath"), run.Folder)] = Absolute(file.ItemSpec, scope.Instance.Directory);
        }

        if (Bundle.Length > 0)
        {
            published[Absolute(Bundle, scope.Instance.Directory)] = null;
        }

        try
        {
            WarningTap? tap = SessionLease.Warnings(BuildEngine4);
            IReadOnlyList<CachedWarning> warnings = tap?.Take(WarningTap.ProjectOf(BuildEngine), DateTime.UtcNow, scope.Session.Context.Roots.Neutral) ?? [];
            string? reason = tap is null or { HidesSome: true } ? "its warnings cannot be heard, or are made messages (-warnAsMessage)"
                : scope.Session.PublishGate.Keep(run, scope.Project, scope.Place, published, warnings, scope.Settings.Relocatable, Stop);
            if (reason is not null)
            {
                log.Report(Diagnostics.NotPublishedFromCache, scope.Project.FileName, reason);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.PublishFailed, scope.Project.FileName + " (published)", failure.Message);
        }

        scope.Session.DrainReports(log);
    }
}
