namespace BuildCache.Staging.Trees;

/// <summary>What a source of a tree is.</summary>
internal enum SourceKind
{
    /// <summary>All that lies in a folder.</summary>
    Folder,

    /// <summary>What a tar, tar.gz or zip file holds.</summary>
    Archive,

    /// <summary>A package in NuGet's global folder.</summary>
    Package,

    /// <summary>The outputs of another project.</summary>
    Project,

    /// <summary>Single files, each with the name that it gets.</summary>
    Files,
}

/// <summary>How a tree gets to its destination.</summary>
internal enum TreePlacement
{
    /// <summary>Cloned where the file system can, else copied.</summary>
    Copy,

    /// <summary>Each file is a second name of the store's, read-only.</summary>
    Hardlink,

    /// <summary>The destination is a link to a tree in the store.</summary>
    Symlink,
}

/// <summary>What happens to files in the destination that are not the tree's.</summary>
internal enum CleanMode
{
    /// <summary>They go, but not if the destination was never a tree of ours and holds something.</summary>
    Default,

    /// <summary>They go.</summary>
    Remove,

    /// <summary>They stay, except those that an earlier tree put there.</summary>
    Keep,
}

/// <summary>A file of a list, and the name that it gets in the tree, with forward slashes.</summary>
internal readonly record struct NamedFile(string Path, string Target);

/// <summary>One source of a tree.</summary>
internal sealed record TreeSource
{
    public required SourceKind Kind { get; init; }

    /// <summary>What the person called it: for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the folder or the archive; for outputs of a project, of the folder that they would lie in.</summary>
    public string Path { get; init; } = "";

    /// <summary>For <see cref="SourceKind.Files"/>.</summary>
    public IReadOnlyList<NamedFile> Files { get; init; } = [];

    /// <summary>For <see cref="SourceKind.Project"/>, the entry that holds the outputs; empty: they lie at <see cref="Path"/>.</summary>
    public Storage.CacheEntry? Entry { get; init; }

    /// <summary>The folder of the tree that it goes to; "" for the top.</summary>
    public string Into { get; init; } = "";

    /// <summary>Globs of what is taken, separated by semicolons; "" for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Globs of what is left out.</summary>
    public string Without { get; init; } = "";

    /// <summary>A folder of the source: only what lies under it is taken, and its name is left out.</summary>
    public string StripPrefix { get; init; } = "";

    /// <summary>Whether it replaces what earlier sources brought.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>A tree that is wanted at a place.</summary>
internal sealed record TreeRequest
{
    public required string Name { get; init; }

    /// <summary>Absolute path.</summary>
    public required string Destination { get; init; }

    public TreePlacement Placement { get; init; }

    /// <summary>Whether the files get no permission to write.</summary>
    public bool ReadOnly { get; init; }

    public CleanMode Clean { get; init; }

    /// <summary>In order: later ones that overwrite win.</summary>
    public required IReadOnlyList<TreeSource> Sources { get; init; }
}

/// <summary>What staging did.</summary>
/// <param name="Key">The key of the tree.</param>
/// <param name="Content">What a build can see in the destination: the key and, where strangers' files stay, those.</param>
/// <param name="How">In words, for people.</param>
/// <param name="Files">How many files the tree has.</param>
/// <param name="Written">How many files were written, linked or removed.</param>
internal sealed record StagedTree(Hashing.Digest Key, Hashing.Digest Content, string How, int Files, int Written);
