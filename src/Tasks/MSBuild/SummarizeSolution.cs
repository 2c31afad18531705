using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Shows the line of a solution's build and writes its summary file.</summary>
[MSBuildMultiThreadableTask]
public sealed class SummarizeSolution : CacheTask
{
    /// <summary>Where the JSON summary goes; nowhere if empty.</summary>
    public string SummaryFile { get; set; } = "";

    private protected override void Run(ICacheLog log) =>
        BuildSummary.ShowAll(Log, BuildEngine4, ProjectTask.Absolute(SummaryFile, TaskEnvironment.ProjectDirectory));
}
