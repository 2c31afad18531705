using System.Collections.Concurrent;
using System.Reflection;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Hears the warnings that projects raise in this process while they are built, to show them again on a hit.</summary>
/// <remarks>
/// Whoever raises one, the compiler, a generator or a task, it passes MSBuild's logging service as an event, after the
/// project's settings made it an error or a message. A task has no public way to that service: where the private one
/// is missing (tried on MSBuild 18.9), nothing is published, since a hit would swallow warnings.
/// </remarks>
internal sealed class WarningTap : IDisposable
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private const int RestMilliseconds = 2;

    private readonly ConcurrentDictionary<int, ConcurrentQueue<BuildWarningEventArgs>> _heard = new();
    private readonly IEventSource _events;
    private readonly Action _waitForQueue;

    private WarningTap(IEventSource events, Action waitForQueue, bool hidesSome)
    {
        _events = events;
        _waitForQueue = waitForQueue;
        HidesSome = hidesSome;
        _events.WarningRaised += Hear;
    }

    /// <summary>Whether the command line makes messages of warnings (<c>-warnAsMessage</c>): then what is heard is not all that a build without it would show.</summary>
    public bool HidesSome { get; }

    /// <summary>Listens to the service behind a task's engine; <see langword="null"/> when this MSBuild hides it.</summary>
    public static WarningTap? TryCreate(IBuildEngine engine)
    {
        object? context = engine.GetType().GetProperty("LoggingContext", Members)?.GetValue(engine);
        object? service = context?.GetType().GetProperty("LoggingService", Members)?.GetValue(context);
        MethodInfo? wait = service?.GetType().GetMethod("WaitForLoggingToProcessEvents", Members, []);
        return service?.GetType().GetField("_filterEventSource", Members)?.GetValue(service) is IEventSource events && wait is not null
            ? new WarningTap(events, () => wait.Invoke(service, null), service.GetType().GetProperty("WarningsAsMessages", Members)?.GetValue(service) is ICollection<string> { Count: > 0 })
            : null;
    }

    /// <summary>The number of the project that a task runs in, as its events carry it; -1 when this MSBuild hides it.</summary>
    public static int ProjectOf(IBuildEngine engine)
    {
        object? context = engine.GetType().GetProperty("LoggingContext", Members)?.GetValue(engine);
        return context?.GetType().GetProperty("BuildEventContext", Members)?.GetValue(context) is BuildEventContext where ? where.ProjectInstanceId : -1;
    }

    /// <summary>Begins to listen for a project.</summary>
    public void Start(int project) => _heard[project] = new ConcurrentQueue<BuildWarningEventArgs>();

    /// <summary>What the project raised from <see cref="Start"/> until a time. Waits until the events that were logged so far have arrived.</summary>
    public IReadOnlyList<CachedWarning> Take(int project, DateTime until, Func<string, string> neutral)
    {
        // MSBuild's wait turns in a circle while events are on their way (tried on MSBuild 18.9): a moment of rest leaves it nothing to wait for.
        Thread.Sleep(RestMilliseconds);
        _waitForQueue();
        return !_heard.TryRemove(project, out ConcurrentQueue<BuildWarningEventArgs>? heard) ? [] : [.. heard.Where(warning => warning.Timestamp.ToUniversalTime() <= until).Select(warning => new CachedWarning(
            warning.Subcategory ?? "", warning.Code ?? "", warning.HelpLink ?? "", neutral(warning.File ?? ""),
            warning.LineNumber, warning.ColumnNumber, warning.EndLineNumber, warning.EndColumnNumber, neutral(warning.Message ?? "")))];
    }

    public void Dispose() => _events.WarningRaised -= Hear;

    private void Hear(object sender, BuildWarningEventArgs warning)
    {
        // Our own warnings are about this build's cache, not about the project.
        if (warning.BuildEventContext is { } where && warning.Code?.StartsWith("BCSDK", StringComparison.Ordinal) != true &&
            _heard.TryGetValue(where.ProjectInstanceId, out ConcurrentQueue<BuildWarningEventArgs>? heard))
        {
            heard.Enqueue(warning);
        }
    }
}
