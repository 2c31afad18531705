using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Orders any list of independent work so that what takes longest starts first, by durations that <see cref="EndTimedWork"/> recorded.</summary>
/// <remarks>
/// The key of an item is its metadata <c>WorkKey</c>, or else its identity. An item whose duration is not known counts as
/// a typical one of the others. Equally long ones keep their order; with nothing known, or with BuildCacheSchedule=off, all do.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class OrderLongestFirst : HistoryTask
{
    /// <summary>The work.</summary>
    [Required]
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>The same items, the longest first.</summary>
    [Output]
    public ITaskItem[] Ordered { get; private set; } = [];

    private protected override void Run(ICacheLog log)
    {
        Ordered = Items;
        (CacheSettings settings, WorkHistory history) = OpenHistory(log);
        if (settings.Schedule == ScheduleMode.Off)
        {
            return;
        }

        double[] seconds = DurationGuess.Of([.. Items.Select(item => (history.Find(KeyOf(item)) is { IsMeasured: true } known ? known.Seconds : (double?)null, 0L))]);
        Ordered = [.. Enumerable.Range(0, Items.Length).OrderByDescending(at => seconds[at]).Select(at => Items[at])];
    }

    private static WorkKey KeyOf(ITaskItem item) => WorkKey.OfName(item.GetMetadata("WorkKey") is { Length: > 0 } key ? key : item.ItemSpec);
}
