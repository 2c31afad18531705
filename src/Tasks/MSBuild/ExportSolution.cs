using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Writes a bundle of all that the build of this solution used.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExportSolution : SolutionTask
{
    /// <summary>The file to write.</summary>
    public string Bundle { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Bundle.Length == 0)
        {
            throw new CacheException(Diagnostics.BundleNotNamed, "write");
        }

        string bundle = ProjectTask.Absolute(Bundle, Path.GetDirectoryName(SolutionPath)!);
        try
        {
            // Without the gate there is no record, but the projects have theirs.
            SolutionScope? scope = OpenSolution();
            CacheSettings settings = scope?.Settings ?? ReadSettings().Settings;
            CacheSession[] sessions = [.. SessionLease.All(BuildEngine4).Where(session => session.Places.Store == settings.Directory).OrderByDescending(static session => Directory.Exists(session.Places.Packages))];
            if (sessions.Length == 0)
            {
                log.Report(Diagnostics.BundleFailed, bundle, "written", "no project of the solution was built with the cache");
                return;
            }

            BundleExport.Write(this, log, bundle, SolutionPath, sessions, settings.Relocatable, scope is null ? null : Record(scope), Stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.BundleFailed, bundle, "written", failure.Message);
        }
    }

    /// <summary>The record that fits this build: the one by which nothing was built, or the one that the build has just left.</summary>
    private static (Digest, SolutionRecord)? Record(SolutionScope scope)
    {
        SolutionRecord? record = scope.Outcome.Verdict is { } verdict && scope.Entries.Keys.All(verdict.IsDone)
            ? verdict.Record : new SolutionRecords(new Storage.StoreLayout(scope.Settings.Directory)).ReadSolutions(scope.WeakKey).FirstOrDefault();
        return record is null ? null : (scope.WeakKey, record);
    }
}
