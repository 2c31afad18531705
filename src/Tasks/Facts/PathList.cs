namespace BuildCache.Facts;

/// <summary>Paths as a key: lists that name the same ones in the same order are equal.</summary>
/// <remarks>
/// They are compared one by one, of which the runtime makes a few microseconds. A hash of all their characters would be
/// made in every project, by code that the runtime has not compiled well yet.
/// </remarks>
/// <param name="paths">The paths; not to be changed any more.</param>
internal sealed class PathList(IReadOnlyList<string> paths) : IEquatable<PathList>
{
    private readonly IReadOnlyList<string> _paths = paths;

    /// <inheritdoc/>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public bool Equals(PathList? other)
    {
        if (other is null || other._paths.Count != _paths.Count)
        {
            return false;
        }

        for (int at = 0; at < _paths.Count; at++)
        {
            if (!string.Equals(_paths[at], other._paths[at], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PathList);

    /// <inheritdoc/>
    public override int GetHashCode() => _paths.Count == 0 ? 0 : HashCode.Combine(_paths.Count, _paths[0], _paths[^1]);
}
