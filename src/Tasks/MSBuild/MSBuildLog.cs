using System.Globalization;
using BuildCache.Reporting;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildCache.MSBuild;

/// <summary>Says to MSBuild what the library has to say, with code and page.</summary>
internal sealed class MSBuildLog(TaskLoggingHelper log, IBuildEngine engine) : ICacheLog
{
    public void Report(Diagnostic diagnostic, params string[] arguments)
    {
        string text = string.Format(CultureInfo.InvariantCulture, diagnostic.Text, arguments) + $" ({diagnostic.Page})";

        // The text goes in as an argument: a path with a brace in it would break a format.
        switch (diagnostic.Severity)
        {
            case Severity.Error:
                log.LogError(null, diagnostic.Code, null, null, 0, 0, 0, 0, "{0}", text);
                break;
            case Severity.Warning when diagnostic.IsFault && LiveProject.TreatsAsError(engine, diagnostic.Code):
                log.LogMessage(MessageImportance.High, "{0}: {1}", diagnostic.Code, text);
                break;
            case Severity.Warning:
                log.LogWarning(null, diagnostic.Code, null, null, 0, 0, 0, 0, "{0}", text);
                break;
            case Severity.Detail:
                log.LogMessage(MessageImportance.Low, "{0}: {1}", diagnostic.Code, text);
                break;
            default:
                log.LogMessage(MessageImportance.Normal, "{0}: {1}", diagnostic.Code, text);
                break;
        }
    }

    public void Detail(string text) => log.LogMessage(MessageImportance.Low, "{0}", text);
}
