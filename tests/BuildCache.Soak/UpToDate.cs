namespace BuildCache.Soak;

/// <summary>Whether the next build agrees that nothing is to do.</summary>
internal static class UpToDate
{
    /// <summary>Through the cache: all is found in place, and no file is written.</summary>
    public static async Task<List<string>> WithCacheAsync(Repository repository, Outcome outcome)
    {
        SortedDictionary<string, string> before = TreeSnapshot.Times(repository.Root);
        BuildResult again = await repository.Sandbox.BuildAsync("-m:1");
        List<string> found = [.. again.Misses.Concat(again.Skipped).Select(name => $"built again with nothing changed: {name}: {again.ReasonOf(name)}")];
        SortedDictionary<string, string> after = TreeSnapshot.Times(repository.Root);
        found.AddRange(after.Keys.Where(path => before.GetValueOrDefault(path) != after[path]).Select(static path => "written again with nothing changed: " + path));
        found.AddRange(Outcome.Of(again, repository).DifferencesFrom(outcome).Select(static difference => "built again with nothing changed: " + difference));
        return found;
    }

    /// <summary>
    /// A build without the cache on top changes nothing, and in a fresh clone it compiles nothing and copies nothing.
    /// </summary>
    /// <remarks>In place one project may be put in place anew, and its dependents stay: then these are older, and are
    /// compiled again to the same bytes.</remarks>
    public static async Task<List<string>> WithoutCacheAsync(Repository repository, Outcome outcome)
    {
        BuildResult stock = await repository.Sandbox.BuildAsync(["-m:1", "-p:BuildCacheEnabled=false", "-v:d", "-tl:off", .. Sandbox.WithoutCommit]);
        string[] work =
        [
            .. stock.Output.Split('\n').Where(line => repository.IsFresh && (
                (line.Contains("Copying file from", StringComparison.Ordinal) && !line.Contains("/always/", StringComparison.Ordinal)) ||
                line.Contains("Task \"Csc\"", StringComparison.Ordinal) || line.Contains("Task \"GenerateDepsFile\"", StringComparison.Ordinal))),
        ];
        Outcome after = Outcome.Of(stock, repository) with { Messages = outcome.Messages };
        return [.. work.Select(static line => "a build without the cache on top does: " + line.Trim()), .. after.DifferencesFrom(outcome)];
    }
}
