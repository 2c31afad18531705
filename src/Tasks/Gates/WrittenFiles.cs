using System.Collections.Concurrent;
using BuildCache.Hashing;
using BuildCache.Reporting;

namespace BuildCache.Gates;

/// <summary>The files that projects of this build have in place, with who wrote them: two projects may share an output folder.</summary>
internal sealed class WrittenFiles(ICacheLog log)
{
    private readonly ConcurrentDictionary<string, (string Project, Digest Digest)> _written = new(RootMap.Comparer);

    /// <summary>Notes who wrote a file, and reports a clash: two projects that write different content to one place.</summary>
    public void Note(string project, string path, Digest digest)
    {
        (string first, Digest before) = _written.GetOrAdd(path, (project, digest));
        if (before != digest && first != project)
        {
            log.Report(Diagnostics.OutputClash, path, first, project);
        }
    }

    /// <summary>Whether another project has an output at a path.</summary>
    public bool IsOfOther(string project, string path) => _written.TryGetValue(path, out (string Project, Digest Digest) written) && written.Project != project;
}
