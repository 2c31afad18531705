using System.Collections.Concurrent;
using System.Threading.Channels;
using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Staging;
using BuildCache.Staging.Trees;
using BuildCache.Storage;
using BuildCache.Testing;

namespace BuildCache.Session;

/// <summary>What the tasks of one build share in one process: the wired parts, what was learned, and work for the background.</summary>
/// <remarks>Started by the first task, ended by MSBuild when the build ends. Safe for concurrent use.</remarks>
internal sealed class CacheSession : IDisposable
{
    private readonly SessionLog _log = new();
    private readonly ConcurrentDictionary<string, ProjectBuild> _building = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, IReadOnlyCollection<string>> _generated = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, SeenOutputs> _seen = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, (string Owner, Digest Key)> _trees = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, Lazy<FileStream?>> _uses = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, bool> _unsteady = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, double> _compiles = new(RootMap.Comparer);
    private readonly Channel<Action<CancellationToken>> _background = Channel.CreateUnbounded<Action<CancellationToken>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task> _worker;
    private readonly Lazy<bool> _mayRestore;
    private readonly RowFile _rows;
    private readonly FoldersInUse _inUse;
    private long _maxBytes = long.MaxValue;

    public CacheSession(SessionPlaces places, IReadOnlyDictionary<string, string> environment, ReadBefore readBefore)
    {
        Places = places;
        StoreLayout layout = new(places.Store);
        Store = new LocalStore(layout, _log);
        string boot = BootIdentity.Read();
        FileSystems fileSystems = new(_log);
        Placements = new PlacementStore(layout, boot, fileSystems);
        RootMap roots = places.Roots();
        Memo = new StatMemo(new MemoFile(layout.MemoPath(places.Repository), boot), _log, fileSystems);
        Context = new FactContext(roots, Memo, environment, OwnFolder(), readBefore);
        Written = new WrittenFiles(_log);
        Orphans = new Orphans(Placements, Written, Context);
        Gate = new ProjectGate(Store, Placements, Written, _inUse = new FoldersInUse(layout), Context, _log);
        Recorder = new ProjectRecorder(Context);
        SolutionRecords = new SolutionRecords(layout);
        RestoreOutputs restores = new(Store, Placements, Context, _log);
        SolutionGate = new SolutionGate(Store, Placements, Gate, restores, Context);
        SolutionRecorder = new SolutionRecorder(restores, SolutionRecords, Context);
        Publisher = new Publisher(Store, Placements, Context, _log);
        CompileGate = new CompileGate(Store, Context, _log);
        History = new WorkHistory(layout, _log);
        TestGate = new TestGate(Store, Placements, Context, _log);
        PublishGate = new PublishGate(Store, Placements, Context, _log);
        _rows = new RowFile(layout.StatisticsPath(places.Repository));
        _mayRestore = new Lazy<bool>(() => RestoreMark.IsThereAny(layout));
        Unusable = TryWrite(layout);
        _worker = new Lazy<Task>(() => Task.Run(WorkAsync));
    }

    public SessionPlaces Places { get; }

    public LocalStore Store { get; }

    public PlacementStore Placements { get; }

    public StatMemo Memo { get; }

    public FactContext Context { get; }

    /// <summary>The files that projects of this build have in place.</summary>
    public WrittenFiles Written { get; }

    /// <summary>Takes away what an earlier build left.</summary>
    public Orphans Orphans { get; }

    public ProjectGate Gate { get; }

    public Publisher Publisher { get; }

    public ProjectRecorder Recorder { get; }

    public SolutionRecords SolutionRecords { get; }

    public SolutionGate SolutionGate { get; }

    public SolutionRecorder SolutionRecorder { get; }

    public CompileGate CompileGate { get; }

    /// <summary>How long builds and tests take.</summary>
    public WorkHistory History { get; }

    public TestGate TestGate { get; }

    public PublishGate PublishGate { get; }

    public ICacheLog Log => _log;

    /// <summary>Where projects want the JSON summary; "" if none does.</summary>
    public string SummaryFile { get; set; } = "";

