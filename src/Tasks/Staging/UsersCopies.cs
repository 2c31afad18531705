using BuildCache.Hashing;

namespace BuildCache.Staging;

/// <summary>What is to become of a copy that is not what its source is.</summary>
internal enum CopyVerdict
{
    /// <summary>It is what we placed, or older than its source: the source replaces it.</summary>
    SourceWins,

    /// <summary>Somebody changed it after it was placed: it stays.</summary>
    IsUsers,

    /// <summary>It is newer than its source and nobody knows what was placed: MSBuild lets it be, and so do we, but it may as well be stale.</summary>
    Unknown,
}

/// <summary>Copies that belong to the user once a program wrote into them, such as a local database.</summary>
/// <remarks>
/// With <c>CopyToOutputDirectory="PreserveNewest"</c> MSBuild copies a file only if it is newer than its copy. What a program
/// wrote into the copy is therefore kept by MSBuild, and must be kept here. Times alone do not tell it from a copy whose
/// source was replaced by an older file; what was placed last does.
/// </remarks>
internal static class UsersCopies
{
    /// <summary>Whether what lies at a copy's place is newer than the source, so that MSBuild would not copy over it.</summary>
    /// <param name="copy">The stamp of the copy itself.</param>
    /// <param name="source">The source, absolute.</param>
    public static bool IsNewer(FileStamp copy, string source) =>
        copy.IsRegular && FileStamp.TryRead(source, out FileStamp original) && IsNewer(copy, original);

    /// <summary>As the other. MSBuild compares times in units of 100 ns.</summary>
    public static bool IsNewer(FileStamp copy, FileStamp source) => copy.IsRegular && copy.ModifiedNs / 100 > source.ModifiedNs / 100;

    /// <summary>Decides about a copy that has other bytes than its source.</summary>
    /// <param name="copy">The stamp of the copy.</param>
    /// <param name="content">The digest of what is in it.</param>
    /// <param name="source">The stamp of the source.</param>
    /// <param name="placed">The copy as the last build left it; <see langword="null"/> if that is not known.</param>
    public static CopyVerdict Decide(FileStamp copy, Digest content, FileStamp source, PlacedFile? placed)
    {
        if (!IsNewer(copy, source))
        {
            return CopyVerdict.SourceWins;
        }

        return placed is null ? CopyVerdict.Unknown
            : placed.UsersCopyOf.Length == 0 && (placed.Stamp == copy || placed.Digest == content) ? CopyVerdict.SourceWins
            : CopyVerdict.IsUsers;
    }
}
