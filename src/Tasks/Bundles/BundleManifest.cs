using System.Text.Json.Serialization;

namespace BuildCache.Bundles;

/// <summary>One inner build in a bundle: for people.</summary>
/// <param name="Path">The project, relative to the repository.</param>
/// <param name="TargetFramework">The framework it was built for.</param>
/// <param name="Configuration">Debug, Release or another.</param>
/// <param name="Key">Its action key.</param>
internal sealed record BundleProject(string Path, string TargetFramework, string Configuration, string Key);

/// <summary>A file in a bundle.</summary>
/// <param name="Name">Its name in the archive: the kind, a slash, and the digest or key under which it goes into the cache.</param>
/// <param name="Digest">The SHA-256 of its content.</param>
/// <param name="Size">The length of its content in bytes.</param>
internal sealed record BundleMember(string Name, string Digest, long Size);

/// <summary>What a bundle holds. It is the archive's first file, as JSON; its own digest stands in the archive's comment.</summary>
internal sealed record BundleManifest
{
    /// <summary>The newest format that this version knows.</summary>
    public const int Newest = 1;

    /// <summary>The format, <see cref="Newest"/> when it was made.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The very build of this package that made the entries: no other finds them.</summary>
    public required string Engine { get; init; }

    /// <summary>The version of this package.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>The version of the .NET SDK.</summary>
    public required string DotnetSdk { get; init; }

    /// <summary>The system and the architecture.</summary>
    public required string Platform { get; init; }

    /// <summary>The only folder in which a repository finds the entries; "" if any will do.</summary>
    public required string Folder { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime Made { get; init; }

    /// <summary>The solution or project that was exported, relative to the repository.</summary>
    public required string Of { get; init; }

    public required IReadOnlyList<BundleProject> Projects { get; init; }

    /// <summary>The packages, each as its id and version.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    public required IReadOnlyList<BundleMember> Members { get; init; }
}

/// <summary>The JSON of manifests, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BundleManifest))]
internal sealed partial class BundleJson : JsonSerializerContext;
