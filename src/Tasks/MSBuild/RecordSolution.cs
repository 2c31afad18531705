using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Keeps what the solution gate must know to pass the solution, or the project with all that it references, by next time. Runs after a build that succeeded.</summary>
[MSBuildMultiThreadableTask]
public sealed class RecordSolution : SolutionTask
{
    private protected override void Run(ICacheLog log)
    {
        try
        {
            Record();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AggregateException)
        {
            log.Detail($"The record of the solution could not be written: {failure.Message}");
        }
    }

    private void Record()
    {
        // Without restore, what lies in obj may be of other project files than these.
        if (OpenSolution() is not { } scope || scope.Settings.Mode == CacheMode.Read)
        {
            return;
        }

        if (RestoredAt(scope) is not { } since)
        {
            Log.LogMessage(MessageImportance.Low, "BuildCache: nothing is recorded for the solution gate, since restore was no part of this build.");
            return;
        }

        foreach (CacheSession session in SessionLease.All(BuildEngine4).Where(session => session.Places.Store == scope.Settings.Directory && session.Places.Repository == scope.Repository && session.Places.Sdk == scope.Sdk))
        {
            string[] places = [.. session.ReadRows(since).Select(row => row.Place).OfType<string>().Distinct(Hashing.RootMap.Comparer)];
            Log.LogMessage(MessageImportance.Low, "BuildCache: {0} builds are recorded for the solution gate.", places.Length);
            if (places.Length > 0)
            {
                long started = Stopwatch.GetTimestamp();
                SolutionRecord record = session.SolutionRecorder.Record(places, since, scope.Outcome.Verdict, isPartial: !IsProject, scope.Entries, scope.Settings.Relocatable, Stop);
                session.SolutionRecords.Write(scope.WeakKey, record);
                Log.LogMessage(MessageImportance.Low, "BuildCache: the record of the solution took {0:0} ms.", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
    }
}
