using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Remembers the project as evaluation left it, before any target of it has run.</summary>
/// <remarks>
/// Targets change properties and items of the live project, and which of them have run when the lookup comes depends
/// on who asked the project for what before. A key must not depend on that.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class CaptureEvaluation : CacheTask
{
    private protected override void Run(ICacheLog log)
    {
        if (LiveProject.Find(BuildEngine) is { } instance)
        {
            LiveProject.KeepOwnCompilersIfMultithreaded(BuildEngine, instance);
            SessionLease.Evaluations(BuildEngine4).TryAdd(instance, LiveProject.Describe(instance, SessionLease.Items(BuildEngine4)));
        }
    }
}
