using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The inputs of a project whose time a target of MSBuild compares with its outputs, so that a newer one is noticed in place.</summary>
/// <remarks>Others count for the key as well, and nobody compares them: a response file, what a comment takes in, an input that was declared, what a generator may read.</remarks>
internal static class ComparedFiles
{
    /// <summary>Inputs of the compilers.</summary>
    private static readonly string[] s_compiled = ["Compile", "AdditionalFiles", "EditorConfigFiles", "Protobuf"];

    /// <summary>What is copied to the output folder where it says so.</summary>
    private static readonly string[] s_copied = ["Content", "None"];

    /// <summary>Pages and what belongs to one, which the compilers of Razor and of scoped styles compare.</summary>
    private static readonly string[] s_pages = [".razor", ".cshtml", ".razor.css", ".cshtml.css", ".razor.js", ".cshtml.js"];

    /// <summary>Absolute paths.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        IEnumerable<EvaluatedItem> items = s_compiled.SelectMany(project.ItemsOf)
            .Concat(s_copied.SelectMany(project.ItemsOf).Where(item => item.Value("CopyToOutputDirectory").Length > 0))
            .Concat(project.ItemsOf("EmbeddedResource"))
            .Concat(s_copied.SelectMany(project.ItemsOf).Where(item => IsWebAsset(item.Include)));

        // What is read in another way as well: named in a file, or declared, since something reads it that says so nowhere else.
        HashSet<string> otherwise = new(FactCollector.NamedInFiles(context, project, stop), RootMap.Comparer);
        otherwise.UnionWith(project.ItemsOf("BuildCacheInput").Where(item => item.Value("Implicit") != "true").Select(item => AbsolutePath.Of(item.Include, project.Directory)));
        return items.Select(item => AbsolutePath.Of(item.Include, project.Directory)).Where(path => !otherwise.Contains(path));
    }

    /// <summary>Whether an item is a page, or a static asset, which is fingerprinted and compressed again when it is newer.</summary>
    private static bool IsWebAsset(string include) =>
        include.StartsWith("wwwroot/", StringComparison.OrdinalIgnoreCase) || include.StartsWith("wwwroot\\", StringComparison.OrdinalIgnoreCase) ||
        s_pages.Any(ending => include.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
