using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>A task that finds a project's outputs in the cache, or not, and says what its dependents ask for.</summary>
public abstract class AnsweringTask : ProjectTask
{
    /// <summary>"hit" where the outputs are in place; what else there is, each task says.</summary>
    [Output]
    public string Result { get; private protected set; } = "";

    /// <summary>The action key, 64 hex digits; "" where there is none.</summary>
    [Output]
    public string Fingerprint { get; private protected set; } = "";

    /// <summary>On a hit, the digest of what dependents see.</summary>
    [Output]
    public string Visible { get; private protected set; } = "";

    /// <summary>The project's rooted path, with its framework.</summary>
    [Output]
    public string Name { get; private protected set; } = "";
}
