using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>What a project asks its compiler to write besides the assembly, wherever that is: MSBuild's list of written files does not have all of it.</summary>
internal static class CompilerOutputs
{
    /// <summary>Absolute paths of the error log, the documentation file and the folder of generated files, as far as the project asks for them.</summary>
    public static IReadOnlyList<string> Of(Func<string, string> property, string folder)
    {
        List<string> paths = [];

        // "path", or "path,version=2.1".
        if (property("ErrorLog").Split(',')[0].Trim() is { Length: > 0 } log)
        {
            paths.Add(AbsolutePath.Of(log, folder));
        }

        if (property("DocumentationFile").Trim() is { Length: > 0 } documentation)
        {
            paths.Add(AbsolutePath.Of(documentation, folder));
        }

        if (GeneratedFolder(property, folder) is { } generated)
        {
            paths.Add(generated);
        }

        return paths;
    }

    /// <summary>The folder in which the files that source generators make are kept; <see langword="null"/> if they are not. What a generator makes no longer stays there, for the compiler takes nothing away.</summary>
    public static string? GeneratedFolder(Func<string, string> property, string folder) =>
        property("EmitCompilerGeneratedFiles").Equals("true", StringComparison.OrdinalIgnoreCase) && property("CompilerGeneratedFilesOutputPath").Trim() is { Length: > 0 } generated
            ? Path.TrimEndingDirectorySeparator(AbsolutePath.Of(generated, folder)) : null;

    /// <summary>The folder for generated files where it is not in the intermediate folder, so that others may have files there: what the compiler did not write is not ours. <see langword="null"/> if there is none.</summary>
    public static string? GeneratedElsewhere(Func<string, string> property, string folder) =>
        GeneratedFolder(property, folder) is { } generated && !RootMap.IsWithin(generated, IntermediateFolder(property, folder)) ? generated : null;

    /// <summary>The files among paths that are there: a path itself, or all below it.</summary>
    public static IEnumerable<string> FilesIn(params IEnumerable<string> paths) =>
        paths.SelectMany(static path => Directory.Exists(path) ? FilesBelow.In(path) : File.Exists(path) ? [path] : Enumerable.Empty<string>());

    private static string IntermediateFolder(Func<string, string> property, string folder) =>
        Path.TrimEndingDirectorySeparator(AbsolutePath.Of(property("IntermediateOutputPath"), folder));

    /// <summary>Why a project with such outputs cannot be cached; <see langword="null"/> if it can.</summary>
    public static string? Refuse(EvaluatedProject project)
    {
        if (GeneratedFolder(project.Property, project.Directory) is { } generated && RootMap.IsWithin(project.Directory, generated))
        {
            return $"it keeps generated files in '{generated}', where its sources are. Give them a folder of their own (CompilerGeneratedFilesOutputPath)";
        }

        // All that lies in the intermediate folder counts as made by the build, and goes with a miss.
        string root = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(project.Property("BaseIntermediateOutputPath"), project.Directory));
        string folder = IntermediateFolder(project.Property, project.Directory);
        if (!RootMap.IsWithin(folder, root) || folder.Length == root.Length || RootMap.IsWithin(project.Directory, folder))
        {
            return $"its intermediate folder is '{folder}', which is no folder below '{root}', so what else lies there cannot be told from outputs. Set BaseIntermediateOutputPath instead of IntermediateOutputPath";
        }

        // Files of that folder are no inputs, since the compiler writes them.
        if (GeneratedElsewhere(project.Property, project.Directory) is { } elsewhere && WrittenPlaces.IsUsed(project, elsewhere))
        {
            return $"items name files in '{elsewhere}', where the compiler keeps generated files. Give these a folder of their own (CompilerGeneratedFilesOutputPath), or leave the folder out of the items";
        }

        // What lies there after a build is of whichever framework was compiled last.
        string own = IntermediateFolder(project.Property, project.Directory);
        return project.Property("TargetFrameworks").Length == 0 ? null
            : Of(project.Property, project.Directory).FirstOrDefault(path => !RootMap.IsWithin(path, own) && !path.Contains(project.Property("TargetFramework"), RootMap.Comparison)) is { } shared
                ? $"it is compiled for several frameworks, and each time writes '{shared}'. Put $(TargetFramework) into that path" : null;
    }
}
