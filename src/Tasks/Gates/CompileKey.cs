using System.Runtime.InteropServices;
using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Gates;

/// <summary>The key of one run of a compiler: the exact command line and the content of all that it names.</summary>
/// <remarks>
/// A project reference is named by its reference assembly, so that a change inside a method of it changes nothing here.
/// </remarks>
/// <param name="Key">Under it lies the entry.</param>
/// <param name="Files">The inputs as they were when hashed, by absolute path, less those that do not change while a build runs.</param>
internal sealed record CompileKey(Digest Key, IReadOnlyDictionary<string, HashedFile> Files)
{
    /// <summary>Raised with every change of what enters the key or of how.</summary>
    private const string Format = "compile-key/2";

    /// <summary>Files that the .NET SDK writes into obj with this clone's folders in them, which it neither compiles nor embeds as they are.</summary>
    private static readonly string[] s_neutral = [".GeneratedMSBuildEditorConfig.editorconfig", ".sourcelink.json"];

    /// <summary>Variables that compilers read by themselves.</summary>
    private static readonly string[] s_variables = ["LIB", "TZ", "ROSLYN_CACHE_PATH", "FSHARP_EXPERIMENTAL_FEATURES"];

    /// <summary>Computes the key; <see langword="null"/> if an input has vanished.</summary>
    /// <param name="context">The digests of files.</param>
    /// <param name="compiler">The digest of the compiler: see <see cref="HashCompiler"/>.</param>
    /// <param name="request">What the compiler is asked for.</param>
    /// <param name="project">The project, before any target of it ran.</param>
    /// <param name="settings">Settings that are part of every key.</param>
    /// <param name="stop">Stops the hashing.</param>
    public static CompileKey? Create(FactContext context, Digest compiler, CompileRequest request, EvaluatedProject project, KeySettings settings, CancellationToken stop)
    {
        using CanonicalHasher hasher = new(Format);
        hasher.Add(1, typeof(CompileKey).Module.ModuleVersionId.ToString("N"));
        hasher.Add(2, settings.Salt);
        hasher.Add(3, RuntimeInformation.RuntimeIdentifier);
        hasher.Add(4, settings.Relocatable ? "anywhere" : context.Roots.PathOf(RootMap.Repository) + "|" + context.Roots.PathOf(RootMap.Packages));
        hasher.Add(5, context.Roots.Neutral(request.CommandLine));
        foreach (string name in s_variables)
        {
            hasher.Add(6, context.Environment.GetValueOrDefault(name, ""));
        }

        hasher.Add(9, compiler);

        Dictionary<string, HashedFile> files = new(RootMap.Comparer);
        List<string> ofPackages = [];
        IEnumerable<string> all = request.Inputs
            .Concat(request.Analyzers.Where(analyzer => !context.IsFixed(analyzer)).SelectMany(Beside))
            .Concat(ImplicitInputs.Of(context, project))
            .Concat(DocumentationIncludes.Of(context, request.Documented, project.Directory, stop).Where(File.Exists));
        foreach (string path in all.Distinct(RootMap.Comparer))
        {
            if (context.IsFixed(path))
            {
                ofPackages.Add(path);
            }
            else if (TryHash(context, path, stop) is { } file)
            {
                files.Add(path, file);
            }
            else
            {
                return null;
            }
        }

        foreach ((string path, HashedFile file) in files.OrderBy(static file => file.Key, RootMap.Comparer))
        {
            hasher.Add(7, context.Roots.ToRooted(path));
            hasher.Add(8, file.Digest);
        }

        if (context.HashFixed(ofPackages, stop) is not { } packages)
        {
            return null;
        }

        hasher.Add(10, packages);
        return new CompileKey(hasher.Finish(), files);
    }

    /// <summary>The first input that is not what it was; <see langword="null"/> if all are.</summary>
    public string? Changed(FactContext context, CancellationToken stop) => Files
        .FirstOrDefault(file => !(FileStamp.TryRead(file.Key, out FileStamp now) && now == file.Value.Stamp && context.Memo.ShowsChanges(file.Key, now)) &&
            TryHash(context, file.Key, stop)?.Digest != file.Value.Digest)
        .Key;

    private static HashedFile? TryHash(FactContext context, string path, CancellationToken stop)
    {
        if (s_neutral.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            return context.Memo.TryHash("neutral", path, (path, _) => Digest.Of(context.Roots.Neutral(File.ReadAllText(path))), out Digest digest, out FileStamp stamp, stop)
                ? new HashedFile(digest, stamp)
                : null;
        }

        return context.TryHash(path, out HashedFile? file, stop) ? file : null;
    }

    /// <summary>The digest of a compiler's own assemblies: beside its task, and in the folder that Roslyn's packages and the .NET SDK have for it.</summary>
    public static Digest HashCompiler(FactContext context, string taskAssembly, CancellationToken stop)
    {
        using CanonicalHasher hasher = new("compiler/1");
        string folder = Path.GetDirectoryName(taskAssembly)!;
        foreach (string path in Beside(taskAssembly).Concat(Beside(Path.Combine(folder, "bincore", "csc.dll"))).Order(StringComparer.Ordinal))
        {
            if (context.TryHash(path, out HashedFile? file, stop))
            {
                hasher.Add(1, Path.GetRelativePath(folder, path));
                hasher.Add(2, file.Digest);
            }
        }

        return hasher.Finish();
    }

    private static IEnumerable<string> Beside(string assembly) =>
        Path.GetDirectoryName(assembly) is { } folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.dll") : [];
}
