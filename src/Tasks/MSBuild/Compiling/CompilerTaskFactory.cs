using System.Collections.Concurrent;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild.Compiling;

/// <summary>Makes the compiler tasks (Csc, Vbc, Fsc) of a build, each inside a task of ours that asks the cache first.</summary>
/// <remarks>
/// Only the compiler's own task knows the exact command line: targets of anybody may change items right before it
/// runs. A UsingTask that overrides the .NET SDK's names this factory; its body is the path of the assembly that holds
/// the real task, so that a compiler from a package is wrapped as well.
/// </remarks>
public sealed class CompilerTaskFactory : ITaskFactory
{
    /// <summary>The tasks' types, looked up once a process: MSBuild makes a factory for each project.</summary>
    private static readonly ConcurrentDictionary<(string Assembly, string Task), CompilerTaskType> s_types = new();

    private CompilerTaskType? _compiler;

    /// <inheritdoc/>
    public string FactoryName => nameof(CompilerTaskFactory);

    /// <inheritdoc/>
    public Type TaskType => typeof(CompileThroughCache);

    /// <inheritdoc/>
    public bool Initialize(string taskName, IDictionary<string, TaskPropertyInfo> parameterGroup, string taskBody, IBuildEngine taskFactoryLoggingHost)
    {
        string assembly = Path.GetFullPath(
            taskBody.Trim().Replace('\\', Path.DirectorySeparatorChar), Path.GetDirectoryName(typeof(CompilerTaskFactory).Assembly.Location)!);
        string simpleName = taskName[(taskName.LastIndexOf('.') + 1)..];
        _compiler = s_types.GetOrAdd((assembly, simpleName), static key => CompilerTaskType.Load(key.Assembly, key.Task));
        return true;
    }

    /// <inheritdoc/>
    public TaskPropertyInfo[] GetTaskParameters() => _compiler!.Parameters;

    /// <inheritdoc/>
    public ITask CreateTask(IBuildEngine taskFactoryLoggingHost) => new CompileThroughCache(_compiler!);

    /// <inheritdoc/>
    public void CleanupTask(ITask task) => (task as IDisposable)?.Dispose();
}
