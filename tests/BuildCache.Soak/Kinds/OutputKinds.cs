namespace BuildCache.Soak;

/// <summary>Damage of outputs, killed builds, and a cache that loses what it holds.</summary>
internal static class OutputKinds
{
    private const int LongestBeforeKill = 4500;
    private const int ShortestBeforeKill = 300;

    public static readonly Kind[] All = [Kind.Of(10, Damage), Kind.Of(4, Delete), new(4, KillAsync), new(3, PruneAsync)];

    private static string? Damage(Repository repository, Random random)
    {
        if (random.OneOf(repository.Outputs()) is not { } path)
        {
            return null;
        }

        string full = repository.Sandbox.PathOf(path);
        DateTime time = File.GetLastWriteTimeUtc(full);
        byte[] bytes = File.ReadAllBytes(full);
        int kind = random.Next(4);
        if (kind == 0)
        {
            File.Delete(full);
            return $"deletes {path}";
        }

        // A newer copy of a file that is copied if newer may be a program's data: it stays, as without the cache.
        bool keepsTime = kind == 3 || IsCopiedIfNewer(path);
        File.WriteAllBytes(full, kind == 1 ? bytes[..(bytes.Length / 2)] : RandomBytes(random, bytes.Length));
        if (keepsTime)
        {
            File.SetLastWriteTimeUtc(full, time);
        }

        return $"{(kind == 1 ? "truncates" : "overwrites")} {path}{(keepsTime ? ", and keeps its time" : "")}";
    }

    private static bool IsCopiedIfNewer(string path) =>
        path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/always/", StringComparison.Ordinal) && (path.EndsWith(".txt", StringComparison.Ordinal) || path.EndsWith("/settings.json", StringComparison.Ordinal));

    private static string? Delete(Repository repository, Random random)
    {
        string[] names = random.Next(3) switch { 0 => ["bin"], 1 => ["obj"], _ => ["bin", "obj"] };
        string[] projects = random.OneIn(2) ? repository.Projects : [random.OneOf(repository.Projects)!];
        foreach (string folder in projects.SelectMany(project => names.Select(name => repository.Sandbox.PathOf($"{project}/{name}"))))
        {
            Repository.Delete(folder);
        }

        return $"deletes {string.Join(" and ", names)} of {string.Join(", ", projects)}";
    }

    /// <summary>A build in processes of its own, killed with all of them.</summary>
    private static async Task<string?> KillAsync(Repository repository, Random random)
    {
        string? changed = random.OneIn(2) && random.NumberedFile(repository, "*.cs") is { } path && repository.Edit(path, random.Renumber) ? path : null;
        if (random.OneIn(3))
        {
            repository.Sandbox.DeleteOutputs();
        }

        int after = random.Next(ShortestBeforeKill, LongestBeforeKill);
        repository.RunIn(Processes.Fresh);
        using CancellationTokenSource kill = new(after);
        (int exitCode, _) = await Tool.RunAsync(repository.Root, repository.Sandbox.Environment, "dotnet", ["build", "-nologo", "-m:2"], kill.Token);
        return $"edits {changed ?? "nothing"}, and kills a build after {after} ms: it ended with {exitCode}";
    }

    /// <summary>A part of what the cache holds counts as unused for long and is pruned.</summary>
    private static async Task<string?> PruneAsync(Repository repository, Random random)
    {
        string[] files = [.. Directory.EnumerateFiles(repository.Sandbox.Cache, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        int share = random.Next(1, 4);
        foreach (string file in files.Where(_ => random.Next(4) < share))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
            File.SetLastAccessTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        }

        repository.RunIn(Processes.Server);
        BuildResult result = await repository.Sandbox.DotnetAsync("build", "Multi", "-nologo", "-m:1", "-t:BuildCachePrune", "-p:BuildCacheMaxSize=1KB");
        int left = Directory.EnumerateFiles(repository.Sandbox.Cache, "*", SearchOption.AllDirectories).Count();
        return $"prunes the cache from {files.Length} files to {left}, which ended with {result.ExitCode}";
    }

    private static byte[] RandomBytes(Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
