using System.Diagnostics;
using BuildCache.Reporting;
using BuildCache.Scheduling;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Records how long a piece of work took since <see cref="BeginTimedWork"/>. A target that fails does not come here: only successes count.</summary>
[MSBuildMultiThreadableTask]
public sealed class EndTimedWork : HistoryTask
{
    /// <summary>What the work is called, as it was begun.</summary>
    [Required]
    public string Key { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (!BeginTimedWork.Running(BuildEngine4).TryRemove(Key, out long started))
        {
            throw new CacheException(Diagnostics.WorkNotBegun, Key);
        }

        (CacheSettings settings, WorkHistory history) = OpenHistory(log);
        if (settings.Schedule != ScheduleMode.Off && settings.Mode != CacheMode.Read)
        {
            history.NoteRun(WorkKey.OfName(Key), Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }
}
