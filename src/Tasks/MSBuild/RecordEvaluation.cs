using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Keeps what the solution gate must know of a project for several frameworks where nothing is built: of its outer build, and of a framework that only restore looks at.</summary>
[MSBuildMultiThreadableTask]
public sealed class RecordEvaluation : ProjectTask
{
    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is { } scope)
        {
            Record(scope, fingerprint: null, visible: default, log);
        }
    }
}
