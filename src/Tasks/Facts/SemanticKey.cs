using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>How sources are read.</summary>
/// <param name="TryHash">Hashes a source, given its content; <see langword="null"/> if only the exact digest is safe.</param>
/// <param name="Language">The <c>LangVersion</c> that it goes by.</param>
/// <param name="Parser">Tells its parser from others.</param>
internal sealed record SourceReader(Func<byte[], Digest?> TryHash, string Language, string Parser);

/// <summary>A second key of a project's outputs, in which some files count only by their meaning.</summary>
/// <remarks>
/// The exact key stays what it is. A build is published under this one as well if it is proved that its outputs show
/// nothing of what was ignored; so a lookup needs no proof, and an entry under this key is right for every
/// project that has it.
/// </remarks>
/// <param name="Key">The key.</param>
/// <param name="Ignored">The files of which something is ignored, by absolute path.</param>
/// <param name="Language">The <c>LangVersion</c> that sources were read by.</param>
internal sealed record SemanticKey(Digest Key, IReadOnlyDictionary<string, SemanticForm> Ignored, string Language)
{
    /// <summary>Makes the key; <see langword="null"/> if no file has another digest by its meaning.</summary>
    /// <param name="context">The digests of files.</param>
    /// <param name="exact">The exact key, with the files as they were then.</param>
    /// <param name="plan">Which files may be hashed by their meaning.</param>
    /// <param name="reader">Reads sources.</param>
    /// <param name="stop">Stops the hashing.</param>
    public static SemanticKey? Create(FactContext context, Fingerprint exact, SemanticPlan plan, SourceReader reader, CancellationToken stop)
    {
        Dictionary<string, Digest> byMeaning = new(StringComparer.Ordinal);
        Dictionary<string, SemanticForm> ignored = new(RootMap.Comparer);
        foreach ((string path, SemanticForm form) in plan.Files)
        {
            if (!exact.Files.TryGetValue(path, out HashedFile? file))
            {
                continue;
            }

            (string kind, Func<string, CancellationToken, Digest> hash) = form switch
            {
                SemanticForm.Source => ($"source/1 {reader.Language} {reader.Parser}", (path, _) => Either(path, reader.TryHash)),
                SemanticForm.Archive => ("archive/1", static (path, stop) => ArchiveHasher.TryHash(path, stop) ?? FileHasher.Hash(path, stop)),
                _ => ("assembly/1", (Func<string, CancellationToken, Digest>)(static (path, _) => Either(path, AssemblyHasher.TryHash))),
            };
            if (!context.Memo.TryHash(kind, path, hash, out Digest digest, out FileStamp stamp, stop) || stamp != file.Stamp)
            {
                // It changed since the exact key was made.
                return null;
            }

            byMeaning[context.Roots.ToRooted(path)] = digest;
            if (digest != file.Digest)
            {
                ignored.Add(path, form);
            }
        }

        return ignored.Count == 0 ? null : new SemanticKey(Hash(exact, byMeaning), ignored, reader.Language);
    }

    private static Digest Either(string path, Func<byte[], Digest?> hash)
    {
        // The exact one first: the hasher may write over the content.
        byte[] content = File.ReadAllBytes(path);
        Digest exact = Digest.Of(content);
        try
        {
            return hash(content) ?? exact;
        }
        catch (Exception failure) when (failure is TypeLoadException or MissingMemberException or InsufficientExecutionStackException)
        {
            // A compiler of another shape than this package knows, or a source that is nested too deep for it.
            return exact;
        }
    }

    private static Digest Hash(Fingerprint exact, Dictionary<string, Digest> byMeaning)
    {
        using CanonicalHasher hasher = new("semantic-key/1");
        hasher.Add(1, exact.WeakKey);
        foreach (Fact fact in exact.Facts)
        {
            hasher.Add(2, (long)fact.Kind);
            hasher.Add(3, fact.Name);
            hasher.Add(4, fact.Kind == FactKind.File && byMeaning.TryGetValue(fact.Name, out Digest digest) ? digest : fact.Value);
        }

        return hasher.Finish();
    }
}
