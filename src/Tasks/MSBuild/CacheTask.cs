using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>The frame around every task: cancellation, and the one place where a failure becomes a diagnostic.</summary>
/// <remarks>
/// MSBuild reads <c>[MSBuildMultiThreadableTask]</c> from the concrete class alone, so each one repeats it. A task
/// parses its parameters, makes its call into the library and sets its outputs.
/// </remarks>
public abstract class CacheTask : Microsoft.Build.Utilities.Task, IMultiThreadableTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The project's directory and environment, which under -mt are not the process's.</summary>
    public TaskEnvironment TaskEnvironment { get; set; } = TaskEnvironment.Fallback;

    private protected CancellationToken Stop => _stop.Token;

    /// <summary>Whether the work was done, apart from errors that were logged.</summary>
    private protected virtual bool Succeeded => true;

    /// <inheritdoc/>
    public virtual void Cancel() => _stop.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        MSBuildLog log = new(Log, BuildEngine);
        try
        {
            Run(log);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return false;
        }
        catch (CacheException failure)
        {
            log.Report(failure.Diagnostic, [.. failure.Arguments]);
        }
        catch (Exception failure)
        {
            // A cache that fails is no reason for a build to fail: what did not come from it is built.
            log.Report(Diagnostics.Unforeseen, failure.ToString());
        }

        return Succeeded && !Log.HasLoggedErrors;
    }

    /// <summary>Does the work. Throws <see cref="CacheException"/> to end with a code.</summary>
    private protected abstract void Run(ICacheLog log);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }
}
