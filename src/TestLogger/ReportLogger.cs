using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;

namespace BuildCache.TestLogger;

/// <summary>Writes down how a test run went, for the task that keeps its result. Says nothing, and never fails a run.</summary>
/// <remarks>
/// report  = "bc-test-report/1" resultsFolder (message | test)* end
/// message = 'M' level text
/// test    = 'T' name outcome ticks startTicks endTicks attachments
/// end     = 'E' isComplete attachments
/// Texts have their length before them, as BinaryWriter writes them. A report without an end is that of a run that was cut off.
/// </remarks>
[FriendlyName("BuildCache")]
[ExtensionUri("logger://BuildCache/Report/v1")]
public sealed class ReportLogger : ITestLoggerWithParameters, IDisposable
{
    /// <summary>The first text of a report: another version has another one.</summary>
    public const string Magic = "bc-test-report/1";

    private readonly object _gate = new();
    private BinaryWriter? _report;

    /// <summary>Does nothing: without parameters there is no place to write to.</summary>
    public void Initialize(TestLoggerEvents events, string testRunDirectory)
    {
    }

    /// <summary>Begins the report at the path that the parameter <c>Report</c> names.</summary>
    public void Initialize(TestLoggerEvents events, Dictionary<string, string?> parameters)
    {
        if (!parameters.TryGetValue("Report", out string? path) || string.IsNullOrEmpty(path))
        {
            return;
        }

        Try(() =>
        {
            _report = new BinaryWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read), Encoding.UTF8);
            _report.Write(Magic);
            _report.Write(parameters.TryGetValue(DefaultLoggerParameterNames.TestRunDirectory, out string? folder) ? folder ?? "" : "");
        });
        events.TestRunMessage += (_, message) => Write(report =>
        {
            report.Write('M');
            report.Write((int)message.Level);
            report.Write(message.Message ?? "");
        });
        events.TestResult += (_, result) => Write(report => WriteTest(report, result.Result));
        events.TestRunComplete += (_, run) => Write(report =>
        {
            report.Write('E');
            report.Write(!run.IsAborted && !run.IsCanceled && run.Error is null);
            report.Write(run.AttachmentSets?.Count ?? 0);
            report.Dispose();
            _report = null;
        });
    }

    /// <summary>Closes the report of a run that was cut off.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _report?.Dispose();
            _report = null;
        }
    }

    private static void WriteTest(BinaryWriter report, TestResult result)
    {
        report.Write('T');
        report.Write(string.IsNullOrEmpty(result.DisplayName) ? result.TestCase.DisplayName ?? result.TestCase.FullyQualifiedName : result.DisplayName);
        report.Write((int)result.Outcome);
        report.Write(result.Duration.Ticks);
        report.Write(result.StartTime.UtcTicks);
        report.Write(result.EndTime.UtcTicks);
        report.Write(result.Attachments.Count);
    }

    private void Write(Action<BinaryWriter> write)
    {
        lock (_gate)
        {
            if (_report is { } report)
            {
                Try(() => write(report));
            }
        }
    }

    /// <summary>A report that cannot be written is one that is missing: the result is then not kept.</summary>
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentException or NotSupportedException)
        {
            _report = null;
        }
    }
}
