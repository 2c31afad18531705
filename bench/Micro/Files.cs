using BuildCache.Reporting;

namespace BuildCache.Benchmarks;

/// <summary>Many small files like those of a build, in a folder that is removed afterwards.</summary>
internal sealed class Files : IDisposable
{
    private const int PerFolder = 200;

    public Files(int count, int bytes)
    {
        Random random = new(1);
        byte[] content = new byte[bytes];
        Paths = new string[count];
        for (int i = 0; i < count; i++)
        {
            if (i % PerFolder == 0)
            {
                Directory.CreateDirectory(Path.Combine(Root, "from", $"{i / PerFolder}"));
            }

            random.NextBytes(content);
            Paths[i] = Path.Combine(Root, "from", $"{i / PerFolder}", $"{i}.bin");
            File.WriteAllBytes(Paths[i], content);
        }
    }

    /// <summary>The folder of all that a benchmark writes.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("buildcache-micro-").FullName;

    public string[] Paths { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>A benchmark has nobody to tell.</summary>
internal sealed class SilentLog : ICacheLog
{
    public void Report(Diagnostic diagnostic, params string[] arguments)
    {
    }

    public void Detail(string text)
    {
    }
}
