namespace BuildCache.Scheduling;

/// <summary>The order in which test projects start: the longest first, since none depends on another.</summary>
internal static class TestOrder
{
    /// <summary>Sorts projects.</summary>
    /// <param name="names">What the projects are called in keys, in the order of the list.</param>
    /// <param name="history">All that is remembered.</param>
    /// <returns>Positions in the list; the list's own order where no test was ever measured.</returns>
    /// <remarks>A project for several frameworks counts with all of them. One that was never measured has no tests, or is new: then its name must do.</remarks>
    public static IReadOnlyList<int> Of(IReadOnlyList<string> names, IEnumerable<WorkRecord> history)
    {
        Dictionary<string, double> measured = new(StringComparer.Ordinal);
        foreach (WorkRecord record in history.Where(static record => record.Key.Kind == WorkKey.Test && record.IsMeasured))
        {
            measured[record.Key.Name] = measured.GetValueOrDefault(record.Key.Name) + record.Seconds;
        }

        double[] known = [.. names.Where(measured.ContainsKey).Select(name => measured[name]).Order()];
        double Seconds(string name) => measured.TryGetValue(name, out double seconds) ? seconds
            : known.Length > 0 && Path.GetFileNameWithoutExtension(name).Contains("Test", StringComparison.OrdinalIgnoreCase) ? known[known.Length / 2] : 0;
        return [.. Enumerable.Range(0, names.Count).OrderByDescending(position => Seconds(names[position]))];
    }
}
