using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Staging.Trees;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Takes the staged trees of a project away. What it cannot take away is a warning: the next build makes it right.</summary>
[MSBuildMultiThreadableTask]
public sealed class RemoveTree : TreeTask
{
    private protected override void Run(ICacheLog log)
    {
        (CacheSession session, TreePlaces places) = Open();
        TreeItems items = new(Folder, session.Places.Packages, "", Placement);
        foreach (ITaskItem tree in Trees)
        {
            TryRemove(session, places, items, tree, log);
        }

        session.DrainReports(log);
    }

    private void TryRemove(CacheSession session, TreePlaces places, TreeItems items, ITaskItem tree, ICacheLog log)
    {
        string destination = tree.GetMetadata("Destination");
        try
        {
            TreeRequest request = items.ReadPlace(tree, Sources);
            destination = request.Destination;
            string why = session.TakeAway(request, places, Stop) switch
            {
                TreeRemoval.InUse => "a build uses it",
                TreeRemoval.NotKnown => "the cache does not know it as staged",
                TreeRemoval.StrangersStay => "files that are not the tree's are to stay there",
                _ => "",
            };
            if (why.Length > 0)
            {
                log.Report(Diagnostics.TreeNotRemoved, request.Name, destination, why);
            }
        }
        catch (CacheException failure)
        {
            log.Report(Diagnostics.TreeNotRemoved, tree.ItemSpec, destination, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.TreeNotRemoved, tree.ItemSpec, destination, failure.Message);
        }
    }
}
