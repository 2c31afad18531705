using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>A build of a solution, or of one project and all that it references, with all that is needed to see which of its projects are unchanged.</summary>
/// <param name="Projects">Every inner and outer build, those of projects outside the solution that others reference included.</param>
/// <param name="Restored">What NuGet left for each project, by the project's rooted path.</param>
/// <param name="Packages">NuGet's folder, rooted.</param>
/// <param name="Entries">Configuration and platform that the solution gave each project, by the project's rooted path.</param>
internal sealed record SolutionRecord(
    string Packages, IReadOnlyList<ProjectRecord> Projects, IReadOnlyDictionary<string, RestoredPackages> Restored, IReadOnlyDictionary<string, string> Entries);

/// <summary>What NuGet left for a project.</summary>
/// <param name="Key">The key of the entry with its files in obj; none if they cannot be provided.</param>
/// <param name="Covered">Rooted paths of the projects that restore looked at for this one: itself and all that it references, in every framework.</param>
/// <param name="Required">Files in the package folder that must be there, by rooted path with their digests.</param>
/// <param name="Warnings">What restore said.</param>
/// <param name="Graph">The digest of NuGet's dependency graph as it was in the folder of the record.</param>
/// <param name="GraphHash">The hash that NuGet gave it there.</param>
/// <param name="Ineligible">Why restore must run where these files are not in place; "" if they can be provided.</param>
internal sealed record RestoredPackages(
    Digest Key, IReadOnlyList<string> Covered, IReadOnlyList<Fact> Required, IReadOnlyList<Storage.CachedWarning> Warnings, Digest Graph, string GraphHash, string Ineligible);
