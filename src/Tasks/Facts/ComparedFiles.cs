using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The inputs of a project whose time a target of MSBuild compares with its outputs, so that a newer one is noticed in place.</summary>
/// <remarks>Others count for the key as well, and nobody compares them: a response file, what a comment takes in, an input that was declared, what a generator may read.</remarks>
internal static class ComparedFiles
{
    /// <summary>Inputs of the compiler.</summary>
    private static readonly string[] s_compiled = ["Compile", "AdditionalFiles", "EditorConfigFiles"];

    /// <summary>What is copied to the output folder where it says so.</summary>
    private static readonly string[] s_copied = ["Content", "None"];

    /// <summary>Absolute paths.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        IEnumerable<EvaluatedItem> items = s_compiled.SelectMany(project.ItemsOf)
            .Concat(s_copied.SelectMany(project.ItemsOf).Where(item => item.Value("CopyToOutputDirectory").Length > 0))
            .Concat(project.ItemsOf("EmbeddedResource"))
            .Concat(project.ItemsOf("Content").Where(item => Path.GetExtension(item.Include) is ".razor" or ".cshtml"));
        HashSet<string> otherwise = new(FactCollector.NamedInFiles(context, project, stop), RootMap.Comparer);
        return items.Select(item => FilesInFiles.Absolute(item.Include, project.Directory)).Where(path => !otherwise.Contains(path));
    }
}
