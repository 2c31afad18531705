using BuildCache.Hashing;

namespace BuildCache.Staging.Trees;

/// <summary>Where the content of a file is to be had: a file, or bytes.</summary>
internal readonly record struct FileContent(string Path, byte[]? Bytes = null);

/// <summary>A source whose key is known. What it holds is loaded only if it is asked for.</summary>
internal sealed class LoadedSource(TreeSource spec, Digest key, Func<TreeRecord> list)
{
    private readonly Lazy<TreeRecord> _listing = new(list);

    public TreeSource Spec => spec;

    /// <summary>Stands for the content, without the names that the tree gives it.</summary>
    public Digest Key => key;

    public TreeRecord Listing => _listing.Value;

    /// <summary>Says where a file of the listing is to be had, by its folder and its name; <see langword="null"/> for an archive, which is read from start to end.</summary>
    public Func<string, TreeFile, FileContent>? ContentOf { get; init; }

    /// <summary>Who brought a file, for messages.</summary>
    public Func<string, string>? OwnerOf { get; init; }

    public string Owner(string path) => OwnerOf?.Invoke(path) ?? spec.Name;
}
