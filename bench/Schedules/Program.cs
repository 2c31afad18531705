using System.Globalization;
using System.Runtime.CompilerServices;
using BuildCache.BuildTimes;
using BuildCache.Schedules;
using BuildCache.Scheduling;

// Times solutions of sleeping projects under MSBuild's order, sorted items, and this package's schedule without and with history.
// dotnet run -c Release --project bench/Schedules -- [times FACTOR] [four] [suites] [random COUNT NODES SEEDS|FROM-TO]
// times: makes the durations of what follows so many times as long, and measures them once instead of three times.

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string work = Directory.CreateTempSubdirectory("schedules-").FullName;
string package = LayOutPackage(Path.Combine(work, "package"));
Programs programs = new();
try
{
    Console.WriteLine("Seconds of the solution's Build. list: a simulated list schedule without overhead, of the measured durations; bound: max(critical path, work / nodes).");
    Console.WriteLine($"{"graph",-22}{"nodes",6}{"stock",9}{"sorted",9}{"first",9}{"ours",9}{"list",9}{"bound",9}{"ours/list",11}{"ours/stock",12}{"first/stock",12}");
    List<Row> rows = [];
    Queue<string> words = new(args.Length == 0 ? ["four", "suites", "random", "20", "4", "1"] : args);
    int times = 1;
    while (words.TryDequeue(out string? word))
    {
        switch (word)
        {
            case "times" when words.Count >= 1:
                times = Number(words);
                break;
            case "four":
                Measure(rows, "four tasks", Longer(Graphs.FourTasks(), times), 2, runs: times == 1 ? 3 : 1);
                break;
            case "suites":
                Measure(rows, "sixteen suites", Longer(Graphs.SixteenSuites(), times), 6, runs: times == 1 ? 3 : 1);
                break;
            case "random" when words.Count >= 3:
                int count = Number(words), nodes = Number(words);
                (int from, int to) = Seeds(words);
                for (int seed = from; seed <= to; seed++)
                {
                    Measure(rows, $"{count} projects, seed {seed}", Longer(Graphs.Random(count, seed, MeanSeconds(count, nodes)), times), nodes, runs: 1);
                }

                break;
            default:
                Console.Error.WriteLine($"'{word}' is not known. Say: times FACTOR, four, suites, random COUNT NODES SEEDS or FROM-TO.");
                return 2;
        }
    }

    Console.WriteLine($"worst: ours/list {rows.Max(row => row.Ours / row.List):0.000}, ours/stock {rows.Max(row => row.Ours / row.Stock):0.000}, first/stock {rows.Max(row => row.First / row.Stock):0.000}");
    return 0;
}
finally
{
    programs.EndServers();
    Directory.Delete(work, recursive: true);
}

void Measure(List<Row> rows, string name, WorkItem[] items, int nodes, int runs)
{
    WorkGraph graph = WorkGraph.Create(items);
    Twin twin = new(Path.Combine(work, Guid.NewGuid().ToString("N")[..8]), package);
    string cache = twin.Folder + "-cache";
    twin.Write(items);
    double Build(int on)
    {
        programs.Run(twin.Folder, "dotnet", "build", "All.slnx", "--no-restore", $"-m:{on}", $"-p:BuildCacheDirectory={cache}", "-v:q");
        return twin.Seconds();
    }

    // Starts the nodes. With no time to sleep, since only the nodes matter.
    twin.UseStock();
    programs.Run(twin.Folder, "dotnet", "build", "All.slnx", "--no-restore", $"-m:{nodes + 1}", "-p:Milliseconds=20", "-v:q");
    twin.UsePackage();
    double first = Build(nodes);
    if (OrderChoice.Of(graph, isKnown: false, nodes) is null)
    {
        // The first build kept MSBuild's order, in which projects without the SDK cannot be measured.
        Build(nodes + 1);
    }

    List<double> stock = [], ours = [];
    for (int run = 0; run < runs; run++)
    {
        twin.UseStock();
        stock.Add(Build(nodes));
        twin.UsePackage();
        ours.Add(Build(nodes));
    }

    double list = Simulation.List(MeasuredGraph(items, cache, twin.Folder), nodes, WorkOrder.CriticalPath);
    twin.UseSorted(graph);
    double sorted = Build(nodes);
    Row row = new(Median(stock), sorted, first, Median(ours), list);
    rows.Add(row);
    Console.WriteLine($"{name,-22}{nodes,6}{row.Stock,9:0.00}{sorted,9:0.00}{first,9:0.00}{row.Ours,9:0.00}{list,9:0.00}{graph.LowerBound(nodes),9:0.00}{row.Ours / list,11:0.000}{row.Ours / row.Stock,12:0.000}{first / row.Stock,12:0.000}");
}

static WorkItem[] Longer(WorkItem[] items, int times) => [.. items.Select(item => item with { Seconds = item.Seconds * times })];

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

// The same graph with the durations that the package recorded.
WorkGraph MeasuredGraph(WorkItem[] items, string cache, string folder)
{
    WorkHistory history = new(new BuildCache.Storage.StoreLayout(cache), new Silent());
    BuildCache.Hashing.RootMap roots = new((BuildCache.Hashing.RootMap.Repository, folder));
    return WorkGraph.Create(items.Select(item => item with
    {
        Seconds = history.Find(WorkKey.OfProject(WorkKey.Build, roots, Path.Combine(folder, item.Name, item.Name + ".csproj"), "", "Debug"))?.Seconds
            ?? throw new InvalidOperationException($"Nothing was recorded of {item.Name}."),
    }));
}

// Long enough that a project is long beside what MSBuild needs for it, short enough that a cell of the table takes minutes.
static double MeanSeconds(int count, int nodes) => Math.Max(0.1, 6.0 * nodes / count);

static int Number(Queue<string> words) => int.Parse(words.Dequeue(), CultureInfo.InvariantCulture);

// "5" is seeds 1 to 5, "3-5" those alone: the larger graphs take minutes each.
static (int From, int To) Seeds(Queue<string> words)
{
    string[] ends = words.Dequeue().Split('-');
    return (ends.Length == 1 ? 1 : int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
}

// What the package has for solutions, without packing it.
string LayOutPackage(string to)
{
    string sdk = Path.Combine(Repository(), "src", "Sdk");
    foreach (string part in (string[])["Sdk", "targets"])
    {
        CopyFiles(Path.Combine(sdk, part), Path.Combine(to, part));
    }

    CopyFiles(AppContext.BaseDirectory, Path.Combine(to, "tasks", "net10.0"));
    return to;
}

static void CopyFiles(string from, string to)
{
    Directory.CreateDirectory(to);
    foreach (string file in Directory.EnumerateFiles(from))
    {
        File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}

static string Repository([CallerFilePath] string here = "") => Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(here)))!;

internal sealed record Row(double Stock, double Sorted, double First, double Ours, double List);

internal sealed class Silent : BuildCache.Reporting.ICacheLog
{
    public void Report(BuildCache.Reporting.Diagnostic diagnostic, params string[] arguments)
    {
    }

    public void Detail(string text)
    {
    }
}
