using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Gates;

/// <summary>Tells analyzers and generators that look at no comments from those that might.</summary>
internal static class KnownAnalyzers
{
    /// <summary>
    /// The rules that every project has, and the generators of the base library. Each was looked at, in the version
    /// that <see cref="Known"/> names (docs/semantic-hashing.md).
    /// </summary>
    private static readonly HashSet<string> s_blind = new(StringComparer.OrdinalIgnoreCase)
    {
        "Microsoft.CodeAnalysis.NetAnalyzers.dll", "Microsoft.CodeAnalysis.CSharp.NetAnalyzers.dll",
        "Microsoft.Interop.ComInterfaceGenerator.dll", "Microsoft.Interop.JavaScript.JSImportGenerator.dll",
        "Microsoft.Interop.LibraryImportGenerator.dll", "Microsoft.Interop.SourceGeneration.dll",
        "System.Text.Json.SourceGeneration.dll", "System.Text.RegularExpressions.Generator.dll",
    };

    private const int Known = 10;

    private static readonly string[] s_homes = ["{sdk}/", "{packages}/microsoft.netcore.app.ref/", "{packages}/microsoft.codeanalysis.netanalyzers/"];

    /// <summary>Whether the assembly sees no comments and no lines.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="skipsAnalyzers">Whether only generators of it ran.</param>
    /// <param name="context">Tells what came from .NET.</param>
    public static bool IsBlind(string path, bool skipsAnalyzers, FactContext context)
    {
        try
        {
            using PEReader file = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            MetadataReader metadata = file.GetMetadataReader();
            return (skipsAnalyzers && !HasGenerator(metadata)) ||
                (s_blind.Contains(Path.GetFileName(path)) && metadata.GetAssemblyDefinition().Version.Major == Known && IsOfDotNet(path, context.Roots));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsOfDotNet(string path, RootMap roots)
    {
        string rooted = roots.ToRooted(path);
        return s_homes.Any(home => rooted.StartsWith(home, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A generator bears the attribute of this name, or it is not run.</summary>
    private static bool HasGenerator(MetadataReader metadata) =>
        metadata.TypeReferences.Any(handle => metadata.StringComparer.Equals(metadata.GetTypeReference(handle).Name, "GeneratorAttribute"));
}