    /// <summary>Whether restore may be a part of this build: without it no solution is recorded, and no project need be. Asked for once restore is over, if there is one.</summary>
    public bool MayRestore => _mayRestore.Value;

    /// <summary>Why the store cannot be written; <see langword="null"/> if it can. Tried once, at the start.</summary>
    public string? Unusable { get; }

    /// <summary>Reports that were made outside any task; the next task shows them.</summary>
    public void DrainReports(ICacheLog to) => _log.Drain(to);

    /// <summary>Remembers that a project is being built.</summary>
    public void Begin(string identity, ProjectBuild build) => _building[identity] = build;

    /// <summary>Takes back what <see cref="Begin"/> remembered.</summary>
    public ProjectBuild? End(string identity)
    {
        bool isJoined = _inUse.End(identity);
        return _building.TryRemove(identity, out ProjectBuild? build) ? build with { IsJoined = build.IsJoined || isJoined } : null;
    }

    /// <summary>Notes what there is to see of a project before targets behind its build run.</summary>
    public void NoteSeen(string identity, SeenOutputs seen) => _seen[identity] = seen;

    /// <summary>What <see cref="NoteSeen"/> noted; <see langword="null"/> if nothing.</summary>
    public SeenOutputs? SeenOf(string identity) => _seen.GetValueOrDefault(identity);

    /// <summary>Whether a project is built to compare the result with the cache.</summary>
    public bool IsVerifying(string identity) => _building.TryGetValue(identity, out ProjectBuild? build) && build.Verifying is not null;

    /// <summary>Notes that a project's compiler made something else of the same input.</summary>
    public void NoteUnsteady(string identity) => _unsteady[identity] = true;

    /// <summary>Whether <see cref="NoteUnsteady"/> was called for a project.</summary>
    public bool IsUnsteady(string identity) => _unsteady.ContainsKey(identity);

    /// <summary>Notes that a project's compiler ran, or was spared.</summary>
    /// <param name="identity">The project.</param>
    /// <param name="secondsSaved">What the compiler would have taken; 0 if it ran.</param>
    public void NoteCompile(string identity, double secondsSaved) => _compiles.AddOrUpdate(
        identity, secondsSaved, (_, before) => before > 0 && secondsSaved > 0 ? before + secondsSaved : 0);

    /// <summary>Whether a project's compiler really ran.</summary>
    public bool CompilerRan(string identity) => _compiles.TryGetValue(identity, out double saved) && saved == 0;

    /// <summary>The seconds that the compile gate saved a project; 0 if a compiler ran, or none was asked for.</summary>
    public double SavedByCompileGate(string identity) => _compiles.GetValueOrDefault(identity);

    /// <summary>Notes which generated files outside of the intermediate folder a project's compiler has written.</summary>
    public void NoteGenerated(string identity, IReadOnlyCollection<string> paths) => _generated[identity] = paths;

    /// <summary>What <see cref="NoteGenerated"/> was told last; <see langword="null"/> for nothing.</summary>
    public IReadOnlyCollection<string>? Generated(string identity) => _generated.GetValueOrDefault(identity);

    /// <summary>Stages a tree. Another project of the build may stage the same tree there, but no other one.</summary>
    /// <exception cref="CacheException">It cannot be staged.</exception>
    public StagedTree Stage(TreeRequest request, string project, TreePlaces places, CancellationToken stop)
    {
        if (Unusable is not null && request.Placement != TreePlacement.Copy)
        {
            _log.Report(Diagnostics.TreeCopied, request.Name, request.Placement == TreePlacement.Hardlink ? "hard links" : "a link", Unusable);
            request = request with { Placement = TreePlacement.Copy };
        }

        // Held until the build ends: Clean, in this build or another, leaves the tree to those who compile with it.
        if (Unusable is null)
        {
            _ = _uses.GetOrAdd(request.Destination, destination => new Lazy<FileStream?>(() => DestinationLock.ToUse(Store.Layout, destination, _log, stop))).Value;
        }

        TreeStager stager = Stager(places);
        StagedTree staged = stager.Stage(request, source => source.Kind == SourceKind.Project ? ProjectOutputs.Load(source, Store, Context.Roots, stop) : null, stop);
        string owner = $"{Path.GetFileName(project)}: {request.Name}";
        (string first, Digest key) = _trees.GetOrAdd(request.Destination, (owner, staged.Key));
        return key == staged.Key ? staged : throw new CacheException(Diagnostics.TreesClash, first, owner, request.Destination, request.Destination);
    }

