namespace BuildCache.Soak;

/// <summary>Which processes a build runs in.</summary>
internal enum Processes
{
    /// <summary>MSBuild's server, which has built before.</summary>
    Server,

    /// <summary>A new process, with a node that has built before.</summary>
    Reused,

    /// <summary>New ones, which end with the build.</summary>
    Fresh,
}
