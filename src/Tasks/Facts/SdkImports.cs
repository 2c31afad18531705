using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The files of the .NET SDK that a project imports, a hundred or so, and the compilers, as one.</summary>
/// <param name="Content">The digest of their rooted paths and contents, in order.</param>
/// <param name="Mentioned">The names that they mention.</param>
internal sealed record SdkImports(Digest Content, IReadOnlySet<string> Mentioned)
{
    /// <summary>Reads the files.</summary>
    public static SdkImports Read(FactContext context, IReadOnlyList<string> files, CancellationToken stop)
    {
        HashSet<string> mentioned = new(StringComparer.OrdinalIgnoreCase);
        using CanonicalHasher hasher = new("sdk-imports/3");
        foreach (string file in files)
        {
            Add(file);
            mentioned.UnionWith(context.Mentions.Scan(file, isOfSdk: true).Names);
        }

        foreach (string file in Compilers(files))
        {
            Add(file);
        }

        return new SdkImports(hasher.Finish(), mentioned);

        void Add(string file)
        {
            hasher.Add(1, context.Roots.ToRooted(file));
            hasher.Add(2, context.TryHash(file, out HashedFile? content, stop) ? content.Digest : default);
        }
    }

    /// <summary>The assemblies of the compilers beside the build files. A .NET SDK that somebody builds keeps its version while they change.</summary>
    /// <remarks>Those of F#, half of all bytes, only where its build files are imported: every project pays for reading them once, on a machine that has not.</remarks>
    public static IEnumerable<string> Compilers(IReadOnlyList<string> files) => files
        .Where(static file => Path.GetFileName(file.AsSpan()).Equals("Microsoft.Common.CurrentVersion.targets", StringComparison.OrdinalIgnoreCase))
        .Select(static file => Path.GetDirectoryName(file)!)
        .SelectMany(tools => (string[])[Path.Combine(tools, "Roslyn", "bincore"), .. FoldersOfFSharp(files, tools)])
        .Where(Directory.Exists)
        .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal));

    private static IEnumerable<string> FoldersOfFSharp(IReadOnlyList<string> files, string tools)
    {
        string folder = Path.Combine(tools, "FSharp");
        return files.Any(file => RootMap.IsWithin(file, folder)) ? [folder] : [];
    }
}
