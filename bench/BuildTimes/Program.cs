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

string repository = Repository();
int setAside = 0;
string work = Directory.CreateTempSubdirectory("buildtimes-").FullName;
string feed = Path.Combine(work, "feed");
string version = $"0.1.0-bench.{Guid.NewGuid().ToString("N")[..8]}";
Programs programs = new();
Twins twins = new(programs, work, feed, version);
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
        twins.Generate(options.Projects);
    }

    Console.WriteLine($"{(options.Shop ? "samples/Shop" : $"{options.Projects} generated projects")}, {options.Runs} runs, {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
    if (!Programs.CountsCpu)
    {
        Console.WriteLine("Without /proc only the time on the clock is measured, and the build servers are not ended.");
    }

    // Unmeasured: starts the nodes and the compiler server, and fills the file system's memory.
    Fresh(twins.Stock);
    Build(twins.Stock);
    Fresh(twins.Cached);
    Build(twins.Cached, summary);

    Measurements measured = new();
    for (int run = 0; run < options.Runs; run++)
    {
        // Which twin goes first alternates: a machine that slows down must not favour one.
        foreach (bool cached in run % 2 == 0 ? (bool[])[false, true] : [true, false])
        {
            if (cached)
            {
                SetAside(twins.Cache);
                Fresh(twins.Cached);
                measured.Add(CachedClean, Build(twins.Cached, summary));
                Expect(hits: false);
            }
            else
            {
                Fresh(twins.Stock);
                measured.Add(StockClean, Build(twins.Stock));
            }
        }

        measured.Add(StockNoOp, Build(twins.Stock));
        measured.Add(InPlace, Build(twins.Cached, summary));
        Expect(hits: true);
        measured.Add(StockNoOpRestore, programs.Run(twins.Stock, "dotnet", "build"));
        measured.Add(InPlaceRestore, programs.Run(twins.Cached, "dotnet", "build", summary));
        Expect(hits: true);
        Fresh(twins.Cached);
        measured.Add(WarmFresh, Build(twins.Cached, summary));
        Expect(hits: true);

        // Only a build that restores is recorded for the solution gate, so one goes before, unmeasured.
        programs.Run(twins.Cached, "dotnet", "build", summary);
        measured.Add(GateInPlace, programs.Run(twins.Cached, "dotnet", "build", summary));
        ExpectSolutionGate();
        Clone(twins.Cached);
        measured.Add(GateFresh, programs.Run(twins.Cached, "dotnet", "build", summary));
        ExpectSolutionGate();
        Console.WriteLine($"run {run + 1} of {options.Runs} done");
    }

    Console.WriteLine();
    measured.PrintSeries();
    Console.WriteLine();
    Console.WriteLine("ratios of paired runs: median (min..max)");
    measured.PrintRatio("miss overhead: clean with SDK / stock clean", CachedClean, StockClean);
    measured.PrintRatio("warm fresh clone / stock no-op", WarmFresh, StockNoOp);
    measured.PrintRatio("in place / stock no-op", InPlace, StockNoOp);
    measured.PrintRatio("in place / stock no-op, both with restore", InPlaceRestore, StockNoOpRestore);
    measured.PrintRatio("solution gate in place / stock, with restore", GateInPlace, StockNoOpRestore);
    measured.PrintRatio("solution gate fresh / stock, with restore", GateFresh, StockNoOpRestore);
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

// A fresh clone in the same place, with its packages restored.
void Fresh(string folder)
{
    Clone(folder);
    programs.Run(folder, "dotnet", "restore");
}

// A fresh clone in the same place, without anything restored.
void Clone(string folder)
{
    string old = SetAside(folder);
    programs.Run(work, "git", "clone", "--quiet", "--no-hardlinks", old, folder);
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
void Expect(bool hits)
{
    using JsonDocument document = JsonDocument.Parse(File.ReadAllText(twins.Summary));
    JsonElement totals = document.RootElement.GetProperty("totals");
    (int projects, int found) = (totals.GetProperty("projects").GetInt32(), totals.GetProperty("hits").GetInt32());
    if (found != (hits ? projects : 0) || projects == 0 || (!options.Shop && projects != options.Projects))
    {
        throw new InvalidOperationException($"{found} of {projects} projects came from the cache, which was not what this run measures.");
    }
}

// The gate of every project is named in the summary: none may have been evaluated.
void ExpectSolutionGate()
{
    Expect(hits: true);
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
