using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>How an output comes back.</summary>
internal enum OutputKind : byte
{
    /// <summary>From the store, byte for byte.</summary>
    File = 0,

    /// <summary>A copy of a file that lies elsewhere: of a package, or of another project's output.</summary>
    Copy = 1,

    /// <summary>Text that names folders of this clone: stored with the roots' names, written with their places.</summary>
    Text = 2,

    /// <summary>A symbolic link.</summary>
    Link = 3,

    /// <summary>As <see cref="Copy"/>, of an item that is copied with PreserveNewest: one that somebody changed later stays.</summary>
    CopyIfNewer = 4,
}

/// <summary>One file that a project's build wrote.</summary>
/// <param name="Path">Its rooted path.</param>
/// <param name="Kind">How it comes back.</param>
/// <param name="Digest">The digest of the content; for text, of the stored form.</param>
/// <param name="Size">The length of the stored content in bytes.</param>
/// <param name="Permissions">The POSIX permission bits; 0 where there are none.</param>
/// <param name="Source">For a copy, the rooted path of the file it is a copy of; for a link, where it points; for text, its encoding where that is not UTF-8; else empty.</param>
internal sealed record CachedOutput(string Path, OutputKind Kind, Digest Digest, long Size, UnixFileMode Permissions, string Source)
{
    /// <summary>Whether it is a copy of a file that lies elsewhere.</summary>
    public bool IsCopy => Kind is OutputKind.Copy or OutputKind.CopyIfNewer;
}

/// <summary>A warning that the build showed, to be shown again.</summary>
internal sealed record CachedWarning(
    string Subcategory, string Code, string HelpLink, string File, int Line, int Column, int EndLine, int EndColumn, string Message);

/// <summary>What one build of a project made.</summary>
internal sealed record CacheEntry
{
    public required Digest ActionKey { get; init; }

    /// <summary>Stands for all that a dependent project can see of these outputs.</summary>
    public required Digest Visible { get; init; }

    /// <summary>The rooted path of the main output, as in the line "Name -> path".</summary>
    public required string TargetPath { get; init; }

    /// <summary>The only folder that these outputs are right for, because one of them holds its path; "" when they are right anywhere.</summary>
    public required string BoundTo { get; init; }

    /// <summary>How long the build took, in seconds, without waiting for references.</summary>
    public required double Seconds { get; init; }

    /// <summary>When, where and by which version it was made: for people, never for decisions.</summary>
    public required string Provenance { get; init; }

    /// <summary>The blob that holds the facts behind the key.</summary>
    public required Digest Facts { get; init; }

    public required IReadOnlyList<CachedOutput> Outputs { get; init; }

    public required IReadOnlyList<CachedWarning> Warnings { get; init; }
}
