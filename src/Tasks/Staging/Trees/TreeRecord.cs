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

/// <summary>A folder of a tree, without its sub-folders.</summary>
internal sealed class TreeFolder
{
    private Digest _content;

    /// <param name="path">Relative to the tree, with forward slashes; "" for the top.</param>
    /// <param name="files">In ordinal order.</param>
    /// <param name="sum">The sum of all stamps in it; 0 where it does not count.</param>
    /// <param name="content">What <see cref="Content"/> is, where that is known.</param>
    public TreeFolder(string path, TreeFile[] files, UInt128 sum = default, Digest content = default)
    {
        Path = path;
        Files = files;
        Sum = sum;
        _content = content;
    }

    public string Path { get; }

    public TreeFile[] Files { get; }

    public UInt128 Sum { get; }

    /// <summary>The digest of all names, kinds and contents in it.</summary>
    public Digest Content
    {
        get
        {
            if (_content.IsNone)
            {
                using CanonicalHasher hasher = new("tree-folder/1");
                foreach (ref readonly TreeFile file in Files.AsSpan())
                {
                    hasher.Add(1, file.Name);
                    hasher.Add(2, (long)file.Kind);
                    hasher.Add(3, file.Digest);
                }

                _content = hasher.Finish();
            }

            return _content;
        }
    }
}

/// <summary>All folders of a tree, a source or a destination, in ordinal order of their paths.</summary>
internal sealed class TreeRecord(TreeFolder[] folders)
{
    public TreeFolder[] Folders => folders;

    /// <summary>The sum of the folders' stamps: equal only if nothing changed.</summary>
    public UInt128 Sum { get; } = folders.Aggregate(UInt128.Zero, static (sum, folder) => unchecked(sum + folder.Sum));

    public int FileCount { get; } = folders.Sum(static folder => folder.Files.Length);

    /// <summary>Bytes of all files.</summary>
    public long Size { get; } = folders.Sum(static folder => folder.Files.Sum(static file => file.Size));

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
