using System.Collections.Concurrent;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>
/// Says which intermediate folders are being built into, so that two builds at once do not take each other's files
/// away.
/// </summary>
/// <remarks>
/// MSBuild has no such lock: two builds in one folder write the same files at once, and now and then one of them fails.
/// The cache must not make that worse. A process that builds a project after a miss holds a locked file until the
/// project is done; a killed process gives it back. A second process that finds the lock deletes nothing that was
/// written since, and neither of the two stores its result. On a file system without locks, nothing of this happens.
/// </remarks>
/// <param name="layout">The store.</param>
internal sealed class FoldersInUse(StoreLayout layout) : IDisposable
{
    private readonly ConcurrentDictionary<string, FileStream> _held = new(Hashing.RootMap.Comparer);

    /// <summary>
    /// Notes that this process begins to build into a folder. Since when another one does (UTC); <see langword="null"/>
    /// if none.
    /// </summary>
    public DateTime? Begin(string folder)
    {
        string path = PathOf(folder);
        if (_held.ContainsKey(folder))
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            FileStream file = new(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            if (!_held.TryAdd(folder, file))
            {
                file.Dispose();
                return null;
            }

            File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow);
            AtomicFile.TryDelete(JoinedPathOf(folder));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Join(folder, path);
        }
    }

    /// <summary>Notes that the project is done. Whether another process built into the folder meanwhile.</summary>
    public bool End(string folder)
    {
        if (!_held.TryRemove(folder, out FileStream? file))
        {
            return false;
        }

        bool isJoined = File.Exists(JoinedPathOf(folder));
        AtomicFile.TryDelete(JoinedPathOf(folder));
        file.Dispose();
        return isJoined;
    }

    /// <summary>Gives back what builds hold that did not come to their end.</summary>
    public void Dispose()
    {
        foreach (string folder in _held.Keys)
        {
            End(folder);
        }
    }

    private DateTime? Join(string folder, string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            DateTime since = File.GetLastWriteTimeUtc(path);
            File.WriteAllBytes(JoinedPathOf(folder), []);
            return since;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string PathOf(string folder) => layout.PlacementPath(folder) + ".building";

    private string JoinedPathOf(string folder) => layout.PlacementPath(folder) + ".joined";
}
