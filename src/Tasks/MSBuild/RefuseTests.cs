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
        log.Report(Diagnostic(IsWanted), project, Reason);
    }

    /// <summary>What it is to a person who wrote this into BuildCacheTestResults.</summary>
    internal static Diagnostic Diagnostic(string testResults) =>
        testResults.Trim().Equals("on", StringComparison.OrdinalIgnoreCase) ? Diagnostics.TestsOutOfReach : Diagnostics.TestsNotKept;
}
