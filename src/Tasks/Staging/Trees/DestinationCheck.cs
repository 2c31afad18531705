using BuildCache.Hashing;
using BuildCache.Reporting;

namespace BuildCache.Staging.Trees;

/// <summary>The folders that a tree must keep away from.</summary>
/// <param name="Repository">The repository: every tree lies inside it.</param>
/// <param name="Project">The project's folder.</param>
/// <param name="Outputs">Folders of the build's own: a tree may lie in them, but not be one of them.</param>
/// <param name="Store">The cache.</param>
internal sealed record TreePlaces(string Repository, string Project, IReadOnlyList<string> Outputs, string Store);

/// <summary>Refuses destinations where staging would destroy something.</summary>
internal static class DestinationCheck
{
    /// <exception cref="CacheException">The tree cannot lie there.</exception>
    public static void Check(TreeRequest request, TreePlaces places)
    {
        if (Fault(request, places) is { } fault)
        {
            throw new CacheException(Diagnostics.TreeDestination, request.Name, request.Destination, fault);
        }
    }

    /// <summary>Refuses two trees of which one would lie in the other.</summary>
    /// <exception cref="CacheException">Two do.</exception>
    public static void CheckApart(IReadOnlyList<TreeRequest> requests)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            for (int n = i + 1; n < requests.Count; n++)
            {
                if (Overlap(requests[i].Destination, requests[n].Destination))
                {
                    throw new CacheException(Diagnostics.TreesClash, requests[i].Name, requests[n].Name, requests[i].Destination, requests[n].Destination);
                }
            }
        }
    }

    private static string? Fault(TreeRequest request, TreePlaces places)
    {
        string path = request.Destination;
        if (RootMap.IsWithin(places.Repository, path))
        {
            return "that is the repository itself, or holds it";
        }

        if (!RootMap.IsWithin(path, places.Repository))
        {
            return $"that is outside the repository ('{places.Repository}')";
        }

        if (RootMap.IsWithin(places.Project, path))
        {
            return "that is the folder of the project, or holds it";
        }

        if (RootMap.IsWithin(path, Path.Combine(places.Repository, ".git")))
        {
            return "that is git's own folder";
        }

        if (Overlap(path, places.Store))
        {
            return "that is in the cache, or holds it";
        }

        if (places.Outputs.FirstOrDefault(folder => RootMap.IsWithin(folder, path)) is { } output)
        {
            return $"the build writes to '{output}'";
        }

        string real = Path.Combine(RealPath.Of(Path.GetDirectoryName(path)!), Path.GetFileName(path));
        if (request.Sources.FirstOrDefault(source => source.Path.Length > 0 && (Overlap(source.Path, path) || Overlap(RealPath.Of(Path.Combine(source.Path, source.StripPrefix)), real))) is { } within)
        {
            return $"its source '{within.Name}' is there, or one lies in the other";
        }

        foreach (TreeSource source in request.Sources)
        {
            for (int i = 0; i < source.Files.Count; i++)
            {
                if (RootMap.IsWithin(source.Files[i].Path, path))
                {
                    return $"its source '{source.Files[i].Path}' lies in it";
                }
            }
        }

        return Obstacle(request, places);
    }

    /// <summary>What lies there or above that must not.</summary>
    private static string? Obstacle(TreeRequest request, TreePlaces places)
    {
        for (string above = Path.GetDirectoryName(request.Destination)!; RootMap.IsWithin(above, places.Repository) && above.Length > places.Repository.Length; above = Path.GetDirectoryName(above)!)
        {
            if (FileStamp.TryReadLink(above, out FileStamp stamp) && !stamp.IsDirectory)
            {
                return stamp.IsLink ? $"'{above}' is a link, which may lead anywhere" : $"'{above}' is a file";
            }
        }

        if (!FileStamp.TryReadLink(request.Destination, out FileStamp there))
        {
            return null;
        }

        if (there.IsLink)
        {
            string target = new FileInfo(request.Destination).LinkTarget ?? "";
            return RootMap.IsWithin(target, places.Store) ? null : $"a link is there (to '{target}')";
        }

        return !there.IsDirectory ? "a file is there" : FileStamp.IsMount(request.Destination) ? "another file system is mounted there" : null;
    }

    private static bool Overlap(string one, string other) => RootMap.IsWithin(one, other) || RootMap.IsWithin(other, one);
}
