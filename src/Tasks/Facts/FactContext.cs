using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>What all projects of one build in one process share while facts are gathered.</summary>
/// <param name="roots">The build's folders.</param>
/// <param name="memo">The digests of files.</param>
/// <param name="environment">The environment, compared without case.</param>
/// <param name="ownFolder">Where this package lies: its targets count as the .NET SDK's.</param>
/// <param name="readBefore">What this process has read in earlier builds; <see langword="null"/> for a process that has
/// read nothing.</param>
internal sealed class FactContext(
    RootMap roots, StatMemo memo, IReadOnlyDictionary<string, string> environment, string ownFolder, ReadBefore? readBefore = null)
{
    private readonly Lazy<SourceTree> _tree = new(() => SourceTree.List(roots.PathOf(RootMap.Repository), CancellationToken.None));
    private readonly ConcurrentDictionary<string, HashedFile> _fixedFiles = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<PathList, SdkImports> _sdkImports = new();
    private readonly ConcurrentDictionary<PathList, Digest> _fixedLists = new();
    private readonly ConcurrentDictionary<string, Digest> _texts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SeenKey> _publicKeys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GitRepository> _git = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, BuildFileReach> _reaches = new(StringComparer.Ordinal);
    private readonly string _sdk = roots.PathOf(RootMap.Sdk);
    private readonly string _packages = roots.PathOf(RootMap.Packages);

    public RootMap Roots => roots;

    public StatMemo Memo => memo;

    /// <summary>The environment of the build, without regard to case, as MSBuild sees it.</summary>
    public IReadOnlyDictionary<string, string> Environment => environment;

    public ReadBefore ReadBefore { get; } = readBefore ?? new ReadBefore();

    public MentionScanner Mentions { get; } = new();

    /// <summary>What <see cref="Facts.ForeignTargets"/> picked out, by project.</summary>
    public ConditionalWeakTable<EvaluatedProject, Dictionary<string, TargetShape>> ForeignTargets { get; } = [];

    /// <summary>What <see cref="Facts.ForeignTargets.Reached"/> found, by project and by the targets to begin with.</summary>
    public ConditionalWeakTable<EvaluatedProject, ConcurrentDictionary<string, HashSet<string>>> ReachedTargets { get; } = [];

    /// <summary>What <see cref="FactCollector"/> found mentioned, by project.</summary>
    public ConditionalWeakTable<EvaluatedProject, HashSet<string>> MentionedNames { get; } = [];

    /// <summary>The repository of git that a folder lies in, read once a build; <see langword="null"/> if it lies in none.</summary>
    public GitRepository? GitOf(string folder) => GitRepository.RootAbove(folder) is { } root
        ? _git.GetOrAdd(root, static (root, context) => GitRepository.Read(root, context.Environment, context.Roots.PathOf(RootMap.Home)), this) : null;

    /// <summary>What a build file looks at while it is evaluated; read once a build.</summary>
    public BuildFileReach ReachOf(string path) => _reaches.GetOrAdd(path, BuildFileReach.Read);

    /// <summary>What <see cref="PropertyFacts"/> made last of each property, by name.</summary>
    public ConcurrentDictionary<string, PropertyFacts.Known> Properties { get; } = new(StringComparer.Ordinal);

    public SourceTree Tree => _tree.Value;

    /// <summary>What git has in its index; asked only where something is to be deleted.</summary>
    public TrackedFiles Tracked { get; } = new();

    /// <summary>Whether a file belongs to the .NET SDK or to this package: they do not change while a build runs.</summary>
    public bool IsFixed(string path) =>
        RootMap.IsWithin(path, _sdk) || RootMap.IsWithin(path, _packages);

    /// <summary>Whether a build file came with the .NET SDK, or with this package.</summary>
    public bool IsSdk(string path) => RootMap.IsWithin(path, _sdk) || RootMap.IsWithin(path, ownFolder);

    /// <summary>The digest of a text without this machine's folders. Most properties are the same in all projects: those are hashed once a build.</summary>
    public Digest HashText(string text) => _texts.GetOrAdd(text, static (text, roots) => Digest.Of(roots.Neutral(text)), roots);

    /// <summary>The digest of a file; a file of the SDK or of a package is looked at once a build.</summary>
    public bool TryHash(string path, [NotNullWhen(true)] out HashedFile? file, CancellationToken stop)
    {
        if (!IsFixed(path))
        {
            file = Look(path, stop);
        }
        else if (!_fixedFiles.TryGetValue(path, out file) && (file = Look(path, stop)) is not null)
        {
            // What is not there is looked for again: restore may be about to put it there.
            _fixedFiles[path] = file;
        }

        return file is not null;
    }

    /// <summary>As the other, for a caller that has just read the file's stamp; none to have it read.</summary>
    public bool TryHash(string path, FileStamp stamp, out Digest digest, CancellationToken stop)
    {
        if (stamp != default && !IsFixed(path) && !ProjectRecorder.IsOfRestore(path) && memo.TryRecall(path, stamp, out digest))
        {
            return true;
        }

        bool found = TryHash(path, out HashedFile? file, stop);
        digest = found ? file!.Digest : default;
        return found;
    }

    /// <summary>The digest of files of the SDK or of packages, with their names, in this order; <see langword="null"/> if one has vanished.</summary>
    /// <remarks>The 160 references of a project are mostly those of the one before: the same list is looked at once a build.</remarks>
    public Digest? HashFixed(IReadOnlyList<string> files, CancellationToken stop)
    {
        PathList list = new(files);
        if (_fixedLists.TryGetValue(list, out Digest known))
        {
            return known;
        }

        using CanonicalHasher hasher = new("fixed/1");
        foreach (string path in files)
        {
            if (!TryHash(path, out HashedFile? file, stop))
            {
                return null;
            }

            hasher.Add(1, roots.ToRooted(path));
            hasher.Add(2, file.Digest);
        }

        return _fixedLists[list] = hasher.Finish();
    }

    /// <summary>What projects that import the same files of the .NET SDK share: looked at once a build.</summary>
    public SdkImports SdkImports(IReadOnlyList<string> files, CancellationToken stop) =>
        _sdkImports.GetOrAdd(new PathList(files), _ => Facts.SdkImports.Read(this, files, stop));

    /// <summary>Whether an assembly that was just built has a public key; read once, for the compile gate and for publishing.</summary>
    public bool HasPublicKey(string assembly)
    {
        if (!FileStamp.TryRead(assembly, out FileStamp stamp))
        {
            return false;
        }

        if (!_publicKeys.TryGetValue(assembly, out SeenKey? seen) || seen.Stamp != stamp)
        {
            _publicKeys[assembly] = seen = new SeenKey(stamp, KeysInSources.HasPublicKey(assembly));
        }

        return seen.IsThere;
    }

    /// <summary>Whether the assembly with this stamp has a public key.</summary>
    private sealed record SeenKey(FileStamp Stamp, bool IsThere);

    private HashedFile? Look(string path, CancellationToken stop)
    {
        // What NuGet writes into obj holds this machine's folders; everything else is taken as it is.
        bool found = ProjectRecorder.IsOfRestore(path)
            ? memo.TryHash("neutral/2", path, (path, _) => Digest.Of(NeutralOfRestore(File.ReadAllText(path))), out Digest digest, out FileStamp stamp, stop)
            : memo.TryHash(path, out digest, out stamp, stop);
        return found ? new HashedFile(digest, stamp) : null;
    }

    /// <summary>NuGet writes its folder with a separator at its end or without, as NUGET_PACKAGES has it, and makes up for it wherever it uses it.</summary>
    private string NeutralOfRestore(string text) => roots.Neutral(text)
        .Replace("{packages}/", "{packages}", StringComparison.Ordinal)
        .Replace("{packages}\\", "{packages}", StringComparison.Ordinal)
        .Replace("$(NuGetPackageRoot)/", "$(NuGetPackageRoot)", StringComparison.Ordinal)
        .Replace("$(NuGetPackageRoot)\\", "$(NuGetPackageRoot)", StringComparison.Ordinal);
}
