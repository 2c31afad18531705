using System.Text;
using System.Text.Json;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The packages that restore resolved for this project, by id, version and content hash, and which of their files count.</summary>
internal static class PackageFacts
{
    /// <summary>Parts of project.assets.json that say where things lie and where they were found, not what they are.</summary>
    private static readonly string[] s_places =
    [
        "packageFolders", "sources", "configFilePaths", "projectUniqueName", "projectPath", "packagesPath", "outputPath", "fallbackFolders",
        "packageSourceMapping", "restoreAuditProperties", "runtimeIdentifierGraphPath",
    ];

    /// <summary>The name of the fact that holds all packages.</summary>
    public const string Closure = "closure";

    /// <summary>project / frameworks / its framework / its members.</summary>
    private const int DeepestPlace = 4;

    /// <summary>Adds the closure that restore left in <paramref name="assetsFile"/>, or its absence.</summary>
    public static void Add(FactContext context, string assetsFile, List<Fact> facts, CancellationToken stop)
    {
        bool found = context.Memo.TryHash("assets", assetsFile, (path, _) => Hash(File.ReadAllBytes(path), context.Roots), out Digest digest, out _, stop);
        facts.Add(new Fact(FactKind.Packages, Closure, found ? digest : default));
    }

    /// <summary>The digest of the file's tokens, without places.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    internal static Digest Hash(ReadOnlySpan<byte> json, RootMap roots)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
        {
            json = json[Encoding.UTF8.Preamble.Length..];
        }

        using CanonicalHasher hasher = new("assets/1");
        Utf8JsonReader reader = new(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        while (reader.Read())
        {
            // The places lie near the top; most of the file lies deeper, and is not compared with eleven names.
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth <= DeepestPlace && IsPlace(reader))
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueSpan.IndexOfAny("/\\"u8) >= 0)
            {
                hasher.Add((byte)reader.TokenType, roots.Neutral(reader.GetString()!));
            }
            else
            {
                hasher.Add((byte)reader.TokenType, reader.ValueSpan);
            }
        }

        return hasher.Finish();
    }

    private static bool IsPlace(in Utf8JsonReader reader)
    {
        foreach (string place in s_places)
        {
            if (reader.ValueTextEquals(place))
            {
                return true;
            }
        }

        return false;
    }
}
