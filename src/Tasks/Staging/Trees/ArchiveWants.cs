namespace BuildCache.Staging.Trees;

/// <summary>What is wanted of an archive, and where it goes. By folder: each name is asked for as the archive comes to it, which is folder by folder as a rule.</summary>
internal sealed class ArchiveWants
{
    /// <summary>Up to so many files, those of a folder are unpacked again where the archive comes back to it.</summary>
    private const int Few = 64;

    private readonly Dictionary<string, (string To, TreeFolder Files)> _folders = new(StringComparer.Ordinal);
    private TreeFolder? _last;
    private TreeFile[] _ofLast = [];

    /// <summary>Number of files.</summary>
    public int Count { get; private set; }

    /// <summary>Adds files of one folder of the archive.</summary>
    /// <param name="folder">The folder in the archive.</param>
    /// <param name="to">The absolute path of the folder that they go to.</param>
    /// <param name="files">The files; each folder is added once.</param>
    public void Add(string folder, string to, TreeFolder files)
    {
        lock (_folders)
        {
            _folders.Add(folder, (to, files));
            Count += files.Count;
        }
    }

    /// <summary>Finds a file by its path in the archive. For one thread.</summary>
    public bool TryFind(string path, out string to, out TreeFile file)
    {
        int at = path.LastIndexOf('/');
        ReadOnlySpan<char> name = path.AsSpan(at + 1);
        if (_folders.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path.AsSpan(0, Math.Max(at, 0)), out (string To, TreeFolder Files) folder))
        {
            TreeFile[] files = Unpack(folder.Files);
            if (TreeFolderSearch.IndexOf(files, name) is >= 0 and int found)
            {
                (to, file) = (string.Concat(folder.To, "/", name), files[found]);
                return true;
            }
        }

        (to, file) = ("", default);
        return false;
    }

    private TreeFile[] Unpack(TreeFolder folder)
    {
        if (folder.Count > Few)
        {
            return folder.Files;
        }

        if (_last != folder)
        {
            (_last, _ofLast) = (folder, folder.Unpack());
        }

        return _ofLast;
    }
}
