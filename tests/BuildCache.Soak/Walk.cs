using System.Diagnostics;
using System.Globalization;

namespace BuildCache.Soak;

/// <summary>
/// A walk: step by step the repository changes at random, is built through the cache, and is compared with a clean
/// build without it.
/// </summary>
internal sealed class Walk
{
    private readonly int _seed;
    private readonly Repository _repository;
    private readonly UncachedBuilds _uncached;
    private readonly List<string> _soFar = [];
    private int _hits;
    private int _misses;

    private Walk(int seed, Sandbox sandbox)
    {
        _seed = seed;
        _repository = new Repository(sandbox, IsRelocatable(seed));
        _uncached = new UncachedBuilds(_repository);
    }

    /// <summary>Goes a walk. Whether nothing was wrong in it.</summary>
    public static async Task<bool> RunAsync(int seed, int steps)
    {
        await Machine.PrepareAsync();
        using Sandbox sandbox = await GeneratedSolution.CreateAsync(IsRelocatable(seed));
        Walk walk = new(seed, sandbox);
        for (int step = 0; step <= steps; step++)
        {
            if (!await walk.StepAsync(step))
            {
                PackedSdk.Keep();
                return false;
            }
        }

        Console.WriteLine($"seed {seed}: {steps} steps, nothing wrong; {walk._hits} projects from the cache, {walk._misses} built");
        return true;
    }

    private static bool IsRelocatable(int seed) => seed % 2 == 0;

    /// <summary>Each change has random numbers of its own: what one draws alters nothing for the next.</summary>
    private async Task<bool> StepAsync(int step)
    {
        Random random = new(unchecked((_seed * 1_000_003) + step));
        List<string> changes = [];
        for (int left = step == 0 ? 0 : random.OneIn(5) ? 2 : 1; left > 0; left--)
        {
            changes.Add(await Kind.ApplyAnyAsync(_repository, new Random(random.Next())));
        }

        Processes processes = random.Next(10) switch { < 6 => Processes.Server, < 8 => Processes.Reused, _ => Processes.Fresh };
        string what = string.Create(CultureInfo.InvariantCulture, $"{step}: {(step == 0 ? "builds the solution" : string.Join("; ", changes))} ({processes})");
        _soFar.Add(what);

        _repository.RunIn(processes);
        long began = Stopwatch.GetTimestamp();
        BuildResult result = await _repository.Sandbox.BuildAsync($"-m:{(processes == Processes.Server ? 1 : 2)}");
        TimeSpan cachedTook = Stopwatch.GetElapsedTime(began);
        _hits += result.Hits.Count;
        _misses += result.Misses.Count;
        Outcome outcome = Outcome.Of(result, _repository);
        began = Stopwatch.GetTimestamp();
        Outcome expected = await _uncached.BuildAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {_seed} {what}: {result.Hits.Count} hit, {result.Misses.Count} missed, {result.Skipped.Count} skipped, {cachedTook.TotalSeconds:0.0} s; uncached {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, exit code {expected.ExitCode}"));
        // A walk through states that do not build would find nothing.
        Assert.True(expected.ExitCode == 0 || SourceKinds.Unmended(_repository) is not null, $"{what}: this should build:\n{string.Join('\n', expected.Messages)}");
        List<string> differences = outcome.DifferencesFrom(expected);
        if (differences.Count == 0 && outcome.ExitCode == 0 && step > 0)
        {
            differences = random.Next(8) switch
            {
                0 => await UpToDate.WithCacheAsync(_repository, outcome),
                1 when !_repository.IsRelocatable => await UpToDate.WithoutCacheAsync(_repository, outcome),
                _ => [],
            };
        }

        _repository.IsFresh = false;
        if (differences.Count == 0)
        {
            return true;
        }

        await ReportAsync(differences, result);
        return false;
    }

    private async Task ReportAsync(List<string> differences, BuildResult result)
    {
        // What is kept to compare is of this state, and if two uncached builds differ that is no fault of the cache.
        Outcome again = await _uncached.BuildAsync(anew: true);
        Console.WriteLine($"\n{result.Output}\nseed {_seed}, the steps so far:");
        _soFar.ForEach(Console.WriteLine);
        Console.WriteLine($"\nDifferent from a clean build without the cache:\n{string.Join('\n', differences)}");
        Console.WriteLine($"\nThe repository is {_repository.Root}, the clean build is {_uncached.Last} (exit code {again.ExitCode}).");
    }
}
