using BuildCache.Facts;
using BuildCache.Hashing;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>Assemblies, and files that belong to them, that a build used because it searched for them: no key made before it can know them.</summary>
internal static class FoundReferences
{
    private static readonly string[] s_types = ["ReferencePath", "ReferenceCopyLocalPaths"];

    /// <summary>The first file that reference resolution came upon and that is no fact of the project; <see langword="null"/> if there is none, as nearly always.</summary>
    /// <param name="project">The project after its build.</param>
    /// <param name="fingerprint">What its key was made of.</param>
    /// <param name="context">The build.</param>
    public static string? Unknown(ProjectInstance project, Fingerprint fingerprint, FactContext context)
    {
        foreach (ProjectItemInstance item in s_types.SelectMany(project.GetItems))
        {
            string path = ProjectTask.Absolute(item.EvaluatedInclude, project.Directory);
            if (!context.IsFixed(path) && !fingerprint.Files.ContainsKey(path) && !IsOfPackageOrProject(item))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Packages and referenced projects are facts of their own.</summary>
    public static bool IsOfPackageOrProject(ProjectItemInstance item) =>
        item.GetMetadataValue("NuGetPackageId").Length > 0 || item.GetMetadataValue("MSBuildSourceProjectFile").Length > 0 ||
        item.GetMetadataValue("ReferenceSourceTarget").Equals("ProjectReference", StringComparison.OrdinalIgnoreCase);
}
