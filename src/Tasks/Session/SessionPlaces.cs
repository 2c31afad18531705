using System.Collections.Concurrent;
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
    /// <param name="configured">What was set; "" where nothing was.</param>
    /// <param name="projectFolder">The project's folder.</param>
    /// <param name="known">What was found of folders before, which projects have in common; adds to it.</param>
    public static string FindRepository(string configured, string projectFolder, ConcurrentDictionary<string, Above>? known = null)
    {
        if (configured.Length > 0)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(configured, projectFolder));
        }

        Above above = LookAbove(projectFolder, known ?? new(RootMap.Comparer));
        return above.Git ?? above.Topmost ?? projectFolder;
    }

    /// <remarks>Folders are listed only where none above has .git: few repositories have none.</remarks>
    private static Above LookAbove(string folder, ConcurrentDictionary<string, Above> known)
    {
        if (known.TryGetValue(folder, out Above? found))
        {
            return found;
        }

        if (Path.Exists(Path.Combine(folder, ".git")))
        {
            found = new Above(folder, null);
        }
        else
        {
            found = Path.GetDirectoryName(folder) is { } parent ? LookAbove(parent, known) : new Above(null, null);
            if (found is { Git: null, Topmost: null } && (File.Exists(Path.Combine(folder, "Directory.Build.props")) || Directory.EnumerateFiles(folder, "*.sln*").Any(IsSolution)))
            {
                found = new Above(null, folder);
            }
        }

        known.TryAdd(folder, found);
        return found;
    }

    /// <summary>What lies in a folder or above it.</summary>
    /// <param name="Git">The nearest folder with .git.</param>
    /// <param name="Topmost">The topmost with a solution or Directory.Build.props; not looked for where there is a <paramref name="Git"/>.</param>
    internal sealed record Above(string? Git, string? Topmost);

    private static bool IsSolution(string file) => Path.GetExtension(file).ToUpperInvariant() is ".SLN" or ".SLNX";
}
