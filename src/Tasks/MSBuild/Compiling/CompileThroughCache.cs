using System.Diagnostics;
using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Storage;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild.Compiling;

/// <summary>A compiler's task with the cache around it: on a hit its outputs are put in place and its warnings shown, else it runs.</summary>
[MSBuildMultiThreadableTask]
public sealed class CompileThroughCache : ProjectTask, IGeneratedTask
{
    private readonly CompilerTaskType _compiler;
    private readonly CompilerParameters _parameters = new();
    private readonly ITask _inner;
    private bool _succeeded;

    internal CompileThroughCache(CompilerTaskType compiler)
    {
        _compiler = compiler;
        _inner = compiler.Create();
    }

    private protected override bool Succeeded => _succeeded;

    /// <inheritdoc/>
    public void SetPropertyValue(TaskPropertyInfo property, object value)
    {
        _parameters.Set(property.Name, value);
        _compiler.Set(_inner, property.Name, value);
    }

    /// <inheritdoc/>
    public object? GetPropertyValue(TaskPropertyInfo property) => _compiler.Get(_inner, property.Name);

    /// <inheritdoc/>
    public override void Cancel()
    {
        base.Cancel();
        (_inner as ICancelableTask)?.Cancel();
    }

    private protected override void Run(ICacheLog log)
    {
        _inner.BuildEngine = BuildEngine;
        _inner.HostObject = HostObject;
        if (_inner is IMultiThreadableTask inner)
        {
            inner.TaskEnvironment = TaskEnvironment;
        }

        // The gate is only there where the project's own takes part: not for Rebuild, design-time builds, Visual Studio.
        if (LiveProject.Find(BuildEngine) is not { } instance || instance.GetPropertyValue("_BuildCacheActive") != "true" || Open(log) is not { } scope)
        {
            _succeeded = _inner.Execute();
            return;
        }

        string? generated = CompilerOutputs.GeneratedElsewhere(scope.Project.Property, scope.Project.Directory);
        Dictionary<string, FileStamp>? before = generated is null ? null : StampsIn(generated);
        Compile(scope, log);
        if (before is not null)
        {
            scope.Session.NoteGenerated(scope.Identity, [.. StampsIn(generated!)
                .Where(file => !before.TryGetValue(file.Key, out FileStamp old) || old != file.Value)
                .Select(static file => file.Key)]);
        }
    }

    /// <summary>What lies in a folder that the compiler shares with others: only what it writes there belongs to the project.</summary>
    private static Dictionary<string, FileStamp> StampsIn(string folder)
    {
        Dictionary<string, FileStamp> stamps = new(RootMap.Comparer);
        foreach (string path in FilesBelow.In(folder))
        {
            if (FileStamp.TryReadLink(path, out FileStamp stamp))
            {
                stamps[path] = stamp;
            }
        }

        return stamps;
    }

    private void Compile(Scope scope, ICacheLog log)
    {
        if (scope.Session.Unusable is not null || Plan(scope, log) is not { } plan)
        {
            _succeeded = _inner.Execute();
            return;
        }

        if (scope.Settings.Mode != CacheMode.Write && !scope.Session.IsVerifying(scope.Identity) && scope.Session.CompileGate.TryRestore(plan.Request, plan.Key, Stop) is { } entry)
        {
            Hit(scope, entry);
        }
        else
        {
            Miss(scope, plan.Request, plan.Key);
        }

        scope.Session.DrainReports(log);
    }

    private void Hit(Scope scope, CacheEntry entry)
    {
        foreach (CachedWarning warning in entry.Warnings)
        {
            WarningReplay.Show(Log, warning, scope.Session.Context.Roots);
        }

        Log.LogMessage(MessageImportance.Normal, "{0} {1} FROM-CACHE", _compiler.Name, Path.GetFileName(entry.TargetPath));
        scope.Session.NoteCompile(scope.Identity, entry.Seconds);
        _succeeded = true;
    }

    private void Miss(Scope scope, CompileRequest request, CompileKey key)
    {
        IReadOnlyDictionary<string, FileStamp> before = CompileGate.Before(request);
        List<BuildWarningEventArgs>? raised = null;
        if (BuildEngine is IBuildEngine10 engine)
        {
            (_inner.BuildEngine, raised) = WarningRecorder.InFrontOf(engine);
        }

        long started = Stopwatch.GetTimestamp();
        scope.Session.NoteCompile(scope.Identity, secondsSaved: 0);
        _succeeded = _inner.Execute();
        if (!_succeeded || raised is null)
        {
            return;
        }

        CompileResult result = new(before, WarningRecorder.Neutral(raised, scope.Session.Context.Roots.Neutral), Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (scope.Session.IsVerifying(scope.Identity) && scope.Session.CompileGate.Differs(request, key, result, scope.Settings.Relocatable, Stop))
        {
            scope.Session.NoteUnsteady(scope.Identity);
        }
        else if (scope.Settings.Mode != CacheMode.Read && scope.Session.CompileGate.Publish(request, key, result, scope.Settings.Relocatable, Stop) is { } rest)
        {
            scope.Session.Post(rest);
        }
    }

    /// <summary>What is asked of the compiler, and its key; <see langword="null"/> if the compiler must run.</summary>
    private (CompileRequest Request, CompileKey Key)? Plan(Scope scope, ICacheLog log)
    {
        FactContext context = scope.Session.Context;
        string reason = "this version does not tell its command line";
        CompileRequest? request = _compiler.CommandLine(_inner) is { } commandLine
            ? _parameters.Read(_compiler, commandLine, scope.Instance.Directory, context.IsFixed, out reason)
            : null;
        if (request is not null && TypeProviders.AreUsed(scope.Project))
        {
            (request, reason) = (null, "a package brings F# type providers");
        }

        if (request is null)
        {
            log.Detail($"{_compiler.Name} of '{scope.Project.FileName}' is not cached: {reason}.");
            return null;
        }

        KeySettings settings = new(scope.Settings.Salt, scope.Settings.Relocatable);
        return scope.Session.CompileGate.KeyOf(request, scope.Project, settings, Stop) is { } key ? (request, key) : null;
    }
}
