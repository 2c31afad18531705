using System.CommandLine;
using System.Globalization;
using BuildCache.Soak;

Option<int[]> seed = new("--seed") { Description = "A walk with this seed. May be given several times." };
Option<string> seeds = new("--seeds") { Description = "Walks with these seeds, such as 1-5." };
Option<int> steps = new("--steps") { Description = "How many steps a walk has.", DefaultValueFactory = _ => 100 };
Option<bool> keep = new("--keep") { Description = "Keeps the folders. After a difference they are kept in any case." };
Option<FileInfo> package = new("--from-package") { Description = "The packed SDK. Without it this repository's is packed." };
RootCommand command = new("Walks at random over a generated solution, and compares each build through the cache with one without.")
{
    seed, seeds, steps, keep, package,
};
seeds.Validators.Add(result =>
{
    if (Seeds(result.GetValueOrDefault<string>()) is null)
    {
        result.AddError("--seeds takes two numbers, such as 1-5.");
    }
});
package.AcceptExistingOnly();
command.SetAction(async (parsed, _) =>
{
    if (parsed.GetValue(keep))
    {
        PackedSdk.Keep();
    }

    if (parsed.GetValue(package) is { } given)
    {
        PackedSdk.Use(given);
    }

    int[] all = [.. parsed.GetValue(seed) ?? [], .. parsed.GetValue(seeds) is { } range ? Seeds(range)! : []];
    foreach (int one in all.Length == 0 ? [1] : all)
    {
        if (!await Walk.RunAsync(one, parsed.GetValue(steps)))
        {
            PackedSdk.Keep();
            return 1;
        }
    }

    return 0;
});
return await command.Parse(args).InvokeAsync();

static IEnumerable<int>? Seeds(string? range) =>
    range?.Split('-') is [var first, var last] && int.TryParse(first, CultureInfo.InvariantCulture, out int from) &&
    int.TryParse(last, CultureInfo.InvariantCulture, out int to) && from <= to ? Enumerable.Range(from, to - from + 1) : null;
