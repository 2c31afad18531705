namespace BuildCache.Staging.Trees;

/// <summary>Finds a name among the files of a folder.</summary>
internal static class TreeFolderSearch
{
    /// <summary>Where the name is; negative if it is not there.</summary>
    public static int IndexOf(ReadOnlySpan<TreeFile> files, ReadOnlySpan<char> name)
    {
        int low = 0, high = files.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = files[middle].Name.AsSpan().SequenceCompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
