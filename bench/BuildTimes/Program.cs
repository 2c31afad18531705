using System.Runtime.CompilerServices;
using System.Text.Json;
using BuildCache.BuildTimes;

// Times dotnet build with and without BuildCache.Sdk on the same solution, in runs that alternate.

Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

const string StockClean = "stock, clean";
const string CachedClean = "SDK, clean, empty cache";
const string StockNoOp = "stock, no-op";
const string InPlace = "SDK, warm in place";
const string StockNoOpRestore = "stock, no-op with restore";
const string InPlaceRestore = "SDK, in place with restore";
const string WarmFresh = "SDK, warm fresh clone";
const string GateInPlace = "SDK, solution gate in place";
const string GateFresh = "SDK, solution gate, fresh";
const string StockLeaf = "stock, one leaf edited in place";
const string GateLeaf = "SDK, one leaf edited, fresh";
const string StockOne = "stock, one project, no-op";
const string GateOne = "SDK, one project, fresh";
const string NxGraphKept = "Nx, fresh, project graph kept";
const string NxFresh = "Nx, fresh, all outputs cached";

string repository = Repository();
int setAside = 0;
string work = Directory.CreateTempSubdirectory("buildtimes-").FullName;
string feed = Path.Combine(work, "feed");
string version = $"0.1.0-bench.{Guid.NewGuid().ToString("N")[..8]}";
Programs programs = new();
Twins twins = new(programs, work, feed, version);
Measurements measured = new();
string summary = $"-p:BuildCacheSummaryFile={twins.Summary}";
try
{
    Directory.CreateDirectory(feed);
    Directory.CreateDirectory(Path.Combine(repository, "artifacts", "packages"));
    programs.Run(repository, "dotnet", "pack", Path.Combine(repository, "src", "Sdk"), "-c", "Release", $"-p:Version={version}", "-o", feed, "-v", "quiet");
    if (options.Shop)
    {
        twins.Copy(Path.Combine(repository, "samples", "Shop"));
    }
    else
    {
        twins.Generate(options.Projects, options.Lines);
        if (options.Nx.Length > 0)
        {
            // As on a machine of CI: the cache lies outside of the clone, and no daemon knows the clone yet. The index of the
            // cache lies in the workspace's data, so these have to lie outside, too.
            Environment.SetEnvironmentVariable("NX_CACHE_DIRECTORY", Path.Combine(work, "nx-cache"));
            Environment.SetEnvironmentVariable("NX_WORKSPACE_DATA_DIRECTORY", twins.NxData);
            Environment.SetEnvironmentVariable("NX_DAEMON", "false");
            twins.GenerateNx(options.Projects, options.Lines, options.Nx);
        }
    }

    Console.WriteLine($"{(options.Shop ? "samples/Shop" : $"{options.Projects} generated projects of {options.Lines} lines")}, {options.Runs} runs, {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
    if (!Programs.CountsCpu)
    {
        Console.WriteLine("Without /proc only the time on the clock is measured, and the build servers are not ended.");
    }

    // Unmeasured: starts the nodes and the compiler server, and fills the file system's memory.
    Fresh(twins.Stock);
    Build(twins.Stock);
    Fresh(twins.Cached);
    Build(twins.Cached, summary);

    if (options.Nx.Length > 0)
    {
        BuildWithNx(restore: true, keepsGraph: true);
    }

    for (int run = options.AtOnce ? -4 : 0; run < options.Runs; run++)
    {
        if (options.AtOnce)
        {
            MeasureAtOnce(run);
            continue;
        }

        if (options.GateOnly)
        {
            measured.Add(StockNoOpRestore, programs.Run(twins.Stock, "dotnet", "build"));
            MeasureGate(run);
            continue;
        }

        // Which twin goes first alternates: a machine that slows down must not favour one.
        foreach (bool cached in run % 2 == 0 ? (bool[])[false, true] : [true, false])
        {
            if (cached)
            {
                SetAside(twins.Cache);
                Fresh(twins.Cached);
                measured.Add(CachedClean, Build(twins.Cached, summary));
                ExpectHits(false);
            }
            else
            {
                Fresh(twins.Stock);
                measured.Add(StockClean, Build(twins.Stock));
            }
        }

        if (options.CleanOnly)
        {
            Console.WriteLine($"run {run + 1} of {options.Runs} done");
            continue;
        }

        measured.Add(StockNoOp, Build(twins.Stock));
        measured.Add(InPlace, Build(twins.Cached, summary));
        ExpectHits(true);
        measured.Add(StockNoOpRestore, programs.Run(twins.Stock, "dotnet", "build"));
        measured.Add(InPlaceRestore, programs.Run(twins.Cached, "dotnet", "build", summary));
        ExpectHits(true);
        Fresh(twins.Cached);
        measured.Add(WarmFresh, Build(twins.Cached, summary));
        ExpectHits(true);

        MeasureGate(run);
    }

    Console.WriteLine();
    measured.PrintSeries();
    Console.WriteLine();
    Console.WriteLine("ratios of paired runs: median (min..max)");
    if (!options.GateOnly)
    {
        measured.PrintRatio("miss overhead: clean with SDK / stock clean", CachedClean, StockClean);
    }

    if (options.CleanOnly)
    {
        return 0;
    }

    if (!options.GateOnly)
    {
        measured.PrintRatio("warm fresh clone / stock no-op", WarmFresh, StockNoOp);
        measured.PrintRatio("in place / stock no-op", InPlace, StockNoOp);
        measured.PrintRatio("in place / stock no-op, both with restore", InPlaceRestore, StockNoOpRestore);
    }

    measured.PrintRatio("solution gate in place / stock, with restore", GateInPlace, StockNoOpRestore);
    measured.PrintRatio("solution gate fresh / stock, with restore", GateFresh, StockNoOpRestore);
    if (!options.Shop)
    {
        measured.PrintRatio("leaf edited, fresh clone / stock in place", GateLeaf, StockLeaf);
        measured.PrintRatio("one project, fresh clone / stock no-op of it", GateOne, StockOne);
    }

    if (options.Nx.Length > 0)
    {
        measured.PrintRatio("solution gate fresh / Nx fresh, all outputs cached", GateFresh, NxFresh);
        measured.PrintRatio("the same, Nx' project graph kept from before", GateFresh, NxGraphKept);
    }

    return 0;
}
catch (InvalidOperationException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
finally
{
    programs.EndServers();
    if (options.Keep)
    {
        Console.WriteLine($"Kept: {work}");
    }
    else
    {
        Delete(work);
    }

    Delete(Path.Combine(GlobalPackages(), "buildcache.sdk", version));
}

// Two builds one after the other differ by more on a shared machine than a miss costs. At once both suffer alike. Each has
// a processor, which change places, and its own servers there; those of the first four runs, which do not count, are cold.
void MeasureAtOnce(int run)
{
    int processor = Math.Abs(run) % 2;
    SetAside(twins.Cache);
    Fresh(twins.Cached);
    Fresh(twins.Stock);
    Task<Took> cached = Task.Run(() => programs.Run(new Bound(processor, $"-cached{processor}"), twins.Cached, "dotnet", "build", "--no-restore", summary));
    Task<Took> stock = Task.Run(() => programs.Run(new Bound(1 - processor, $"-stock{1 - processor}"), twins.Stock, "dotnet", "build", "--no-restore"));
    (Took one, Took other) = (cached.GetAwaiter().GetResult(), stock.GetAwaiter().GetResult());
    ExpectHits(false);
    if (run >= 0)
    {
        measured.Add(CachedClean, one);
        measured.Add(StockClean, other);
    }

    Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"run {run + 1} of {options.Runs}: SDK {one.Wall:0.00} s on processor {processor}, stock {other.Wall:0.00} s, {one.Wall / other.Wall:0.000}"));
}

