using System.Globalization;
using BuildCache.TreeBench;

// Stages the tree of BuildStream's own benchmark (100 x 100 folders of 10 small files, and a base system) with the
// packed SDK, by each placement, and times cp and BuildStream on the same files in the same run.
//   dotnet run -c Release --project bench/Trees [-- --runs 3] [--size 100] [--keep] [--work FOLDER]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Options options = Options.Parse(args);
using Workshop work = new(options);
await work.PrepareAsync();
Table table = new();
for (int run = 0; run < options.Runs; run++)
{
    await new Peers(work, table).RunAsync();
    await new Staging(work, table).RunAsync(options.Only);
}

if (options.Only.Length == 0 || options.Only.Contains("buildstream", StringComparison.Ordinal))
{
    await Bst.RunAsync(work, table);
}

table.Print(options, work);
