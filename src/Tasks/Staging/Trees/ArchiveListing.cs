using System.Runtime.InteropServices;

namespace BuildCache.Staging.Trees;

/// <summary>Gathers the files of an archive by folder. Those of a folder that the archive has left are packed: a hundred thousand are many.</summary>
internal sealed class ArchiveListing
{
    private readonly Dictionary<string, List<(byte[] Packed, int Count)>> _folders = new(StringComparer.Ordinal);
    private readonly List<TreeFile> _open = [];
    private string _current = "";

    /// <summary>Adds a folder, which may have no files.</summary>
    /// <remarks>As a rule an archive holds all of a folder in one place, so there is room for one part.</remarks>
    public void AddFolder(string path) => _folders.TryAdd(path, new(1));

    public void Add(string folder, in TreeFile file)
    {
        if (folder != _current)
        {
            Close();
            _current = folder;
        }

        _open.Add(file);
    }

    /// <summary>All folders, with their files in ordinal order.</summary>
    /// <param name="twice">Makes the error for a path that was added twice.</param>
    public TreeRecord ToRecord(Func<string, Exception> twice)
    {
        Close();
        KeyValuePair<string, List<(byte[] Packed, int Count)>>[] ordered = [.. _folders];
        _folders.Clear();
        Array.Sort(ordered, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        TreeFolder[] folders = new TreeFolder[ordered.Length];
        for (int i = 0; i < folders.Length; i++)
        {
            (string path, List<(byte[] Packed, int Count)> parts) = ordered[i];
            TreeFile[] files = [.. parts.SelectMany(static part => PackedFiles.Unpack(part.Packed, part.Count))];
            if (parts.Count > 1)
            {
                Array.Sort(files, Order);
            }

            for (int n = 1; n < files.Length; n++)
            {
                if (files[n].Name == files[n - 1].Name)
                {
                    throw twice(TreeRecord.Join(path, files[n].Name));
                }
            }

            folders[i] = new TreeFolder(path, files, packed: parts is [var only] ? only.Packed : default(ReadOnlyMemory<byte>));
            ordered[i] = default;
        }

        return new TreeRecord(folders);
    }

    private static int Order(TreeFile left, TreeFile right) => string.CompareOrdinal(left.Name, right.Name);

    private void Close()
    {
        if (_open.Count > 0)
        {
            _open.Sort(Order);
            AddFolder(_current);
            _folders[_current].Add((PackedFiles.Pack(CollectionsMarshal.AsSpan(_open)), _open.Count));
            _open.Clear();
        }
    }
}
