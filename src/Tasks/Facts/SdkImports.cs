using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The files of the .NET SDK that a project imports, a hundred or so, as one.</summary>
/// <param name="Content">The digest of their rooted paths and contents, in order.</param>
/// <param name="Mentioned">The names that they mention.</param>
internal sealed record SdkImports(Digest Content, IReadOnlySet<string> Mentioned)
{
    /// <summary>Reads the files.</summary>
    public static SdkImports Read(FactContext context, IReadOnlyList<string> files, CancellationToken stop)
    {
        HashSet<string> mentioned = new(StringComparer.OrdinalIgnoreCase);
        using CanonicalHasher hasher = new("sdk-imports/1");
        foreach (string file in files)
        {
            hasher.Add(1, context.Roots.ToRooted(file));
            hasher.Add(2, context.TryHash(file, out HashedFile? content, stop) ? content.Digest : default);
            mentioned.UnionWith(context.Mentions.Scan(file).Names);
        }

        return new SdkImports(hasher.Finish(), mentioned);
    }
}
