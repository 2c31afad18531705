using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>What a name in a tree stands for. Of the permissions only 'executable' counts, as in git.</summary>
internal enum TreeEntryKind : byte
{
    File = 0,
    Executable = 1,
    Link = 2,

    /// <summary>A device, a pipe or a socket that somebody left in a destination; never part of a tree.</summary>
    Other = 3,
}

/// <summary>A file or a link in a folder of a tree.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its length in bytes; of a link, 0.</param>
/// <param name="Digest">The digest of its content; of a link, of where it points.</param>
/// <param name="Target">Where a link points; else "".</param>
/// <param name="Stamp">A hash of its stamp when the digest was taken; 0 where it does not count or was too young to tell.</param>
internal readonly record struct TreeFile(string Name, TreeEntryKind Kind, long Size, Digest Digest, string Target, UInt128 Stamp)
{
    /// <summary>Whether two files are the same to whoever reads them.</summary>
    public bool IsSameContent(in TreeFile other) => Kind == other.Kind && Digest == other.Digest;
}