// What the solution gate does: nothing changed, in place and in a fresh clone; one leaf edited; one project by its name.
void MeasureGate(int run)
{
    // Only a build that restores is recorded for the solution gate, so one goes before, unmeasured.
    programs.Run(twins.Cached, "dotnet", "build", summary);
    measured.Add(GateInPlace, programs.Run(twins.Cached, "dotnet", "build", summary));
    ExpectSolutionGate();
    Clone(twins.Cached);
    measured.Add(GateFresh, programs.Run(twins.Cached, "dotnet", "build", summary));
    ExpectSolutionGate();
    if (options.Nx.Length > 0)
    {
        measured.Add(NxGraphKept, BuildWithNx(restore: false, keepsGraph: true));
        measured.Add(NxFresh, BuildWithNx(restore: false, keepsGraph: false));
    }

    if (!options.Shop)
    {
        string leaf = Twins.Leaf(options.Projects);
        File.AppendAllText(Path.Combine(twins.Stock, leaf), $"// edit {run}\n");
        measured.Add(StockLeaf, programs.Run(twins.Stock, "dotnet", "build"));
        Clone(twins.Cached);
        File.AppendAllText(Path.Combine(twins.Cached, leaf), $"// edit {run}\n");
        measured.Add(GateLeaf, programs.Run(twins.Cached, "dotnet", "build", summary));
        Expect(misses: 1, options.Projects);

        string project = Path.GetDirectoryName(leaf)!;
        measured.Add(StockOne, programs.Run(twins.Stock, "dotnet", "build", project));
        Clone(twins.Cached);
        programs.Run(twins.Cached, "dotnet", "build", project, summary);
        Clone(twins.Cached);
        measured.Add(GateOne, programs.Run(twins.Cached, "dotnet", "build", project, summary));
        ExpectGate();
        Clone(twins.Cached);
        programs.Run(twins.Cached, "dotnet", "build", summary);
    }

    Console.WriteLine($"run {run + 1} of {options.Runs} done");
}

