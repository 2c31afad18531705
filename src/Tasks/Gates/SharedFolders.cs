using System.Text.Json;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>Projects that share a folder in obj, as two projects in one folder do by default. What lies there is of whichever was built last, so neither can be known.</summary>
internal static class SharedFolders
{
    private const string OfRestore = ".nuget.dgspec.json";
    private const string OfBuild = ".FileListAbsolute.txt";

    /// <summary>Another project that builds into a project's folder in obj, as the folder's files tell; <see langword="null"/> if there is none.</summary>
    /// <remarks>NuGet's file of another project is there after restore, and so before the first build. A project that is gone, renamed for example, shares nothing.</remarks>
    /// <param name="project">The project.</param>
    /// <param name="restoreFolder">Where NuGet writes for it, absolute.</param>
    /// <param name="intermediateFolder">Where it builds to, absolute.</param>
    /// <param name="placed">What was placed there last, whichever project's it was; <see langword="null"/> if that is not known.</param>
    public static string? OtherProject(EvaluatedProject project, string restoreFolder, string intermediateFolder, Placement? placed) =>
        Foreign(restoreFolder, OfRestore, project).Select(RestoredProject)
            .Concat(Foreign(intermediateFolder, OfBuild, project).Select(file => Path.Combine(project.Directory, Name(file, OfBuild))))
            .Append(placed?.Project)
            .FirstOrDefault(other => other is { Length: > 0 } && !other.Equals(project.Path, RootMap.Comparison) && File.Exists(other));

    private static IEnumerable<string> Foreign(string folder, string ending, EvaluatedProject project) =>
        !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*" + ending).Where(file => !Name(file, ending).Equals(project.FileName, RootMap.Comparison));

    private static string Name(string file, string ending) => Path.GetFileName(file)[..^ending.Length];

    /// <summary>The project that a file of NuGet's is of: it names it under "restore".</summary>
    private static string? RestoredProject(string file)
    {
        try
        {
            using JsonDocument graph = JsonDocument.Parse(File.ReadAllBytes(file));
            return graph.RootElement.TryGetProperty("restore", out JsonElement restored) && restored.ValueKind == JsonValueKind.Object
                ? restored.EnumerateObject().Select(static each => each.Name).FirstOrDefault() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
