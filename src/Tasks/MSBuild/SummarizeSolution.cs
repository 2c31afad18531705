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

    /// <summary>Whether this is a traversal project: such a one may be a part of the build only, and then says nothing.</summary>
    public bool IsTraversal { get; set; }

    private protected override void Run(ICacheLog log)
    {
        if (IsTraversal && !LiveProject.IsRoot(BuildEngine))
        {
            return;
        }

        BuildSummary.ShowAll(Log, BuildEngine4, ProjectTask.Absolute(SummaryFile, TaskEnvironment.ProjectDirectory));
    }
}