// A fresh clone, with Nx and its cache as they were: what a developer's or a CI's machine keeps. Its tasks build without
// restore: without one, a run succeeds only if everything comes from the cache, and that is what is measured.
// What Nx knows of the projects lies in the clone by default (.nx/workspace-data), so a fresh one has to ask MSBuild for it.
Took BuildWithNx(bool restore, bool keepsGraph)
{
    if (!keepsGraph)
    {
        foreach (string file in Directory.EnumerateFiles(twins.NxData).Where(static file => !Path.GetFileName(file).Contains(".db", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }
    }

    string old = Clone(twins.Nx);
    Directory.Move(Path.Combine(old, "node_modules"), Path.Combine(twins.Nx, "node_modules"));
    if (restore)
    {
        programs.Run(twins.Nx, "dotnet", "restore");
    }

    return programs.Run(twins.Nx, "npx", "nx", "run-many", "-t", "build");
}

// A fresh clone in the same place, with its packages restored.
void Fresh(string folder)
{
    Clone(folder);
    programs.Run(folder, "dotnet", "restore");
}

// A fresh clone in the same place, without anything restored.
string Clone(string folder)
{
    string old = SetAside(folder);
    programs.Run(work, "git", "clone", "--quiet", "--no-hardlinks", old, folder);
    return old;
}

// Moved, not deleted: on ext4 without a journal, as virtual machines have it, creating files is several times slower
// for minutes after many were deleted (recently_deleted in the kernel), and that is no cost of any build.
string SetAside(string folder)
{
    string aside = Path.Combine(work, "aside", $"{setAside++}");
    Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
    Directory.Move(folder, aside);
    return aside;
}

Took Build(string folder, params string[] more) => programs.Run(folder, "dotnet", ["build", "--no-restore", .. more]);

// A measurement of something else than what its name says is worse than none.
void ExpectHits(bool hits)
{
    using JsonDocument document = JsonDocument.Parse(File.ReadAllText(twins.Summary));
    int projects = document.RootElement.GetProperty("totals").GetProperty("projects").GetInt32();
    Expect(hits ? 0 : projects, options.Shop ? projects : options.Projects);
}

void Expect(int misses, int projects)
{
    using JsonDocument document = JsonDocument.Parse(File.ReadAllText(twins.Summary));
    JsonElement totals = document.RootElement.GetProperty("totals");
    (int all, int found) = (totals.GetProperty("projects").GetInt32(), totals.GetProperty("hits").GetInt32());
    if (found != all - misses || all == 0 || all != projects)
    {
        throw new InvalidOperationException($"{found} of {all} projects came from the cache, which was not what this run measures.");
    }
}

// The gate of every project is named in the summary: none may have been evaluated.
void ExpectSolutionGate()
{
    ExpectHits(true);
    ExpectGate();
}

void ExpectGate()
{
    using JsonDocument document = JsonDocument.Parse(File.ReadAllText(twins.Summary));
    string[] gates = [.. document.RootElement.GetProperty("projects").EnumerateArray().Select(project => project.GetProperty("gate").GetString()!).Where(gate => gate != "solution")];
    if (gates.Length > 0)
    {
        throw new InvalidOperationException($"{gates.Length} projects were answered by the {gates[0]} gate, which was not what this run measures.");
    }
}

static string GlobalPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
    ? set
    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

static void Delete(string folder)
{
    try
    {
        if (Directory.Exists(folder))
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.IsReadOnly))
            {
                file.IsReadOnly = false;
            }

            Directory.Delete(folder, recursive: true);
        }
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"Left behind: {folder}");
    }
}

static string Repository([CallerFilePath] string here = "") =>
    Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
