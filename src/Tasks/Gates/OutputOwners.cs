using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Gates;

/// <summary>Which projects of a solution have an output at which path.</summary>
internal sealed class OutputOwners
{
    private readonly Dictionary<string, (Digest Digest, ProjectRecord First, bool IsShared)> _outputs = new(RootMap.Comparer);

    /// <summary>Notes an output.</summary>
    /// <returns>Another project that has other content there; <see langword="null"/> if none has.</returns>
    public ProjectRecord? Add(ProjectRecord project, string path, Digest digest)
    {
        if (_outputs.TryAdd(path, (digest, project, false)))
        {
            return null;
        }

        (Digest other, ProjectRecord first, _) = _outputs[path];
        _outputs[path] = (other, first, IsShared: true);
        return other != digest && !ReferenceEquals(first, project) ? first : null;
    }

    /// <summary>Whether a project other than one has an output at a path.</summary>
    public bool IsOfOther(ProjectRecord project, string path) =>
        _outputs.TryGetValue(path, out (Digest Digest, ProjectRecord First, bool IsShared) found) && (found.IsShared || !ReferenceEquals(found.First, project));
}
