using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>What a project's build says about its outputs.</summary>
internal sealed record BuiltOutputs
{
    /// <summary>Absolute paths that MSBuild's targets say they wrote.</summary>
    public required IReadOnlyList<string> FileWrites { get; init; }

    /// <summary>The files that the targets copied to the output folder: from where, by absolute path of the copy.</summary>
    public required IReadOnlyDictionary<string, string> Copies { get; init; }

    /// <summary>Those of them that more than one file is copied to: which one stays depends on times.</summary>
    public required IReadOnlySet<string> CopiesOfSeveral { get; init; }

    /// <summary>Declared outputs: files, or folders with all that is in them.</summary>
    public required IReadOnlyList<string> Declared { get; init; }

    public required string IntermediateFolder { get; init; }

    public required string OutputFolder { get; init; }

    public required string TargetPath { get; init; }

    /// <summary>The reference assembly; "" if there is none.</summary>
    public required string ReferenceAssembly { get; init; }
}

/// <summary>A file that the build left, before it has a digest.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Stamp">Its stamp, of the link itself if it is one.</param>
/// <param name="IsVisible">Whether a dependent project can see it.</param>
/// <param name="CopyOf">The file that it is a copy of; <see langword="null"/> if none.</param>
/// <param name="Source">The stamp of the file that it is a copy of; none if it is no copy, or if that was not looked at.</param>
internal sealed record FoundOutput(string Path, FileStamp Stamp, bool IsVisible, string? CopyOf, FileStamp Source = default);

/// <summary>Finds the files that belong to a project's build.</summary>
internal static class OutputCollector
{
    private static readonly string[] s_restoreFiles =
    [
        "project.assets.json", "project.nuget.cache", "packages.lock.json",
    ];

    /// <summary>Everything in the intermediate folder, all that the targets say they wrote, what the compiler writes elsewhere, and what was declared.</summary>
    /// <exception cref="CacheException">A declared output is missing, or an output lies outside the repository.</exception>
    /// <param name="built">What the build says.</param>
    /// <param name="project">The project.</param>
    /// <param name="roots">The build's folders.</param>
    /// <param name="copies">What <see cref="StaleCopies"/> has just seen of copies: they are not looked at again.</param>
    public static IReadOnlyList<FoundOutput> Collect(BuiltOutputs built, EvaluatedProject project, RootMap roots, IReadOnlyDictionary<string, SeenCopy>? copies = null)
    {
        string root = roots.PathOf(RootMap.Repository);
        HashSet<string> paths = new(RootMap.Comparer);
        paths.UnionWith(built.FileWrites);
        paths.UnionWith(InFolder(built.IntermediateFolder, ImplicitInputs.StagedTrees(project)));
        paths.UnionWith(CompilerOutputs.FilesIn(CompilerOutputs.Of(project.Property, project.Directory)));
        foreach (string declared in built.Declared)
        {
            if (Directory.Exists(declared))
            {
                paths.UnionWith(Directory.EnumerateFiles(declared, "*", SearchOption.AllDirectories));
            }
            else if (!paths.Add(declared) || !Path.Exists(declared))
            {
                if (!Path.Exists(declared))
                {
                    throw new CacheException(Diagnostics.MissingOutput, declared, project.FileName);
                }
            }
        }

        List<FoundOutput> found = new(paths.Count);
        foreach (string path in paths)
        {
            SeenCopy seen = copies?.GetValueOrDefault(path) ?? default;
            FileStamp stamp = seen.Copy;
            if ((stamp == default && !FileStamp.TryReadLink(path, out stamp)) || stamp.IsDirectory || IsOfOthers(path))
            {
                continue;
            }

            if (!RootMap.IsWithin(path, root))
            {
                throw new CacheException(Diagnostics.OutputOutside, project.FileName, path, root);
            }

            bool inOutput = RootMap.IsWithin(path, built.OutputFolder);

            // MSBuild's Copy keeps the time, and compares it in units of 100 ns: a file that differs in it was written by something else.
            FileStamp original = seen.Source;
            bool isCopy = inOutput && stamp.IsRegular && built.Copies.TryGetValue(path, out string? source) && source != path &&
                (original != default || FileStamp.TryRead(source, out original)) && original.Size == stamp.Size && original.ModifiedNs / 100 == stamp.ModifiedNs / 100;
            found.Add(new FoundOutput(path, stamp, IsVisible(path, built), isCopy ? built.Copies[path] : null, isCopy ? original : default));
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return found;
    }

    /// <summary>Whether a dependent project can see an output.</summary>
    public static bool IsVisible(string path, BuiltOutputs built) => RootMap.IsWithin(path, built.OutputFolder) ||
        path.Equals(built.ReferenceAssembly, RootMap.Comparison) || built.Declared.Any(declared => RootMap.IsWithin(path, declared));

    /// <summary>NuGet's files under obj belong to restore and the list of what was published to publish, not to the build; what a restore of ours has not finished belongs to nobody.</summary>
    private static bool IsOfOthers(string path)
    {
        string name = Path.GetFileName(path);
        return IsListOfPublish(name) || s_restoreFiles.Contains(name, RootMap.Comparer) || name.Contains(".nuget.g.", StringComparison.OrdinalIgnoreCase) ||
            name.EndsWith(".nuget.dgspec.json", StringComparison.OrdinalIgnoreCase) || name.EndsWith(OutputRestorer.Temporary, StringComparison.Ordinal) || name == RestoreJournal.FileName;
    }

    /// <summary>The .NET SDK's list of a publish folder's files. A later publish writes it anew while the build is still being taken in.</summary>
    private static bool IsListOfPublish(string name) =>
        name.StartsWith("PublishOutputs.", StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal);

    /// <summary>What a build made in a project's intermediate folder: not NuGet's files or publish's, not those of other builds, and not the trees that were staged there.</summary>
    public static IEnumerable<string> MadeIn(string intermediateFolder, EvaluatedProject project) => InFolder(intermediateFolder, ImplicitInputs.StagedTrees(project)).Where(path => !IsOfOthers(path));

    /// <summary>The files of the intermediate folder, without those of another build that lies inside it, as one for a runtime identifier does, and without staged trees, which are inputs.</summary>
    private static IEnumerable<string> InFolder(string folder, string[] trees)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return Directory.EnumerateFiles(folder).Concat(Directory
            .EnumerateDirectories(folder)
            .Where(inner => !trees.Contains(inner, RootMap.Comparer) && !Directory.EnumerateFiles(inner, "*.FileListAbsolute.txt").Any())
            .SelectMany(inner => InFolder(inner, trees)));
    }
}
