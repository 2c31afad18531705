using BuildCache.Scheduling;

namespace BuildCache.Schedules;

/// <summary>The graphs that are measured. Names sort in the order of the list: MSBuild lists a .slnx by name.</summary>
internal static class Graphs
{
    /// <summary>The four tasks of the article, in tenths of a second.</summary>
    public static WorkItem[] FourTasks() => Independent(17, 12, 31, 65);

    /// <summary>Sixteen test suites in the order in which somebody listed them.</summary>
    public static WorkItem[] SixteenSuites() => Independent(12, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 29, 38, 52);

    private static WorkItem[] Independent(params int[] tenths) => [.. tenths.Select((each, at) => new WorkItem($"S{at:00}", each / 10.0, []))];

    /// <summary>Projects with up to three references to earlier ones, mostly near ones, and durations of which a few are long.</summary>
    /// <param name="count">How many projects.</param>
    /// <param name="seed">Another seed is another graph.</param>
    /// <param name="meanSeconds">What a project takes on average.</param>
    public static WorkItem[] Random(int count, int seed, double meanSeconds)
    {
        // Seeded, so that every variant and every run sees the same graph.
        Random random = new((1000 * count) + seed);
        int[] names = [.. Enumerable.Range(0, count)];
        random.Shuffle(names);
        WorkItem[] items = new WorkItem[count];
        for (int at = 0; at < count; at++)
        {
            double seconds = meanSeconds * Math.Clamp(0.75 * -Math.Log(1 - random.NextDouble()), 0.15, 3);
            HashSet<string> references = [];
            for (int more = random.Next(0, 4); more > 0 && at > 0; more--)
            {
                int window = random.NextDouble() < 0.7 ? Math.Min(at, 12) : at;
                references.Add(Name(names[at - 1 - random.Next(window)]));
            }

            items[at] = new WorkItem(Name(names[at]), Math.Round(seconds, 2), [.. references]);
        }

        return [.. items.OrderBy(item => item.Name, StringComparer.Ordinal)];
    }

    private static string Name(int number) => $"P{number:000}";
}
