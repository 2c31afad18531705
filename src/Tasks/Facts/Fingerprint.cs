using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The key of a project's outputs, with everything that it was made of.</summary>
/// <param name="WeakKey">What is known before any fact is looked at: under it lie the input records.</param>
/// <param name="ActionKey">The weak key and all facts with their present values: under it lies the entry.</param>
/// <param name="Facts">The facts, in order.</param>
/// <param name="Files">The files among them as they were when hashed, by absolute path.</param>
internal sealed record Fingerprint(
    Digest WeakKey, Digest ActionKey, IReadOnlyList<Fact> Facts, IReadOnlyDictionary<string, HashedFile> Files)
{
    /// <summary>Files that something names and that were not there, by absolute path.</summary>
    public IReadOnlySet<string> Missing { get; init; } = new HashSet<string>();

    /// <summary>
    /// A build file of which evaluation may have taken an earlier content, which this process remembers;
    /// <see langword="null"/> if there is none.
    /// </summary>
    public string? Replaced { get; init; }

    /// <summary>A file that changed so shortly before it was looked at may have changed again without a new stamp: clocks of file systems tick every 10 ms to 2 s.</summary>
    public static readonly long TooRecentNs = OperatingSystem.IsLinux() ? 200_000_000L : 4_000_000_000L;

    /// <summary>When gathering the facts began, in nanoseconds since 1970.</summary>
    public required long MadeNs { get; init; }

    /// <summary>Computes the action key over facts, which it sorts.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static Fingerprint Create(Digest weakKey, List<Fact> facts, IReadOnlyDictionary<string, HashedFile> files, long madeNs)
    {
        facts.Sort(Fact.Compare);
        using CanonicalHasher hasher = new("action-key/1");
        hasher.Add(1, weakKey);
        foreach (Fact fact in facts)
        {
            hasher.Add(2, (long)fact.Kind);
            hasher.Add(3, fact.Name);
            hasher.Add(4, fact.Value);
        }

        return new Fingerprint(weakKey, hasher.Finish(), facts, files) { MadeNs = madeNs };
    }
}

/// <summary>A file with the digest and the stamp it had when it was looked at.</summary>
internal sealed record HashedFile(Digest Digest, FileStamp Stamp);
