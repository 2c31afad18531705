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
                implied.Add(Path.GetFullPath(item.Include.Replace('\\', Path.DirectorySeparatorChar), project.Directory));
            }
        }

        return context.Tree.FilesOf(project.Directory).Where(implied.Contains);
    }
}
