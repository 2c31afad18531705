using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>All folders of a tree, a source or a destination, in ordinal order of their paths.</summary>
internal sealed class TreeRecord(TreeFolder[] folders)
{
    public TreeFolder[] Folders => folders;

    /// <summary>The sum of the folders' stamps: equal only if nothing changed.</summary>
    public UInt128 Sum { get; } = folders.Aggregate(UInt128.Zero, static (sum, folder) => unchecked(sum + folder.Sum));

    public int FileCount { get; } = folders.Sum(static folder => folder.Count);

    /// <summary>Bytes of all files.</summary>
    public long Size { get; } = folders.Sum(static folder => folder.Size);

    /// <summary>Whether a folder's stamps were too young for the clock to tell a later change.</summary>
    public bool IsRacy { get; } = folders.Any(static folder => folder.Sum == 0);

    /// <summary>The digest of all that a reader sees.</summary>
    public Digest Content()
    {
        using CanonicalHasher hasher = new("tree-content/1");
        foreach (TreeFolder folder in folders)
        {
            hasher.Add(1, folder.Path);
            hasher.Add(2, folder.Content);
        }

        return hasher.Finish();
    }

    /// <summary>The folders by their path.</summary>
    public Dictionary<string, TreeFolder> ByPath()
    {
        Dictionary<string, TreeFolder> byPath = new(folders.Length, StringComparer.Ordinal);
        foreach (TreeFolder folder in folders)
        {
            byPath[folder.Path] = folder;
        }

        return byPath;
    }

    /// <summary>Path of a name in a folder of a tree.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : $"{folder}/{name}";
}
