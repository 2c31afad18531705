using System.Collections.Concurrent;
using System.Diagnostics;
using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Starts the clock for a piece of work, which <see cref="EndTimedWork"/> stops.</summary>
[MSBuildMultiThreadableTask]
public sealed class BeginTimedWork : CacheTask
{
    /// <summary>What the work is called: any text, the same in every build.</summary>
    [Required]
    public string Key { get; set; } = "";

    private protected override void Run(ICacheLog log) => Running(BuildEngine4)[Key] = Stopwatch.GetTimestamp();

    /// <summary>When the work that is under way in this process began.</summary>
    internal static ConcurrentDictionary<string, long> Running(IBuildEngine4 engine) =>
        SessionLease.Shared(engine, "timed", static () => new ConcurrentDictionary<string, long>());
}
