namespace BuildCache.Scheduling;

/// <summary>What is remembered of a piece of work.</summary>
/// <param name="Key">Which work.</param>
/// <param name="Seconds">How long it takes when it is really done, smoothed; 0 with no <paramref name="Runs"/> means not known.</param>
/// <param name="Runs">How often it was really done, as far as it was counted.</param>
/// <param name="HitSeconds">How long it takes when it comes from the cache, smoothed; <see langword="null"/> where it never did.</param>
/// <param name="Shape">What else is known of it.</param>
internal sealed record WorkRecord(WorkKey Key, double Seconds, long Runs, double? HitSeconds, WorkShape Shape)
{
    /// <summary>Longer than any work: what claims to be longer was not measured.</summary>
    public const double MostSeconds = 30 * 24 * 3600.0;

    /// <summary>Whether its duration was ever measured.</summary>
    public bool IsMeasured => Runs > 0;

    /// <summary>This with one more run. The last one counts a fifth, so that one slow day does not turn the order over.</summary>
    public WorkRecord WithRun(double seconds, WorkShape? shape) =>
        this with { Seconds = IsMeasured ? Smooth(Seconds, seconds) : seconds, Runs = Runs + 1, Shape = shape ?? Shape };

    /// <summary>This with one more hit, which says nothing about the work itself.</summary>
    public WorkRecord WithHit(double seconds) => this with { HitSeconds = HitSeconds is { } known ? Smooth(known, seconds) : seconds };

    /// <summary>Whether a duration can be one.</summary>
    public static bool IsDuration(double seconds) => seconds is >= 0 and <= MostSeconds;

    private static double Smooth(double old, double @new) => ((4 * old) + @new) / 5;
}

/// <summary>What a project looks like to the scheduler.</summary>
/// <param name="SourceBytes">The size of its sources, for guessing how long another project takes; 0 if not known.</param>
/// <param name="References">The names of the projects that it builds on, as in keys.</param>
internal sealed record WorkShape(long SourceBytes, IReadOnlyList<string> References)
{
    public static WorkShape Unknown { get; } = new(0, []);
}
