using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Collects facts about the content of files, each file once.</summary>
internal sealed class FileFacts(FactContext context, List<Fact> facts, CancellationToken stop)
{
    private readonly Dictionary<string, HashedFile> _files = new(RootMap.Comparer);
    private readonly HashSet<string> _missing = new(RootMap.Comparer);
    private readonly HashSet<string> _copied = new(RootMap.Comparer);

    /// <summary>The files that were hashed, by absolute path.</summary>
    public IReadOnlyDictionary<string, HashedFile> Files => _files;

    /// <summary>The files that something names and that are not there.</summary>
    public IReadOnlySet<string> Missing => _missing;

    /// <summary>Adds a file; <see langword="false"/> if there is none.</summary>
    public bool TryAdd(string path)
    {
        if (_files.ContainsKey(path))
        {
            return true;
        }

        // Names of the .NET SDK's tables with a dot in them come by the dozen, and name no file of the project.
        if (_missing.Contains(path) || !context.TryHash(path, out HashedFile? file, stop))
        {
            _missing.Add(path);
            return false;
        }

        _files.Add(path, file);
        facts.Add(new Fact(FactKind.File, context.Roots.ToRooted(path), file.Digest));
        return true;
    }

    /// <summary>Adds a file that is copied to the output folder: whether it may be executed counts, too.</summary>
    public bool TryAddCopied(string path)
    {
        if (!TryAdd(path))
        {
            return false;
        }

        if (!OperatingSystem.IsWindows() && _copied.Add(path))
        {
            facts.Add(new Fact(FactKind.Executable, context.Roots.ToRooted(path), FactCheck.Executable(path)));
        }

        return true;
    }

    /// <summary>Adds a file, or its absence.</summary>
    public bool AddOrAbsent(string path)
    {
        if (TryAdd(path))
        {
            return true;
        }

        facts.Add(new Fact(FactKind.Absence, context.Roots.ToRooted(path), default));
        return false;
    }
}
