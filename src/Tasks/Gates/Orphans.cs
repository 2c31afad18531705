using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>
/// Takes away, after a miss was built, what an earlier build left and MSBuild's incremental clean does not see.
/// </summary>
/// <remarks>
/// MSBuild's incremental clean compares names without their case, even where the file system tells them apart, and it
/// looks only into the present output folder. What it does not delete stays in its list of written files. That list is
/// an output, and must be that of a clean build.
/// </remarks>
internal sealed class Orphans(PlacementStore placements, WrittenFiles written, FactContext context)
{
    private const string OfBuild = "*.FileListAbsolute.txt";

    private readonly StaleOutputs _stale = new(context.Roots, context.Memo, context.Tracked);

    /// <summary>Removes them from the disk and from MSBuild's list. Whether something was changed.</summary>
    /// <param name="project">The project.</param>
    /// <param name="fingerprint">Its key: what it reads stays.</param>
    /// <param name="built">What its build says.</param>
    /// <param name="found">Its outputs.</param>
    /// <param name="stop">Stops the reading.</param>
    /// <exception cref="IOException">A file could not be changed.</exception>
    /// <exception cref="UnauthorizedAccessException">A file could not be changed.</exception>
    public bool Remove(
        EvaluatedProject project, Fingerprint fingerprint, BuiltOutputs built, IReadOnlyList<FoundOutput> found, CancellationToken stop)
    {
        // What lies in the intermediate folder is made by this build: it was emptied before.
        BuildFolders folders = new(built.IntermediateFolder, built.OutputFolder);
        HashSet<string> wanted = new(found.Select(static output => output.Path), RootMap.Comparer);
        wanted.UnionWith(built.FileWrites);
        string[] lists = [.. Directory.EnumerateFiles(built.IntermediateFolder, OfBuild).Where(wanted.Contains)];
        Placement? before = placements.Read(built.IntermediateFolder, project.Path);
        bool Stays(string path) => written.IsOfOther(project.FileName, path) || fingerprint.Files.ContainsKey(path);
        string[] stale =
        [
            .. _stale.Of(wanted, lists, folders, before, Stays, stop)
                .Where(path => !RootMap.IsWithin(path, built.IntermediateFolder)),
        ];
        Array.ForEach(stale, FilesBelow.Delete);
        return lists.Count(list => Correct(list, built.FileWrites)) + stale.Length > 0;
    }

    /// <summary>Leaves in a list what the build at hand has written, by its present name.</summary>
    private static bool Correct(string list, IReadOnlyList<string> writes)
    {
        string[] lines = File.ReadAllLines(list);
        HashSet<string> exact = new(writes, RootMap.Comparer);
        if (lines.All(line => exact.Contains(Path.GetFullPath(line, Path.GetDirectoryName(list)!))))
        {
            return false;
        }

        ILookup<string, string> byName = exact.ToLookup(static path => path, StringComparer.OrdinalIgnoreCase);
        IEnumerable<string> corrected = lines.SelectMany(line => exact.Contains(line) ? [line] : byName[line]);
        File.WriteAllLines(list, corrected.Distinct(RootMap.Comparer));
        return true;
    }
}
