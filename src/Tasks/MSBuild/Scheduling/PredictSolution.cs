using BuildCache.Reporting;
using BuildCache.Scheduling;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Shows how long the build of a solution is predicted to take, on 1 to 64 nodes.</summary>
[MSBuildMultiThreadableTask]
public sealed class PredictSolution : SolutionTask
{
    private protected override void Run(ICacheLog log)
    {
        (Session.CacheSettings settings, string repository, _) = ReadSettings();
        SolutionWork work = SolutionWork.Gather(
            [.. Projects.Where(ScheduleSolution.CanBeScheduled).DistinctBy(project => project.ItemSpec, Hashing.RootMap.Comparer)
                .Select(project => new ProjectToBuild(project.ItemSpec, project.GetMetadata("Configuration"), IsLikelyHit: false))],
            new WorkHistory(new Storage.StoreLayout(settings.Directory), log),
            new Hashing.RootMap((Hashing.RootMap.Repository, repository)));
        Log.LogMessage(MessageImportance.High, "{0}", Prediction.Table(work));
    }
}
