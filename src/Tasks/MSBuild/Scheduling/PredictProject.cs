using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Shows how long the build of a project with all that it references is predicted to take, on 1 to 64 nodes.</summary>
[MSBuildMultiThreadableTask]
public sealed class PredictProject : HistoryTask
{
    /// <summary>The project.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Its configuration.</summary>
    public string Configuration { get; set; } = "";

    /// <summary>The setting BuildCacheRoot.</summary>
    public string Root { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        string path = ProjectTask.Absolute(Project, TaskEnvironment.ProjectDirectory);
        RootMap roots = new((RootMap.Repository, SessionLease.Repository(BuildEngine4, Root, Path.GetDirectoryName(path)!)));
        Log.LogMessage(MessageImportance.High, "{0}", Prediction.Table(SolutionWork.GatherFrom(path, Configuration, OpenHistory(log).History, roots)));
    }
}
