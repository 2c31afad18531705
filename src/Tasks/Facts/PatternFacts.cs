using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Facts about what a pattern could find: names, not content, which counts by the items themselves.</summary>
/// <param name="context">The build.</param>
/// <param name="project">The project, as evaluated.</param>
/// <param name="final">The values of its properties, as items see them.</param>
internal sealed class PatternFacts(FactContext context, EvaluatedProject project, FinalProperties final)
{
    private const string Deep = "**";
    private const string DotFolders = "**/.*/**";
    private const string Modules = "**/node_modules/**";

    private readonly string[] _below = WrittenPlaces.OfProjectsBelow(context, project, isOther: true);

    /// <summary>Whether the listing of a project's folder leaves out node_modules, as its default items do.</summary>
    public static bool ListingSkipsModules(EvaluatedProject project) => project.Property("DefaultItemExcludes").Replace('\\', '/').Contains(Modules, StringComparison.Ordinal);

    /// <summary>The fact; <see langword="null"/> where the listing of the project's folder (<see cref="FolderNames.OfProject"/>) shows all that the pattern finds.</summary>
    /// <param name="glob">The pattern.</param>
    /// <param name="rest">The part of it from its first segment with a wildcard on.</param>
    /// <param name="folder">The folder that this begins in, absolute.</param>
    /// <param name="file">The build file.</param>
    public Fact? Of(GlobUse glob, string rest, string folder, string file)
    {
        string[] segments = rest.Split('/', '\\');
        bool isDeep = segments.Length > 1 || segments[0].Contains(Deep, StringComparison.Ordinal);
        string[] excludes = final.Expand(glob.Exclude, file)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (IsListed(folder, isDeep, excludes))
        {
            return null;
        }

        if (!isDeep)
        {
            string names = AllIfDotted(segments[0]);
            return new Fact(FactKind.Names, context.Roots.ToRooted(folder), FolderNames.Matching(folder, names), names);
        }

        string limits = string.Join(';', (string[])
        [
            segments is [Deep, var last] && last != Deep ? AllIfDotted(last) : "*",
            .. excludes.Contains(DotFolders) ? [FolderNames.AnyDotFolder] : (string[])[],
            .. excludes.Contains(Modules) ? ["*/node_modules"] : (string[])[],
            .. WrittenPlaces.OfAllBuilds(project).Concat(excludes.Select(exclude => FolderOf(exclude, segments[^1])).OfType<string>())
                .Where(skipped => skipped != folder && RootMap.IsWithin(skipped, folder) && !skipped.Contains(';', StringComparison.Ordinal))
                .Select(skipped => Path.GetRelativePath(folder, skipped)),
        ]);
        return new Fact(FactKind.Tree, context.Roots.ToRooted(folder), FolderNames.Tree(folder, limits), limits);
    }

    /// <summary>Whether the listing holds what such a pattern sees: it leaves out folders that begin with a dot, node_modules, and what projects of other languages make below.</summary>
    private bool IsListed(string folder, bool isDeep, string[] excludes)
    {
        if (!RootMap.IsWithin(folder, project.Directory) || _below.Any(made => RootMap.IsWithin(folder, made)) ||
            Path.GetRelativePath(project.Directory, folder).Split(Path.DirectorySeparatorChar).Any(segment => segment is ['.', _, ..] || segment.Equals("node_modules", RootMap.Comparison)))
        {
            return false;
        }

        return !isDeep || (excludes.Contains(DotFolders) && (excludes.Contains(Modules) || !ListingSkipsModules(project)) && !_below.Any(made => RootMap.IsWithin(made, folder)));
    }

    /// <summary>The folder that an exclusion leaves out with all below it, or with all that the pattern's last segment fits; <see langword="null"/> if it is of another kind.</summary>
    private string? FolderOf(string exclude, string name)
    {
        int at = exclude.IndexOf(Deep, StringComparison.Ordinal);
        string rest = at < 0 ? "" : exclude[(at + Deep.Length)..].TrimStart('/', '\\');
        return at > 0 && exclude[at - 1] is '/' or '\\' && !BuildFileReach.HasWildcard(exclude[..at]) && (rest is "" or "*" or "*.*" || rest.Equals(name, StringComparison.OrdinalIgnoreCase))
            ? Path.TrimEndingDirectorySeparator(AbsolutePath.Of(exclude[..at], project.Directory)) : null;
    }

    /// <summary>MSBuild's *.* is every name, elsewhere it is one with a dot.</summary>
    private static string AllIfDotted(string name) => name == "*.*" ? "*" : name;
}
