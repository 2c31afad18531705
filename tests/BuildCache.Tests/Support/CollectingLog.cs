using System.Collections.Concurrent;
using BuildCache.Reporting;

namespace BuildCache.Tests;

/// <summary>Keeps what was reported.</summary>
internal sealed class CollectingLog : ICacheLog
{
    public ConcurrentQueue<(Diagnostic Diagnostic, string[] Arguments)> Reports { get; } = new();

    public ConcurrentQueue<string> Details { get; } = new();

    public IEnumerable<string> Codes => Reports.Select(report => report.Diagnostic.Code);

    public void Report(Diagnostic diagnostic, params string[] arguments) => Reports.Enqueue((diagnostic, arguments));

    public void Detail(string text) => Details.Enqueue(text);
}
