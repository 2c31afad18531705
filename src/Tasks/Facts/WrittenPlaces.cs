using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Where a project's builds write. What lies there is no input of theirs, and whether it lies there says nothing about the next evaluation.</summary>
internal static class WrittenPlaces
{
    /// <summary>The folders of all its builds, and the files that its compiler writes elsewhere: absolute.</summary>
    public static string[] OfAllBuilds(EvaluatedProject project) =>
        [.. ((string[])["BaseIntermediateOutputPath", "MSBuildProjectExtensionsPath", "BaseOutputPath", "IntermediateOutputPath", "OutputPath", "OutDir"])
            .Select(project.Property)
            .Append(project.Property("BaseOutputPath").Length == 0 ? "bin" : "")
            .Where(value => value.Length > 0)
            .Select(value => Absolute(value, project))
            .Concat(CompilerOutputs.Of(project.Property, project.Directory))
            .Where(folder => !RootMap.IsWithin(project.Directory, folder))
            .Distinct(RootMap.Comparer)];

    /// <summary>The two folders of this build. One that holds the project's folder is none of them: the sources lie in it.</summary>
    public static string[] FoldersOfThisBuild(EvaluatedProject project) =>
        [.. ((string[])["IntermediateOutputPath", "OutDir"])
            .Select(project.Property)
            .Where(path => path.Length > 0)
            .Select(path => Absolute(path, project))
            .Where(folder => !RootMap.IsWithin(project.Directory, folder))];

    /// <summary>What this build writes outside of its folders: declared outputs, staged trees, and what its compiler writes elsewhere. Absolute.</summary>
    public static string[] ElsewhereOfThisBuild(EvaluatedProject project) =>
        [.. project.ItemsOf("BuildCacheOutput")
            .Where(output => output.Include.Length > 0)
            .Select(output => Absolute(output.Include, project))
            .Concat(ImplicitInputs.StagedTrees(project))
            .Concat(CompilerOutputs.Of(project.Property, project.Directory))];

    /// <summary>Where projects below this one's folder write by default: absolute paths of their bin and obj.</summary>
    /// <param name="context">The build.</param>
    /// <param name="project">The outer project.</param>
    /// <param name="isOther">Whether only projects of other languages count, whose folders in obj hold no source that the outer one's patterns find.</param>
    public static string[] OfProjectsBelow(FactContext context, EvaluatedProject project, bool isOther) => [.. context.Tree.ProjectsBelow(project.Directory)
        .Where(nested => !isOther || !Path.GetExtension(nested.AsSpan()).Equals(Path.GetExtension(project.Path.AsSpan()), StringComparison.OrdinalIgnoreCase))
        .SelectMany(nested => (string[])[Path.Combine(Path.GetDirectoryName(nested)!, "bin"), Path.Combine(Path.GetDirectoryName(nested)!, "obj")])];

    /// <summary>Whether items are in a folder that do something in a build, as None items without metadata do not.</summary>
    public static bool IsUsed(EvaluatedProject project, string folder) => Directory.Exists(folder) && project.ItemTypes.Any(type =>
        !type.Name.Equals("BuildCacheInput", StringComparison.OrdinalIgnoreCase) && type.Items.Any(item =>
            (item.Metadata.Length > 0 || !type.Name.Equals("None", StringComparison.OrdinalIgnoreCase)) && item.Include.AsSpan().ContainsAny('/', '\\') &&
            RootMap.IsWithin(AbsolutePath.Of(item.Include, project.Directory), folder)));

    private static string Absolute(string path, EvaluatedProject project) =>
        Path.TrimEndingDirectorySeparator(AbsolutePath.Of(path, project.Directory));
}
