using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>What of a folder's files matters before any of them is looked at.</summary>
[Flags]
internal enum FolderTraits : byte
{
    None = 0,

    /// <summary>Some are links.</summary>
    HasLinks = 1,

    /// <summary>Some have names that differ by case alone.</summary>
    HasCaseClash = 2,
}

/// <summary>A folder of a tree, without its sub-folders.</summary>
/// <remarks>
/// Its files stay packed, as they lie in a record, until somebody asks for them: of a tree with a hundred thousand,
/// most are never looked at where little changed, and a folder is written to the next record as it was read.
/// </remarks>
internal sealed class TreeFolder
{
    private TreeFile[]? _files;

    /// <param name="path">Relative to the tree, with forward slashes; "" for the top.</param>
    /// <param name="files">In ordinal order.</param>
    /// <param name="sum">The sum of the hashes of all stamps in it; 0 where it does not count.</param>
    /// <param name="packed">The same files in the form of <see cref="PackedFiles"/>, where that is at hand.</param>
    public TreeFolder(string path, ReadOnlySpan<TreeFile> files, UInt128 sum = default, ReadOnlyMemory<byte> packed = default)
    {
        Path = path;
        Sum = sum;
        Count = files.Length;
        using CanonicalHasher hasher = new("tree-folder/1");
        HashSet<string> names = new(files.Length, StringComparer.OrdinalIgnoreCase);
        foreach (ref readonly TreeFile file in files)
        {
            hasher.Add(1, file.Name);
            hasher.Add(2, (long)file.Kind);
            hasher.Add(3, file.Digest);
            Size += file.Size;
            Traits |= (file.Kind == TreeEntryKind.Link ? FolderTraits.HasLinks : 0) | (names.Add(file.Name) ? 0 : FolderTraits.HasCaseClash);
        }

        Content = hasher.Finish();
        Packed = packed.IsEmpty ? PackedFiles.Pack(files) : packed;
    }

    /// <summary>A folder as a record has it.</summary>
    public TreeFolder(string path, UInt128 sum, Digest content, int count, long size, FolderTraits traits, ReadOnlyMemory<byte> packed)
    {
        Path = path;
        Sum = sum;
        Content = content;
        Count = count;
        Size = size;
        Traits = traits;
        Packed = packed;
    }

    public string Path { get; }

    public UInt128 Sum { get; }

    /// <summary>The digest of all names, kinds and contents in it.</summary>
    public Digest Content { get; }

    /// <summary>Number of files.</summary>
    public int Count { get; }

    /// <summary>Bytes in them.</summary>
    public long Size { get; }

    public FolderTraits Traits { get; }

    /// <summary>The files in the form of <see cref="PackedFiles"/>.</summary>
    public ReadOnlyMemory<byte> Packed { get; }

    /// <summary>The files, kept from then on: for who asks more than once.</summary>
    public TreeFile[] Files => _files ??= Unpack();

    /// <summary>The files, for who asks once.</summary>
    public TreeFile[] Unpack() => _files ?? PackedFiles.Unpack(Packed.Span, Count);

    /// <summary>The same files in a folder of another path.</summary>
    public TreeFolder At(string path) => path == Path ? this : new TreeFolder(path, Sum, Content, Count, Size, Traits, Packed);
}
