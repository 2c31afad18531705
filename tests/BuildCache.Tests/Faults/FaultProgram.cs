using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Tests.Faults;

/// <summary>A process that publishes or restores one project in a folder, as the tasks do, to be killed on its way.</summary>
internal static class FaultProgram
{
    public static int Main(string[] arguments)
    {
        if (arguments[0] == "stage")
        {
            Staging.Trees.StagingProgram.Stage(arguments[1], Enum.Parse<TreePlacement>(arguments[2]), new CollectingLog());
            return 0;
        }

        FaultProject project = new(arguments[1], new CollectingLog());
        switch (arguments[0])
        {
            case "publish":
                project.Publish(arguments[2]);
                return 0;
            case "restore":
                return project.LookUp(arguments[2]).Placement is null ? 1 : 0;
            default:
                return 2;
        }
    }
}

/// <summary>A project whose build is a set of files that are given: everything between the tasks and the disk is real.</summary>
internal sealed class FaultProject
{
    private readonly FactContext _context;
    private readonly ProjectGate _gate;
    private readonly Publisher _publisher;

    public FaultProject(string folder, CollectingLog log)
    {
        Folder = folder;
        Log = log;
        Store = new LocalStore(new StoreLayout(Path.Combine(folder, "cache")), log);
        Placements = new PlacementStore(Store.Layout, "boot");
        RootMap roots = new((RootMap.Repository, Repository), (RootMap.Packages, Path.Combine(folder, "packages")), (RootMap.Sdk, Path.Combine(folder, "sdk")));
        _context = new FactContext(roots, new StatMemo(new MemoFile(Store.Layout.MemoPath("test")), log), new Dictionary<string, string>(), Path.Combine(folder, "own"));
        _gate = new ProjectGate(Store, Placements, new WrittenFiles(log), new FoldersInUse(Store.Layout), _context, log);
        _publisher = new Publisher(Store, Placements, _context, log);
    }

    public string Folder { get; }

    public CollectingLog Log { get; }

    public LocalStore Store { get; }

    public PlacementStore Placements { get; }

    public string Repository => Path.Combine(Folder, "repo");

    public string Intermediate => Path.Combine(Repository, "App", "obj");

    public string Output => Path.Combine(Repository, "App", "bin");

    private ProjectPlace Place => new(Intermediate, Output, Path.Combine(Output, "App.dll"));

    /// <summary>The build's outputs are what lies in bin and obj; the key is that of <paramref name="version"/>. What happens before the work in the background may be given.</summary>
    public void Publish(string version, bool isAtOnce = false, Action? between = null)
    {
        string[] written = [.. Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories)];
        BuiltOutputs built = new()
        {
            FileWrites = written,
            Copies = written.Where(path => path.Contains("Lib", StringComparison.Ordinal)).ToDictionary(path => path, path => Path.Combine(Folder, "packages", Path.GetFileName(path))),
            CopiesOfSeveral = new HashSet<string>(),
            CopiesIfNewer = new HashSet<string>(),
            Declared = [],
            IntermediateFolder = Intermediate,
            OutputFolder = Output,
            TargetPath = Place.TargetPath,
            ReferenceAssembly = "",
        };
        ProjectBuild build = new() { Project = Evaluated(), Place = Place, Fingerprint = Fingerprint(version), Reason = "" };
        RefreshedCopies copies = new StaleCopies(_context, Log).Refresh(built, build.Project, hasHooks: false, static () => null, CancellationToken.None);
        IReadOnlyList<FoundOutput> found = OutputCollector.Collect(built, build.Project, _context.Roots, _context.Tracked, copies.Seen).Found;
        (_, Action<CancellationToken>? rest) = _publisher.Publish(build, found, static () => [], relocatable: true, isAtOnce, CancellationToken.None);
        between?.Invoke();
        rest?.Invoke(CancellationToken.None);
        _context.Memo.Save();
        Store.Save();
    }

    /// <summary>As the lookup's task: cleans up, then restores or prepares the build.</summary>
    public LookupResult LookUp(string version)
    {
        RestoreJournal.Recover(Intermediate, static _ => false);
        return _gate.LookUp(Evaluated(), Place, Fingerprint(version), static () => null, CancellationToken.None);
    }

    public Digest KeyOf(string version) => Fingerprint(version).ActionKey;

    private EvaluatedProject Evaluated() => new()
    {
        Path = Path.Combine(Repository, "App", "App.csproj"),
        EvaluatedNs = FileStamp.Nanoseconds(DateTime.UtcNow),
        Imports = [],
        GlobalProperties = new Dictionary<string, string>(),
        Properties = [],
        ItemTypes = [],
        Property = static _ => "",
        Targets = new Dictionary<string, TargetShape>(),
    };

    private Fingerprint Fingerprint(string version)
    {
        Dictionary<string, HashedFile> files = [];
        string path = Path.Combine(Repository, "App", "App.csproj");
        if (_context.TryHash(path, out HashedFile? file, CancellationToken.None))
        {
            files[path] = file;
        }

        return BuildCache.Facts.Fingerprint.Create(Digest.Of("weak"), [new Fact(FactKind.Property, "Version", Digest.Of(version), version)], files, FileStamp.Nanoseconds(DateTime.UtcNow));
    }
}