    /// <summary>Takes a tree away, as <see cref="TreeStager.TakeAway"/> does.</summary>
    public TreeRemoval TakeAway(TreeRequest request, TreePlaces places, CancellationToken stop) => Stager(places).TakeAway(request, stop);

    private TreeStager Stager(TreePlaces places) => new(Unusable is null ? Store.Layout : null, Memo, places, _log);

    /// <summary>Does work while the build goes on; it is finished before the build ends.</summary>
    public void Post(Action<CancellationToken> work)
    {
        _ = _worker.Value;
        _background.Writer.TryWrite(work);
    }

    /// <summary>Waits until what was posted so far is done. For the end of the build, which waits for it anyway.</summary>
    public void Flush()
    {
        using ManualResetEventSlim done = new();
        Post(_ => done.Set());
        done.Wait();
    }

    /// <summary>Adds a project's row to the statistics of this build.</summary>
    public void AddRow(ProjectRow row, long maxBytes)
    {
        _maxBytes = Math.Min(_maxBytes, maxBytes);
        try
        {
            _rows.Add(row);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.Detail($"The statistics could not be written: {failure.Message}");
        }
    }

    /// <summary>The rows of all nodes of this build so far.</summary>
    public IReadOnlyList<ProjectRow> ReadRows(DateTime since)
    {
        try
        {
            return _rows.ReadAll(since);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.Detail($"The statistics could not be read: {failure.Message}");
            return [];
        }
    }

    public void Dispose()
    {
        _background.Writer.Complete();
        if (_worker.IsValueCreated)
        {
            _worker.Value.GetAwaiter().GetResult();
        }

        TestGate.EndUnfinished();
        _inUse.Dispose();
        Memo.Save();
        Store.Save();
        _rows.Dispose();
        foreach (Lazy<FileStream?> use in _uses.Values.Where(static use => use.IsValueCreated))
        {
            use.Value?.Dispose();
        }

        PruneNowAndThen();
        _stop.Dispose();
    }

    /// <summary>The package's folder: the task assembly lies in tasks/net10.0 below it.</summary>
    private static string OwnFolder() =>
        Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(CacheSession).Assembly.Location)))!;

    private async Task WorkAsync()
    {
        await foreach (Action<CancellationToken> work in _background.Reader.ReadAllAsync())
        {
            try
            {
                work(_stop.Token);
            }
            catch (Exception failure)
            {
                // Whatever it is: the work after it must be done, and whoever waits for it must not wait for ever.
                _log.Report(Diagnostics.Unforeseen, failure.ToString());
            }
        }
    }

    /// <summary>Tries to write into the store, and says what went wrong.</summary>
    private static string? TryWrite(StoreLayout layout)
    {
        string probe = layout.NewTemporary();
        try
        {
            AtomicFile.Create(probe).Dispose();
            File.Delete(probe);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    /// <summary>Looks at the size of the store once an hour, whichever build it falls to.</summary>
    private void PruneNowAndThen()
    {
        string mark = Path.Combine(Store.Layout.Root, StoreNames.Pruned);
        try
        {
            // A mark from the future is one of a clock that was wrong, and must not keep the store growing.
            if (_maxBytes == long.MaxValue || (DateTime.UtcNow - File.GetLastWriteTimeUtc(mark)).Duration() < TimeSpan.FromHours(1))
            {
                return;
            }

            // Without a mark the store is new: the time of the first look is an hour from now.
            bool isNew = !File.Exists(mark);
            Directory.CreateDirectory(Store.Layout.Root);
            File.WriteAllBytes(mark, []);
            if (isNew)
            {
                return;
            }

            new StorePruner(Store.Layout, TimeProvider.System, _log).Prune(_maxBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.Detail($"The cache was not pruned: {failure.Message}");
        }
    }
}
