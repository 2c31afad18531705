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
    /// <param name="header">What is known of it; <see langword="null"/> if it was never staged.</param>
    /// <param name="recordPath">Where that is written.</param>
    /// <param name="stop">Stops the looking.</param>
    public static string? Unknown(
        string destination, IReadOnlyList<string> doomed, IReadOnlyList<string> strangers, RecordHeader? header, string? recordPath, CancellationToken stop)
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

        TreeRecord? record = TreeRecordFormat.Read(recordPath!)?.Record;
        bool wasCutOff = header.Key.IsNone && record is { FileCount: 0 };
        if (wasCutOff || (record is not null && HoldsOneOf(destination, header, record, stop)))
        {
            return null;
        }

        HashSet<string> placed = Placed(header, record);
        return strangers.FirstOrDefault(path => !placed.Contains(path));
    }

    /// <summary>Whether the files of a destination are second names of files in the store.</summary>
    public static bool IsHardlinked(RecordHeader header) => header.Mark.StartsWith(nameof(TreePlacement.Hardlink), StringComparison.Ordinal);

    private static bool HoldsOneOf(string destination, RecordHeader header, TreeRecord record, CancellationToken stop)
    {
        HashSet<string> strangers = new(header.Strangers, StringComparer.Ordinal);
        Dictionary<string, TreeFolder> now = new FolderScan(destination, stop) { IsOwn = true, WithChangeTime = !IsHardlinked(header) }.Refresh(record).ByPath();
        foreach (TreeFolder folder in record.Folders)
        {
            HashSet<UInt128> stamps = now.TryGetValue(folder.Path, out TreeFolder? there) ? [.. there.Unpack().Select(static file => file.Stamp)] : [];
            if (folder.Unpack().Any(file => file.Stamp != 0 && stamps.Contains(file.Stamp) && !strangers.Contains(TreeRecord.Join(folder.Path, file.Name))))
            {
                return true;
            }
        }

        return false;
    }
}
