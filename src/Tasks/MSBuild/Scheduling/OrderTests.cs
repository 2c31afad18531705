using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Puts the projects of a solution into the order in which their tests are to start.</summary>
[MSBuildMultiThreadableTask]
public sealed class OrderTests : SolutionTask
{
    /// <summary>The projects, those with the longest tests first; none if the order is to stay.</summary>
    [Output]
    public ITaskItem[] Ordered { get; private set; } = [];

    private protected override void Run(ICacheLog log)
    {
        (CacheSettings settings, string repository, bool isEnabled) = ReadSettings();
        if (!isEnabled || settings.Schedule == ScheduleMode.Off)
        {
            return;
        }

        string folder = Path.GetDirectoryName(SolutionPath)!;
        RootMap roots = new((RootMap.Repository, repository));
        WorkHistory history = new(new StoreLayout(settings.Directory), log);
        IReadOnlyList<int> order = TestOrder.Of([.. Projects.Select(project => WorkKey.NameOf(roots, ProjectTask.Absolute(project.ItemSpec, folder)))], history.All());
        Ordered = [.. order.Select(position => Projects[position])];
        Log.LogMessage(MessageImportance.Low, "The tests start in the order {0}.", string.Join(", ", Ordered.Select(project => Path.GetFileNameWithoutExtension(project.ItemSpec))));
    }
}
