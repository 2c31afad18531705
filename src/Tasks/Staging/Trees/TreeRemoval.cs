namespace BuildCache.Staging.Trees;

/// <summary>What became of a tree that was to be taken away.</summary>
internal enum TreeRemoval
{
    /// <summary>Nothing of it lies there any more.</summary>
    Gone,

    /// <summary>Files that are not the tree's lie there, and its settings let them stay.</summary>
    StrangersStay,

    /// <summary>A build uses it, this one or another. It was not touched.</summary>
    InUse,

    /// <summary>This cache has not staged it, or does not remember. It was not touched.</summary>
    NotKnown,
}
