using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using BuildCache.Storage;
using BuildCache.Testing;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Notes how long tests ran that passed, and keeps their result.</summary>
[MSBuildMultiThreadableTask]
public sealed class KeepTests : TestTask
{
    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            return;
        }

        if (scope.Settings.Schedule != ScheduleMode.Off && scope.Settings.Mode != CacheMode.Read && SessionLease.TestStarts(BuildEngine4).TryRemove(scope.Identity, out long started))
        {
            WorkKey work = WorkKey.OfProject(
                WorkKey.Test, scope.Session.Context.Roots, scope.Project.Path, scope.Instance.GetPropertyValue("TargetFramework"), scope.Instance.GetPropertyValue("Configuration"));
            scope.Session.History.NoteRun(work, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        if (scope.Session.TestGate.End(scope.Identity) is { } pending)
        {
            Keep(scope, pending, log);
        }
    }

    private void Keep(Scope scope, PendingTests pending, ICacheLog log)
    {
        try
        {
            // What was built is published in the background; without it there is nothing that the result belongs to.
            scope.Session.Flush();
            FactContext context = scope.Session.Context;
            string? reason = context.ReadBefore.FindBuildFile(scope.Project, context, Stop) is { } replaced
                ? ReadBefore.Reason(replaced) : scope.Session.TestGate.Keep(pending, FactsNow(scope, log));
            if (reason is not null)
            {
                log.Report(Diagnostics.TestsNotKept, scope.Project.FileName, reason);
            }

            if (scope.Session.TestGate.IsUnsteady(pending.Key))
            {
                Log.LogMessage(MessageImportance.High, "{0}: {1}", Diagnostics.UnsteadyTests.Code, string.Format(System.Globalization.CultureInfo.InvariantCulture, Diagnostics.UnsteadyTests.Text, scope.Project.FileName));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.TestsNotKept, scope.Project.FileName, failure.Message);
        }
        finally
        {
            AtomicFile.TryDelete(pending.Report);
        }

        scope.Session.DrainReports(log);
    }
}
