using BenchmarkDotNet.Attributes;
using BuildCache.Hashing;

namespace BuildCache.Benchmarks;

/// <summary>The digests of a repository's files: read anew, and known from an earlier build.</summary>
public class HashingFiles
{
    private const int Bytes = 4096;
    private static readonly SilentLog s_log = new();

    private Files _files = null!;
    private string _memo = "";

    [Params(20_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void WriteFiles()
    {
        _files = new Files(Count, Bytes);
        _memo = Path.Combine(_files.Root, "files.memo");

        // The memo takes in no file that is too young for the clock to tell its next change.
        Thread.Sleep(2500);
        StatMemo memo = new(new MemoFile(_memo), s_log);
        HashAll(memo);
        memo.Save();
    }

    [GlobalCleanup]
    public void Remove() => _files.Dispose();

    [Benchmark(Baseline = true)]
    public int Fresh() => HashAll(new StatMemo(null, s_log));

    /// <summary>As a later build: loads the memo's file, too.</summary>
    [Benchmark]
    public int Memoised() => HashAll(new StatMemo(new MemoFile(_memo), s_log));

    private int HashAll(StatMemo memo)
    {
        foreach (string path in _files.Paths)
        {
            if (!memo.TryHash(path, out _, out _, CancellationToken.None))
            {
                throw new InvalidOperationException($"{path} could not be hashed.");
            }
        }

        return memo.FilesRead;
    }
}
