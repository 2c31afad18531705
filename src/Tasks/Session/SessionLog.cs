using System.Collections.Concurrent;
using BuildCache.Reporting;

namespace BuildCache.Session;

/// <summary>Collects what happens outside any task, since MSBuild drops what is logged after a task has returned.</summary>
internal sealed class SessionLog : ICacheLog
{
    private readonly ConcurrentQueue<(Diagnostic? Diagnostic, string[] Arguments)> _waiting = new();
    private readonly ConcurrentDictionary<string, bool> _said = new();

    public void Report(Diagnostic diagnostic, params string[] arguments)
    {
        // A fault of the cache shows up at every file; one warning is enough, and the others are for the log.
        if (diagnostic.Severity != Severity.Warning || _said.TryAdd(diagnostic.IsFault ? diagnostic.Code : diagnostic.Code + "\0" + arguments[0], true))
        {
            _waiting.Enqueue((diagnostic, arguments));
        }
        else
        {
            Detail(string.Format(System.Globalization.CultureInfo.InvariantCulture, diagnostic.Text, arguments));
        }
    }

    public void Detail(string text) => _waiting.Enqueue((null, [text]));

    public void Drain(ICacheLog to)
    {
        while (_waiting.TryDequeue(out (Diagnostic? Diagnostic, string[] Arguments) report))
        {
            if (report.Diagnostic is null)
            {
                to.Detail(report.Arguments[0]);
            }
            else
            {
                to.Report(report.Diagnostic, report.Arguments);
            }
        }
    }
}
