using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>All folders of a tree, a source or a destination, in ordinal order of their paths.</summary>
internal sealed class TreeRecord
{
    public TreeRecord(TreeFolder[] folders)
    {
        Folders = folders;
        foreach (TreeFolder folder in folders)
        {
            Sum = unchecked(Sum + folder.Sum);
            FileCount += folder.Count;
            Size += folder.Size;
            IsRacy |= folder.Sum == 0;
        }
    }

    public TreeFolder[] Folders { get; }

    /// <summary>The sum of the folders' stamps: equal only if nothing changed.</summary>
    public UInt128 Sum { get; }

    public int FileCount { get; }

    /// <summary>Bytes of all files.</summary>
    public long Size { get; }

    /// <summary>Whether a folder's stamps were too young for the clock to tell a later change.</summary>
    public bool IsRacy { get; }

    /// <summary>The digest of all that a reader sees.</summary>
    public Digest Content()
    {
        using CanonicalHasher hasher = new("tree-content/1");
        foreach (TreeFolder folder in Folders)
        {
            hasher.Add(1, folder.Path);
            hasher.Add(2, folder.Content);
        }

        return hasher.Finish();
    }

    /// <summary>The folders by their path.</summary>
    public Dictionary<string, TreeFolder> ByPath()
    {
        Dictionary<string, TreeFolder> byPath = new(Folders.Length, StringComparer.Ordinal);
        foreach (TreeFolder folder in Folders)
        {
            byPath[folder.Path] = folder;
        }

        return byPath;
    }

    /// <summary>Path of a name in a folder of a tree.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : $"{folder}/{name}";
}
