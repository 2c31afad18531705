using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>What the compiler was given, and what it made.</summary>
internal sealed record CompilerRun
{
    /// <summary>Absolute path of the assembly that the compiler wrote.</summary>
    public required string Assembly { get; init; }

    /// <summary>Absolute paths of the assemblies that it compiled against.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>Absolute paths of the assemblies with analyzers and generators.</summary>
    public required IReadOnlyList<string> Analyzers { get; init; }

    /// <summary>Whether analyzers were left out, so that only generators ran.</summary>
    public required bool SkipsAnalyzers { get; init; }

    /// <summary>Absolute paths of the .editorconfig and .globalconfig files.</summary>
    public required IReadOnlyList<string> ConfigFiles { get; init; }

    /// <summary>When the build of the project began, in nanoseconds since 1970.</summary>
    public required long BegunNs { get; init; }

    /// <summary>The value of a property when the build was over, "" if it has none.</summary>
    public required Func<string, string> Property { get; init; }
}

/// <summary>Proves, after a build, that what the semantic key ignored shows nowhere: not in an output, not in a warning.</summary>
/// <remarks>It holds for every project with the same key: all that is looked at here follows from what is in it.</remarks>
internal static class SemanticProof
{
    private static readonly Digest s_free = Digest.Of("free of lines");
    private static readonly Digest s_asking = Digest.Of("asks for lines");

    /// <summary>Why the build must not be found by its semantic key; <see langword="null"/> if it may.</summary>
    public static string? Refute(SemanticKey key, CompilerRun run, IReadOnlyList<FoundOutput> found, FactContext context, CancellationToken stop)
    {
        if (found.FirstOrDefault(output => (output.CopyOf is { } source && key.Ignored.ContainsKey(source)) || key.Ignored.ContainsKey(output.Path)) is { } copy)
        {
            return $"'{copy.Path}' is an input and an output";
        }

        return key.Ignored.Values.Contains(SemanticForm.Source) ? RefuteSources(key, run, context, stop) : null;
    }

    /// <summary>Why the warnings forbid it: one that names a line of a file whose lines do not count would name an old one.</summary>
    public static string? Refute(SemanticKey key, IReadOnlyList<CachedWarning> warnings, Fingerprint fingerprint, EvaluatedProject project, RootMap roots)
    {
        foreach (CachedWarning warning in warnings)
        {
            string path = Path.GetFullPath(roots.Local(warning.File).Replace('\\', Path.DirectorySeparatorChar), project.Directory);
            if (warning.Line > 0 && (key.Ignored.ContainsKey(path) || !fingerprint.Files.ContainsKey(path)))
            {
                return $"the warning {warning.Code} names a line of '{Path.GetFileName(path)}'";
            }
        }

        return null;
    }

    private static string? RefuteSources(SemanticKey key, CompilerRun run, FactContext context, CancellationToken stop)
    {
        if (SourceVisibility.Find(run.Property) is { } setting)
        {
            return setting;
        }

        if (run.Property("LangVersion") != key.Language)
        {
            return "a target changed LangVersion";
        }

        if (run.Analyzers.FirstOrDefault(analyzer => !KnownAnalyzers.IsBlind(analyzer, run.SkipsAnalyzers, context)) is { } seeing)
        {
            return $"the analyzer or generator '{Path.GetFileName(seeing)}' may look at comments";
        }

        foreach (string config in run.ConfigFiles)
        {
            if (!File.Exists(config) || SourceVisibility.NamesLineRule(File.ReadAllText(config)))
            {
                return $"a rule that counts lines is named in '{Path.GetFileName(config)}'";
            }
        }

        // MSBuild leaves the compiler out where only the inside of a reference changed. Then its warnings were not heard.
        if (!FileStamp.TryRead(run.Assembly, out FileStamp assembly) || assembly.ModifiedNs < run.BegunNs)
        {
            return "the compiler did not run in this build";
        }

        if (ShowsLines(run.Assembly))
        {
            return "its assembly holds debug information, a use of CallerLineNumber, or an interceptor";
        }

        return run.References.FirstOrDefault(reference => !IsFreeOfLines(reference, context, stop)) is { } asking
            ? $"'{Path.GetFileName(asking)}' has a parameter with CallerLineNumber"
            : null;
    }

    /// <summary>Whether the project's own assembly can hold a line, or was not made deterministically.</summary>
    private static bool ShowsLines(string path)
    {
        try
        {
            using PEReader file = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return file.ReadDebugDirectory() is not [{ Type: DebugDirectoryEntryType.Reproducible }] ||
                LineAttributes.IsUsed(file.GetMetadataReader()) ||
                LineAttributes.HasInterceptor(file.GetMetadataReader());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Whether no method of a reference asks for the line of its call. Remembered, as a digest is: references are many and change seldom.</summary>
    private static bool IsFreeOfLines(string path, FactContext context, CancellationToken stop) =>
        context.Memo.TryHash("caller-lines/1", path, static (path, _) => IsFreeOfLines(path) ? s_free : s_asking, out Digest digest, out _, stop) && digest == s_free;

    private static bool IsFreeOfLines(string path)
    {
        try
        {
            using PEReader file = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return !LineAttributes.IsUsed(file.GetMetadataReader());
        }
        catch (Exception failure) when (failure is BadImageFormatException or InvalidOperationException)
        {
            return false;
        }
    }
}
