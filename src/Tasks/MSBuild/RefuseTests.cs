using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Says that the results of a project's tests are out of reach, because no target runs them.</summary>
[MSBuildMultiThreadableTask]
public sealed class RefuseTests : CacheTask
{
    /// <summary>"on" where a person asked for results to be kept, which makes it a warning.</summary>
    public string IsWanted { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        string project = Path.GetFileName(BuildEngine.ProjectFileOfTaskNode);
        const string Reason = "'dotnet test' starts them itself, through Microsoft.Testing.Platform, and no target of MSBuild takes part";
        log.Report(IsWanted.Equals("on", StringComparison.OrdinalIgnoreCase) ? Diagnostics.TestsOutOfReach : Diagnostics.TestsNotKept, project, Reason);
    }
}
