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

    /// <summary>Absolute paths that MSBuild's incremental clean took away in this build.</summary>
    public IReadOnlySet<string> TakenAway { get; init; } = new HashSet<string>();

    /// <summary>The files that the targets copied to the output folder: from where, by absolute path of the copy.</summary>
    public required IReadOnlyDictionary<string, string> Copies { get; init; }

    /// <summary>The mark that references were copied; by default this MSBuild has none.</summary>
    public CopyMark Mark { get; init; } = new("", IsWanted: false);

    /// <summary>Those of them that more than one file is copied to: which one stays depends on times.</summary>
    public required IReadOnlySet<string> CopiesOfSeveral { get; init; }

    /// <summary>Those of them that are only copied where the source is newer: what a program writes into such a copy stays.</summary>
    public required IReadOnlySet<string> CopiesIfNewer { get; init; }

    /// <summary>What the compiler has just written of generated files outside of the intermediate folder; <see langword="null"/> if nobody watched it.</summary>
    public IReadOnlyCollection<string>? Generated { get; init; }

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
internal sealed record FoundOutput(string Path, FileStamp Stamp, bool IsVisible, string? CopyOf, FileStamp Source = default)
{
    /// <summary>Whether it is only copied where the source is newer.</summary>
    public bool IsCopiedIfNewer { get; init; }

    /// <summary>Whether somebody changed the copy, so that it stays on disk while the source is what belongs to the key.</summary>
    public bool IsUsers { get; init; }

    /// <summary>Where the content lies that belongs to the key.</summary>
    public string Content => IsUsers ? CopyOf! : Path;

    /// <summary>The stamp of <see cref="Content"/>.</summary>
    public FileStamp ContentStamp => IsUsers ? Source : Stamp;
}

/// <summary>What the build of a project left.</summary>
/// <param name="Found">All of it, by path.</param>
/// <param name="Refusal">Why it cannot be stored; <see langword="null"/> if it can. Dependents see it all the same.</param>
internal sealed record CollectedOutputs(IReadOnlyList<FoundOutput> Found, CacheException? Refusal);

/// <summary>Finds the files that belong to a project's build.</summary>
internal static class OutputCollector
{
    private static readonly string[] s_restoreFiles =
    [
        "project.assets.json", "project.nuget.cache", "packages.lock.json",
    ];

    /// <summary>Everything in the intermediate folder, all that the targets say they wrote, what the compiler writes elsewhere, and what was declared.</summary>
    /// <param name="built">What the build says.</param>
    /// <param name="project">The project.</param>
    /// <param name="roots">The build's folders.</param>
    /// <param name="tracked">What git has in its index. Asked only about files of the intermediate folder that were there before and that no target says it wrote.</param>
    /// <param name="copies">What <see cref="StaleCopies"/> has just seen of copies: no other file is one.</param>
    public static CollectedOutputs Collect(
        BuiltOutputs built, EvaluatedProject project, RootMap roots, TrackedFiles tracked, IReadOnlyDictionary<string, SeenCopy> copies)
    {
        string root = roots.PathOf(RootMap.Repository);
        HashSet<string> written = new(built.FileWrites, RootMap.Comparer);
        HashSet<string> paths = new(written, RootMap.Comparer);
        paths.UnionWith(InFolder(built.IntermediateFolder, ImplicitInputs.StagedTrees(project)));
        CacheException? refusal = AddOfCompiler(built, project, paths);
        foreach (string declared in built.Declared)
        {
            if (Directory.Exists(declared) && FilesBelow.FolderBehind(declared) is null)
            {
                paths.UnionWith(FilesBelow.In(declared));
            }
            else if (!paths.Add(declared) || !Path.Exists(declared))
            {
                refusal ??= Path.Exists(declared) ? null : new CacheException(Diagnostics.MissingOutput, declared, project.FileName);
            }
        }

        List<FoundOutput> found = new(paths.Count);
        foreach (string path in paths)
        {
            bool isSeen = copies.TryGetValue(path, out SeenCopy seen);
            FileStamp stamp = seen.Copy;
            if (!isSeen && !FileStamp.TryReadLink(path, out stamp))
            {
                // Targets may list what they remove themselves. What MSBuild removed a clean build has.
                if (written.Contains(path) && built.TakenAway.Contains(path))
                {
                    refusal ??= new CacheException(
                        Diagnostics.NotCacheable, project.FileName,
                        $"MSBuild's incremental clean has taken '{path}' away, which this very build had written. " +
                        "The next build makes it again");
                }

                continue;
            }

            if (stamp.IsDirectory || IsOfOthers(path) || IsSource(path, stamp))
            {
                continue;
            }

            if (!RootMap.IsWithin(path, root))
            {
                refusal ??= new CacheException(Diagnostics.OutputOutside, project.FileName, path, root);
            }
            else if (stamp.IsLink && !LinkTargets.IsInside(path, roots))
            {
                refusal ??= new CacheException(Diagnostics.LinkLeadsElsewhere, project.FileName, path, LinkTargets.Of(path));
            }

            bool inOutput = RootMap.IsWithin(path, built.OutputFolder);

            // MSBuild's Copy keeps the time, and compares it in units of 100 ns: a file that differs in it was written by something else.
            bool isCopy = inOutput && isSeen && (seen.IsUsers || (seen.Source.Size == stamp.Size && seen.Source.ModifiedNs / 100 == stamp.ModifiedNs / 100));
            bool visible = IsVisible(path, built);
            found.Add(!isCopy ? new FoundOutput(path, stamp, visible, null) : new FoundOutput(path, stamp, visible, built.Copies[path], seen.Source)
            {
                IsCopiedIfNewer = built.CopiesIfNewer.Contains(path),
                IsUsers = seen.IsUsers,
            });
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new CollectedOutputs(found, refusal);

        // Somebody has checked it in, and the build did not write it. A hit would set it back.
        bool IsSource(string path, FileStamp stamp) =>
            stamp.LastChangeNs < project.EvaluatedNs && !written.Contains(path) && RootMap.IsWithin(path, built.IntermediateFolder) && tracked.Holds(path) == true;
    }

    /// <summary>Adds what the compiler wrote outside of the intermediate folder. In a folder for generated files others may have theirs, so there only what it was seen to write.</summary>
    /// <returns>Why the project cannot be stored; <see langword="null"/> if it can.</returns>
    private static CacheException? AddOfCompiler(BuiltOutputs built, EvaluatedProject project, HashSet<string> paths)
    {
        string? elsewhere = CompilerOutputs.GeneratedElsewhere(project.Property, project.Directory);
        paths.UnionWith(CompilerOutputs.FilesIn(CompilerOutputs.Of(project.Property, project.Directory).Where(path => path != elsewhere)));
        if (elsewhere is null)
        {
            return null;
        }

        paths.UnionWith(built.Generated ?? []);
        return built.Generated is not null ? null
            : new CacheException(Diagnostics.NotCacheable, project.FileName, $"which of the files in '{elsewhere}' the compiler has generated is not known: it was not seen at work");
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

    /// <summary>The files of the intermediate folder, without those of another build that lies inside it, as one for a runtime identifier does, without staged trees, which are inputs, and without a repository that somebody has cloned there.</summary>
    private static IEnumerable<string> InFolder(string folder, string[] trees) => FilesBelow.In(
        folder, inner => trees.Contains(inner, RootMap.Comparer) || Path.Exists(Path.Combine(inner, ".git")) || Directory.EnumerateFiles(inner, "*.FileListAbsolute.txt").Any());
}
