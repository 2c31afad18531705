using System.Reflection;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild.Compiling;

/// <summary>An engine for the compiler's task that passes everything on to the real one, and remembers the warnings.</summary>
/// <remarks>
/// As raised, before MSBuild makes errors or messages of them: shown again, they pass the settings of that time.
/// A proxy, because the interface grows with every version and the compiler is to get all of it.
/// </remarks>
public class WarningRecorder : DispatchProxy
{
    private IBuildEngine? _engine;
    private List<BuildWarningEventArgs> _raised = [];

    /// <summary>An engine in front of another, and the list that fills.</summary>
    internal static (IBuildEngine Engine, List<BuildWarningEventArgs> Raised) InFrontOf(IBuildEngine10 engine)
    {
        IBuildEngine10 proxy = Create<IBuildEngine10, WarningRecorder>();
        WarningRecorder recorder = (WarningRecorder)(object)proxy;
        recorder._engine = engine;
        return (proxy, recorder._raised);
    }

    /// <summary>What was raised, without this machine's folders.</summary>
    internal static IReadOnlyList<CachedWarning> Neutral(IEnumerable<BuildWarningEventArgs> raised, Func<string, string> neutral) => [.. raised.Select(warning => new CachedWarning(
        warning.Subcategory ?? "", warning.Code ?? "", warning.HelpLink ?? "", neutral(warning.File ?? ""),
        warning.LineNumber, warning.ColumnNumber, warning.EndLineNumber, warning.EndColumnNumber, neutral(warning.Message ?? "")))];

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args is [BuildWarningEventArgs warning])
        {
            lock (_raised)
            {
                _raised.Add(warning);
            }
        }

        try
        {
            return targetMethod!.Invoke(_engine, args);
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }
}
