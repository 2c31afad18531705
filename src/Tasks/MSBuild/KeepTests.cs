using BuildCache.Reporting;
using BuildCache.Storage;
using BuildCache.Testing;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Keeps the result of tests that ran and passed.</summary>
[MSBuildMultiThreadableTask]
public sealed class KeepTests : TestTask
{
    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope || scope.Session.TestGate.End(scope.Identity) is not { } pending)
        {
            return;
        }

        try
        {
            // What was built is published in the background; without it there is nothing that the result belongs to.
            scope.Session.Flush();
            if (scope.Session.TestGate.Keep(pending, FactsNow(scope, log)) is { } reason)
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
