using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Facts that many projects share: the .NET SDK's build files, and the machine's settings.</summary>
/// <param name="Key">The digest of the rest.</param>
/// <param name="Facts">The facts.</param>
/// <param name="Mentioned">Every name that the .NET SDK's files mention.</param>
internal sealed record SharedFacts(Digest Key, IReadOnlyList<Fact> Facts, IReadOnlyCollection<string> Mentioned)
{
    public static SharedFacts Create(IReadOnlyList<Fact> facts, IReadOnlyCollection<string> mentioned)
    {
        using CanonicalHasher hasher = new("shared-facts/1");
        foreach (Fact fact in facts)
        {
            hasher.Add(1, (long)fact.Kind);
            hasher.Add(2, fact.Name);
            hasher.Add(3, fact.Value);
        }

        foreach (string name in mentioned.Order(StringComparer.OrdinalIgnoreCase))
        {
            hasher.Add(4, name);
        }

        return new SharedFacts(hasher.Finish(), facts, mentioned);
    }
}

/// <summary>One inner build of a project, with all that is needed to see without evaluating it that nothing has changed.</summary>
internal sealed record ProjectRecord
{
    /// <summary>Rooted path of the project file.</summary>
    public required string Path { get; init; }

    /// <summary>The framework it was built for; "" for the outer build of a project with several.</summary>
    public required string Framework { get; init; }

    /// <summary>All frameworks of a project that has several, separated by semicolons; else "".</summary>
    public required string Frameworks { get; init; }

    public required string Configuration { get; init; }

    /// <summary>Rooted path of its folder in obj.</summary>
    public required string IntermediateFolder { get; init; }

    /// <summary>Rooted path of the folder that its outputs are copied to; "" if it has none.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Rooted path of the folder for NuGet's files.</summary>
    public required string RestoreFolder { get; init; }

    /// <summary>Why nothing can be told of it without evaluating it, so that it must be restored and built; "" if that is not so.</summary>
    public required string Ineligible { get; init; }

    /// <summary>Why it must be built, or looked up by the project gate, even if all its facts hold; "" if it need not. Restore may be spared all the same.</summary>
    public required string MustBuild { get; init; }

    /// <summary>Rooted path of the folder that it is published to behind each build, if it is only for this that it must be built: as long as its facts hold, its outputs are what they were. Else "".</summary>
    public required string PublishedTo { get; init; }

    /// <summary>The key of its outputs; none where nothing is built (for an outer build, and for a framework that only restore looks at), and where it cannot be cached.</summary>
    public required Digest ActionKey { get; init; }

    /// <summary>What its dependents see.</summary>
    public required Digest Visible { get; init; }

    /// <summary>Whether its outputs are right in other folders than the one it was built in.</summary>
    public required bool Relocatable { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTime At { get; init; }

    /// <summary>What evaluation and restore depend on.</summary>
    public required IReadOnlyList<Fact> Evaluation { get; init; }

    /// <summary>What only the outputs depend on.</summary>
    public required IReadOnlyList<Fact> Sources { get; init; }

    /// <summary>What its direct references showed, by their names.</summary>
    public required IReadOnlyList<ReferenceState> References { get; init; }

    /// <summary>What it shares with other projects.</summary>
    public required SharedFacts Shared { get; init; }

    /// <summary>Every name that its own build files mention: each may be an environment variable.</summary>
    public required IReadOnlyCollection<string> Mentioned { get; init; }

    /// <summary>Whether it is the outer build of a project for several frameworks.</summary>
    public bool IsOuter => Framework.Length == 0 && Frameworks.Length > 0;

    /// <summary>Whether something is built that the cache may hold.</summary>
    public bool HasOutputs => !ActionKey.IsNone;

    /// <summary>Whether its outputs are what they were as long as its facts hold, though it must be built.</summary>
    public bool KeepsOutputs => PublishedTo.Length > 0;

    /// <summary>Whether something is built that no cache holds.</summary>
    public bool IsUncacheable => !HasOutputs && MustBuild.Length > 0;

    /// <summary>What dependents call it.</summary>
    public string Name => $"{Path} {Framework}";
}
