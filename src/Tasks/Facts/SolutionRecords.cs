using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Keeps the records of projects, one for each folder in obj of this machine, and those of solutions by weak key.</summary>
internal sealed class SolutionRecords(StoreLayout layout)
{
    /// <summary>So many states of a solution are kept, as after changes of branch.</summary>
    private const int Most = 4;

    private readonly System.Collections.Concurrent.ConcurrentDictionary<Digest, SharedFacts?> _shared = new();

    /// <summary>Keeps the record of a project.</summary>
    public void Write(string place, ProjectRecord project)
    {
        if (_shared.TryAdd(project.Shared.Key, project.Shared) || !File.Exists(layout.ProjectRecordPath(project.Shared.Key.ToString())))
        {
            AtomicFile.Write(layout, layout.ProjectRecordPath(project.Shared.Key.ToString()), SolutionRecordFormat.Write(project.Shared));
        }

        AtomicFile.Write(layout, layout.ProjectRecordPath(place), SolutionRecordFormat.Write(project));
    }

    /// <summary>The record of the project whose folder in obj this is; <see langword="null"/> if there is none.</summary>
    public ProjectRecord? Read(string place) => LocalStore.TryRead(layout.ProjectRecordPath(place)) is { } bytes
        ? SolutionRecordFormat.ReadProject(bytes, key => _shared.GetOrAdd(key, static (key, layout) =>
            LocalStore.TryRead(layout.ProjectRecordPath(key.ToString())) is { } shared ? SolutionRecordFormat.ReadShared(shared) : null, layout))
        : null;

    /// <summary>The records under a weak key, the last one first.</summary>
    public IEnumerable<SolutionRecord> ReadSolutions(Digest weakKey)
    {
        foreach (FileInfo file in Files(weakKey))
        {
            if (LocalStore.TryRead(file.FullName) is { } bytes && SolutionRecordFormat.ReadSolution(bytes) is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>Keeps the record of a solution, and removes what is too old.</summary>
    public void Write(Digest weakKey, SolutionRecord solution)
    {
        AtomicFile.Write(layout, Path.Combine(layout.SolutionFolder(weakKey), Guid.NewGuid().ToString("N")), SolutionRecordFormat.Write(solution));
        foreach (FileInfo old in Files(weakKey).Skip(Most))
        {
            AtomicFile.TryDelete(old.FullName);
        }
    }

    private IEnumerable<FileInfo> Files(Digest weakKey)
    {
        DirectoryInfo folder = new(layout.SolutionFolder(weakKey));
        return !folder.Exists ? [] : folder.EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc);
    }
}
