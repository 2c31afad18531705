using BuildCache.Hashing;

namespace BuildCache.Session;

/// <summary>The folders that a session works with, all absolute.</summary>
/// <param name="Store">The cache's folder.</param>
/// <param name="Repository">The root of the repository.</param>
/// <param name="Packages">NuGet's folder.</param>
/// <param name="Sdk">The folder of the .NET installation.</param>
internal sealed record SessionPlaces(string Store, string Repository, string Packages, string Sdk)
{
    public RootMap Roots() => new(
        (RootMap.Repository, Repository),
        (RootMap.Packages, Packages),
        (RootMap.Sdk, Sdk),
        (RootMap.Home, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)));

    /// <summary>The root of the repository that a project lies in: what was set, else the nearest folder with .git, else the topmost with a solution or Directory.Build.props, else its own.</summary>
    public static string FindRepository(string configured, string projectFolder)
    {
        if (configured.Length > 0)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(configured, projectFolder));
        }

        string? topmost = null;
        for (string? folder = projectFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, ".git")))
            {
                return folder;
            }

            if (File.Exists(Path.Combine(folder, "Directory.Build.props")) || Directory.EnumerateFiles(folder, "*.sln*").Any(IsSolution))
            {
                topmost = folder;
            }
        }

        return topmost ?? projectFolder;
    }

    private static bool IsSolution(string file) => Path.GetExtension(file).ToUpperInvariant() is ".SLN" or ".SLNX";
}
