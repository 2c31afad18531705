using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>Tells the files that staging put into a destination from those of others.</summary>
internal static class TreeOwnership
{
    /// <summary>The paths that we placed, relative to the destination.</summary>
    public static HashSet<string> Placed(RecordHeader header, TreeRecord? record)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (TreeFolder folder in record?.Folders ?? [])
        {
            foreach (TreeFile file in folder.Files)
            {
                paths.Add(TreeRecord.Join(folder.Path, file.Name));
            }
        }

        paths.ExceptWith(header.Strangers);
        return paths;
    }

    /// <summary>A file that nobody may take away or write anew unasked; <see langword="null"/> if there is none.</summary>
    /// <remarks>
    /// The record goes by the destination's path. Another folder may lie there by now: that of another clone, of another
    /// container with the same cache, or a person's own in place of a tree that was deleted. It is the one that we staged if one file
    /// still is what we placed, by its stamp. If none is, only files may go that we placed under the same names. Where git has a
    /// file that is not the tree's, it stays in any case.
    /// </remarks>
    /// <param name="destination">The folder, absolute.</param>
    /// <param name="doomed">Files in it that are to go or to be written anew, relative to it.</param>
    /// <param name="strangers">Those of them that are not the tree's.</param>
    /// <param name="found">What lies there.</param>
    /// <param name="header">What is known of it; <see langword="null"/> if it was never staged.</param>
    /// <param name="read">Reads what was placed there; <see langword="null"/> if that is not known.</param>
    public static string? Unknown(
        string destination, IReadOnlyList<string> doomed, IReadOnlyList<string> strangers, TreeRecord found, RecordHeader? header, Func<TreeRecord?> read)
    {
        if (doomed.Count == 0 || header is null)
        {
            return doomed.Count == 0 ? null : doomed[0];
        }

        TrackedFiles tracked = new();
        if (strangers.FirstOrDefault(path => tracked.Holds(Path.Join(destination, path)) == true) is { } checkedIn)
        {
            return checkedIn;
        }

        TreeRecord? record = read();
        bool wasCutOff = header.Key.IsNone && record is { FileCount: 0 };
        if (wasCutOff || (record is not null && HoldsOneOf(found, header, record)))
        {
            return null;
        }

        HashSet<string> placed = Placed(header, record);
        return strangers.FirstOrDefault(path => !placed.Contains(path));
    }

    /// <summary>A file of a hard-linked tree gets another stamp with each name that comes or goes, so there the content tells.</summary>
    private static bool HoldsOneOf(TreeRecord found, RecordHeader header, TreeRecord record)
    {
        bool isHardlinked = DestinationMark.IsHardlinked(header.Mark);
        HashSet<string> strangers = new(header.Strangers, StringComparer.Ordinal);
        Dictionary<string, TreeFolder> now = found.ByPath();
        foreach (TreeFolder folder in record.Folders)
        {
            if (!now.TryGetValue(folder.Path, out TreeFolder? there))
            {
                continue;
            }

            TreeFile[] files = [.. there.Unpack()];
            HashSet<UInt128> stamps = [.. files.Select(static file => file.Stamp)];
            HashSet<(string, Digest)> contents = isHardlinked ? [.. files.Select(static file => (file.Name, file.Digest))] : [];
            if (folder.Unpack().Any(file => ((file.Stamp != 0 && stamps.Contains(file.Stamp)) || contents.Contains((file.Name, file.Digest))) &&
                !strangers.Contains(TreeRecord.Join(folder.Path, file.Name))))
            {
                return true;
            }
        }

        return false;
    }
}
