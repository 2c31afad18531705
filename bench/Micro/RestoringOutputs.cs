using BenchmarkDotNet.Attributes;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Benchmarks;

/// <summary>An entry's outputs put into empty folders, beside plain copying of the same files.</summary>
public class RestoringOutputs
{
    private const int Bytes = 16 * 1024;
    private static readonly SilentLog s_log = new();

    private Files _files = null!;
    private OutputRestorer _restorer = null!;
    private CacheEntry _entry = null!;
    private string _repository = "";

    [Params(1, 1_000, 10_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void FillStore()
    {
        _files = new Files(Count, Bytes);
        _repository = Path.Combine(_files.Root, "repository");
        RootMap roots = new((RootMap.Repository, _repository));
        LocalStore store = new(new StoreLayout(Path.Combine(_files.Root, "cache")), s_log);
        List<CachedOutput> outputs = new(Count);
        foreach (string path in _files.Paths)
        {
            string relative = Path.GetRelativePath(_files.Root, path).Replace('\\', '/');
            outputs.Add(new CachedOutput("{repo}/bin/" + relative, OutputKind.File, store.PutFile(path, CancellationToken.None), Bytes, 0, ""));
        }

        _entry = new CacheEntry
        {
            ActionKey = Digest.Of("benchmark"),
            Visible = default,
            TargetPath = outputs[0].Path,
            BoundTo = "",
            Seconds = 0,
            Provenance = "",
            Facts = default,
            Outputs = outputs,
            Warnings = [],
        };
        _restorer = new OutputRestorer(store, roots, new StatMemo(null, s_log), new TrackedFiles());
    }

    [GlobalCleanup]
    public void Remove() => _files.Dispose();

    [IterationSetup]
    public void Empty()
    {
        if (Directory.Exists(_repository))
        {
            Directory.Delete(_repository, recursive: true);
        }
    }

    [Benchmark(Baseline = true)]
    public int Copy()
    {
        string folder = "";
        foreach (string path in _files.Paths)
        {
            string to = Path.Combine(_repository, "bin", Path.GetRelativePath(_files.Root, path));
            if (Path.GetDirectoryName(to) is { } next && next != folder)
            {
                Directory.CreateDirectory(folder = next);
            }

            File.Copy(path, to);
        }

        return _files.Paths.Length;
    }

    [Benchmark]
    public int Restore() =>
        _restorer.Restore(_entry, new RestorePlace(new BuildFolders("", ""), Before: null), CancellationToken.None)?.Count ?? throw new InvalidOperationException("The store did not hold all content.");
}
