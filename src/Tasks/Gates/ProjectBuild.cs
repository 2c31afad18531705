using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>One project on its way through the build, from the lookup to publishing.</summary>
internal sealed record ProjectBuild
{
    public required EvaluatedProject Project { get; init; }

    public required ProjectPlace Place { get; init; }

    /// <summary>The key; <see langword="null"/> for a project that is not cached.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>The key by which a build with other comments may find it; <see langword="null"/> if there is none.</summary>
    public SemanticKey? Semantic { get; init; }

    /// <summary>
    /// Whether another process builds into the same folder at the same time, so that nobody can tell whose file is
    /// whose.
    /// </summary>
    public bool IsJoined { get; init; }

    /// <summary>Why it is built.</summary>
    public required string Reason { get; init; }

    /// <summary>The entry that the result is compared with; <see langword="null"/> when nothing is verified.</summary>
    public CacheEntry? Verifying { get; init; }

    /// <summary>While verifying: says whether the compiler made something else of the very same input.</summary>
    public Func<bool>? CompilerIsUnsteady { get; init; }

    /// <summary>When the lookup ended and the work began, as <see cref="System.Diagnostics.Stopwatch"/> counts.</summary>
    public long Started { get; init; }
}

/// <summary>Where a project builds to.</summary>
/// <param name="IntermediateFolder">Absolute path of its folder in obj.</param>
/// <param name="OutputFolder">Absolute path of its folder in bin.</param>
/// <param name="TargetPath">Absolute path of its main output.</param>
internal sealed record ProjectPlace(string IntermediateFolder, string OutputFolder, string TargetPath)
{
    /// <summary>The two folders.</summary>
    public BuildFolders Folders => new(IntermediateFolder, OutputFolder);

    /// <summary>Whether a path lies in one of them.</summary>
    public bool Holds(string path) =>
        RootMap.IsWithin(path, IntermediateFolder) || RootMap.IsWithin(path, OutputFolder);
}

/// <summary>What a lookup found.</summary>
/// <param name="Placement">The outputs, now in place; <see langword="null"/> on a miss.</param>
/// <param name="Build">On a miss, what is needed to publish afterwards.</param>
/// <param name="InPlace">Whether the outputs were there already and no file was written.</param>
/// <param name="RestoreSeconds">How long it took to put them in place.</param>
internal sealed record LookupResult(Placement? Placement, ProjectBuild? Build, bool InPlace, double RestoreSeconds)
{
    public Digest Key { get; init; }
}
