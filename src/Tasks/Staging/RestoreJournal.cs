using System.Text;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>A list, in a project's intermediate folder, of all that a restore is about to change there and elsewhere.</summary>
/// <remarks>
/// It is written before the first file is touched and goes when the last one is in place. One that is found without
/// its process is the mark of a restore that was killed: everything on it is removed, so that nothing half-written
/// is ever taken for an output. In the folder itself, not in the cache: the cache may be read-only, another one, or
/// gone. It is held open and locked, so that a restore that is still at work is told from a dead one. It stays until all of
/// its work is done: what cannot be removed now is removed by a later build. A file that git has in its index is never removed.
/// journal = (absolute path "\n")* "end", UTF-8. Without the end nothing has been touched yet, or nothing is left to do.
/// </remarks>
internal sealed class RestoreJournal : IDisposable
{
    private const string End = "end";

    /// <summary>The file's name.</summary>
    public const string FileName = "buildcache.unfinished";

    /// <summary>How long a restore waits for another one into the same folder before it gives up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Func<string, bool> _isTracked;
    private bool _isDone;

    private RestoreJournal(string path, FileStream file, Func<string, bool> isTracked)
    {
        _path = path;
        _file = file;
        _isTracked = isTracked;
    }

    /// <summary>Notes the files that are about to change.</summary>
    /// <param name="intermediateFolder">The project's folder in obj, absolute.</param>
    /// <param name="files">Absolute paths.</param>
    /// <param name="isTracked">Whether git has a file in its index.</param>
    /// <param name="stop">Stops the waiting for another build.</param>
    /// <exception cref="IOException">It could not be written, or another build is restoring into this folder.</exception>
    public static RestoreJournal Begin(string intermediateFolder, IEnumerable<string> files, Func<string, bool> isTracked, CancellationToken stop)
    {
        string path = Path.Combine(intermediateFolder, FileName);
        FileStream file = Open(path, stop);
        try
        {
            Undo(file, isTracked);
            file.Write(Encoding.UTF8.GetBytes(string.Concat(files.Select(path => path + "\n")) + End));
            file.Flush();
            return new RestoreJournal(path, file, isTracked);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Cleans up after a restore that was killed, if one was: what it was about to write is removed.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">Something could not be removed; the list stays.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be removed; the list stays.</exception>
    public static bool Recover(string intermediateFolder, Func<string, bool> isTracked)
    {
        string path = Path.Combine(intermediateFolder, FileName);
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (!IsStillThere(path, file))
            {
                file.Dispose();
                return false;
            }

            using RestoreJournal journal = new(path, file, isTracked);
            journal.Undo();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException || IsLocked(failure))
        {
            // Another build has just finished, or is at work: what lies there is its business.
            return false;
        }

        return true;
    }

    /// <summary>Removes all that is listed, as after a kill: for a restore that failed when files had been replaced.</summary>
    public void Undo()
    {
        Undo(_file, _isTracked);
        _isDone = true;
    }

    /// <summary>Notes that all is in place, or that nothing was touched.</summary>
    public void Complete() => _isDone = true;

    /// <summary>Lets others into the folder. The list goes if nothing of it is left to do.</summary>
    public void Dispose()
    {
        if (!_isDone)
        {
            _file.Dispose();
            return;
        }

        // Where an open file can be deleted, it goes before its lock does: afterwards another build may have it.
        if (!OperatingSystem.IsWindows())
        {
            AtomicFile.TryDelete(_path);
        }

        try
        {
            _file.SetLength(0);
            _file.Dispose();
        }
        catch (IOException)
        {
            _file.SafeFileHandle.Dispose();
        }

        if (OperatingSystem.IsWindows())
        {
            AtomicFile.TryDelete(_path);
        }
    }

    private static FileStream Open(string path, CancellationToken stop)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                if (IsStillThere(path, file))
                {
                    return file;
                }

                file.Dispose();
            }
            catch (DirectoryNotFoundException)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            }
            catch (IOException failure) when (IsLocked(failure) && System.Diagnostics.Stopwatch.GetElapsedTime(started) < s_patience)
            {
                stop.ThrowIfCancellationRequested();
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>Whether the locked file is the one at its path. Another build may have deleted it after it was opened and before it was locked.</summary>
    private static bool IsStillThere(string path, FileStream file)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        // A time that no other file has: there is no portable number of a file.
        File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UnixEpoch.AddSeconds(Random.Shared.Next()));
        return File.Exists(path) && File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(file.SafeFileHandle);
    }

    /// <summary>Whether a file could not be opened because another process has it: EWOULDBLOCK, or a sharing violation.</summary>
    private static bool IsLocked(Exception failure) =>
        failure is IOException && failure.GetType() == typeof(IOException) && (failure.HResult & 0xFFFF) is 11 or 32 or 33 or 35;

    /// <summary>Removes what is listed, as far as it can be, and empties the list.</summary>
    /// <exception cref="IOException">Something cannot be removed; the list is what it was.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be removed; the list is what it was.</exception>
    private static void Undo(FileStream file, Func<string, bool> isTracked)
    {
        file.Position = 0;
        using StreamReader reader = new(file, Encoding.UTF8, leaveOpen: true);
        string[] lines = reader.ReadToEnd().Split('\n');
        Exception? failure = null;
        if (lines[^1] == End)
        {
            foreach (string path in lines.AsSpan(0, lines.Length - 1))
            {
                failure = TryDelete(path, isTracked) ?? failure;
                failure = TryDelete(path + OutputRestorer.Temporary, isTracked) ?? failure;
            }
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        file.SetLength(0);
        file.Position = 0;
    }

    /// <summary>Why a file could not be deleted; <see langword="null"/> if none is left there, or it is not ours.</summary>
    private static Exception? TryDelete(string path, Func<string, bool> isTracked)
    {
        if (!FileStamp.TryReadLink(path, out FileStamp stamp) || stamp.IsDirectory || isTracked(path))
        {
            return null;
        }

        try
        {
            FilesBelow.Delete(path);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure;
        }
    }
}
