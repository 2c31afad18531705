namespace BuildCache.Scheduling;

/// <summary>How long work takes: as measured, or guessed from the size of its sources and what other work takes for its size.</summary>
internal static class DurationGuess
{
    // With no history at all only the ratios count: a project costs something whatever its size, and a source file is a few KB.
    private const double Least = 0.2;
    private const double SecondsPerByte = 1 / 200_000.0;

    /// <summary>A duration in seconds for each piece of work.</summary>
    /// <param name="work">What was measured of it; <see langword="null"/> if nothing was; and the size of its sources, 0 if not known.</param>
    public static double[] Of(IReadOnlyList<(double? Measured, long SourceBytes)> work)
    {
        double[] rates = [.. work.Where(each => each is { Measured: > 0, SourceBytes: > 0 }).Select(each => each.Measured!.Value / each.SourceBytes)];
        double[] measured = [.. work.Select(each => each.Measured).OfType<double>()];
        double? rate = Median(rates);
        double? typical = Median(measured);
        return [.. work.Select(each => each switch
        {
            { Measured: { } known } => known,
            { SourceBytes: > 0 } when rate is { } perByte => Math.Clamp(perByte * each.SourceBytes, measured.Min(), measured.Max()),
            _ when typical is { } usual => usual,
            _ => Least + (each.SourceBytes * SecondsPerByte),
        })];
    }

    private static double? Median(double[] values)
    {
        if (values.Length == 0)
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
