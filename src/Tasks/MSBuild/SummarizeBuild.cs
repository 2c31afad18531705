using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Shows the line of the whole build and writes the summary file, when the project that the command line asked for is done.</summary>
[MSBuildMultiThreadableTask]
public sealed class SummarizeBuild : ProjectTask
{
    /// <summary>Where the JSON summary goes; nowhere if empty.</summary>
    public string SummaryFile { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (!LiveProject.IsRoot(BuildEngine) || Open(log) is not { } scope)
        {
            return;
        }

        scope.Session.DrainReports(log);
        BuildSummary.Show(Log, BuildEngine4, scope.Session, Absolute(SummaryFile, scope.Instance.Directory));
    }
}
