using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Keeps what the solution gate must know of the outer build of a project for several frameworks.</summary>
[MSBuildMultiThreadableTask]
public sealed class RecordOuterProject : ProjectTask
{
    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is { } scope)
        {
            Record(scope, fingerprint: null, visible: default, log);
        }
    }
}
