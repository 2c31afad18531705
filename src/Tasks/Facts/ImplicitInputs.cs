using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The files under a project's folder that count as inputs although nothing names them, less those removed from BuildCacheInput.</summary>
internal static class ImplicitInputs
{
    /// <summary>Absolute paths, in order.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project)
    {
        HashSet<string> implied = new(RootMap.Comparer);
        foreach (EvaluatedItem item in project.ItemsOf("BuildCacheInput"))
        {
            if (item.Value("Implicit") == "true")
            {
                implied.Add(AbsolutePath.Of(item.Include, project.Directory));
            }
        }

        string[] made = [.. StagedTrees(project), .. CompilerOutputs.Of(project.Property, project.Directory)];
        return context.Tree.FilesOf(project.Directory).Where(file => implied.Contains(file) && !made.Any(place => RootMap.IsWithin(file, place)));
    }

    /// <summary>Where the project's trees are staged. What lies there counts by the tree's key, and not by what evaluation saw, which was before it was staged.</summary>
    public static string[] StagedTrees(EvaluatedProject project) => [.. project.ItemsOf("BuildCacheTree")
        .Select(tree => tree.Value("Destination").Replace('\\', Path.DirectorySeparatorChar))
        .Where(destination => destination.Length > 0)
        .Select(destination => Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination, project.Directory)))];
}
