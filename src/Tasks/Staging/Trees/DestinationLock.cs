using System.Diagnostics;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>Keeps builds apart that work on one destination: locked files beside its record, which a killed process gives back.</summary>
/// <remarks>
/// Who changes the destination holds it alone. Who has staged into it shares its use until the build ends, so that
/// nobody takes the tree away from a compiler.
/// </remarks>
internal static class DestinationLock
{
    /// <summary>How long another build may hold the place before this one gives up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until nobody else changes the destination; <see langword="null"/> if there is no way to, which is no reason not to stage.</summary>
    /// <exception cref="IOException">Another build holds it for too long.</exception>
    public static FileStream? ToChange(StoreLayout layout, string destination, ICacheLog log, CancellationToken stop) =>
        Wait(PathOf(layout, destination) + ".lock", FileShare.None, log, stop);

    /// <summary>Shares the use of the destination with others that do; <see langword="null"/> as above.</summary>
    /// <exception cref="IOException">Another build takes the tree away for too long.</exception>
    public static FileStream? ToUse(StoreLayout layout, string destination, ICacheLog log, CancellationToken stop) =>
        Wait(PathOf(layout, destination) + ".use", FileShare.ReadWrite, log, stop);

    /// <summary>Keeps all others from the use of the destination; <see langword="null"/> if one has it.</summary>
    /// <exception cref="IOException">The file cannot be opened for another reason.</exception>
    public static FileStream? TryTakeUse(StoreLayout layout, string destination)
    {
        try
        {
            return Open(PathOf(layout, destination) + ".use", FileShare.None);
        }
        catch (IOException failure) when (SharingViolation.Is(failure))
        {
            return null;
        }
    }

    private static string PathOf(StoreLayout layout, string destination) => layout.TreeRecordPath("destination " + destination);

    private static FileStream? Wait(string path, FileShare share, ICacheLog log, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return Open(path, share);
            }
            catch (IOException failure) when (SharingViolation.Is(failure))
            {
                stop.ThrowIfCancellationRequested();
                if (Stopwatch.GetElapsedTime(started) > s_patience)
                {
                    throw;
                }

                Thread.Sleep(10);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.Detail($"Builds that stage into one place do not wait for one another: {failure.Message}");
                return null;
            }
        }
    }

    private static FileStream Open(string path, FileShare share)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0);

        // Old files are pruned.
        File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow);
        return file;
    }
}
