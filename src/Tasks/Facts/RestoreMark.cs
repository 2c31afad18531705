using System.Diagnostics;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Tells the other nodes of a build that restore is a part of it, so that what lies in obj belongs to the build files as they are.</summary>
/// <remarks>
/// mark = "bc-restore/1" process started at checksum. Written by the process of the command line, which restores, and
/// removed when the build ends: a project may be built by another process than the one it was restored by. One that a
/// killed build left names a process that is no more.
/// </remarks>
internal sealed class RestoreMark : IDisposable
{
    private const string Magic = "bc-restore/1";

    private static readonly TimeSpan s_clockError = TimeSpan.FromSeconds(2);

    private readonly string _path;

    private RestoreMark(string path) => _path = path;

    /// <summary>Notes that this process restores what a key stands for.</summary>
    public static RestoreMark Write(StoreLayout layout, Digest key)
    {
        using Process current = Process.GetCurrentProcess();
        using RecordWriter writer = new(Magic);
        writer.Write(current.Id);
        writer.Write(current.StartTime.ToUniversalTime().Ticks);
        writer.Write(DateTime.UtcNow.Ticks);
        string path = PathOf(layout, key);
        AtomicFile.Write(layout, path, writer.Finish());
        return new RestoreMark(path);
    }

    /// <summary>When the running build began to restore what a key stands for; <see langword="null"/> if it does not restore.</summary>
    public static DateTime? Find(StoreLayout layout, Digest key)
    {
        Mark? mark = RecordReader.Read(
            LocalStore.TryRead(PathOf(layout, key)), Magic,
            static reader => new Mark((int)reader.ReadNumber(), reader.ReadTime(), reader.ReadTime()));
        if (mark is null)
        {
            return null;
        }

        try
        {
            using Process process = Process.GetProcessById(mark.Process);
            return (process.StartTime.ToUniversalTime() - mark.Started).Duration() < s_clockError ? mark.At : null;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // There is no such process any more, or it is another's.
            return null;
        }
    }

    /// <summary>Whether any running build restores, as far as can be told without opening a file.</summary>
    public static bool IsThereAny(StoreLayout layout)
    {
        try
        {
            return Directory.Exists(layout.Verdicts) && Directory.EnumerateFiles(layout.Verdicts).Any();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    public void Dispose() => AtomicFile.TryDelete(_path);

    private static string PathOf(StoreLayout layout, Digest key) => Path.Combine(layout.Verdicts, key.ToString());

    /// <summary>The process that restores, when it started, and when it began to restore (UTC).</summary>
    private sealed record Mark(int Process, DateTime Started, DateTime At);
}
