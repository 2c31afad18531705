using BuildCache.Hashing;

namespace BuildCache.Tests;

/// <summary>A test class with a folder of its own that goes away with it.</summary>
public abstract class TestFolder : IDisposable
{
    private protected string Scratch { get; } = Directory.CreateTempSubdirectory("bcsdk-unit-").FullName;

    private protected CollectingLog Log { get; } = new();

    private protected string PathOf(string relative) => Path.Combine(Scratch, relative.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Writes a file below the folder and returns its path.</summary>
    private protected string Write(string relative, string content) => Write(relative, System.Text.Encoding.UTF8.GetBytes(content));

    private protected string Write(string relative, byte[] content)
    {
        string path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Waits until the file system's clock has gone on so far that a change would show in a stamp.</summary>
    private protected static void LetTheClockTick() => Thread.Sleep(OperatingSystem.IsLinux() ? 80 : 2500);

    private protected RootMap Roots() => new((RootMap.Repository, PathOf("repo")), (RootMap.Packages, PathOf("packages")), (RootMap.Sdk, PathOf("sdk")));

    public void Dispose()
    {
        Directory.Delete(Scratch, recursive: true);
        GC.SuppressFinalize(this);
    }
}
