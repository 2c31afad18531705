using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Writes a bundle of all that the build of this project used.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExportProject : ProjectTask
{
    /// <summary>The file to write.</summary>
    public string Bundle { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Bundle.Length == 0)
        {
            throw new CacheException(Diagnostics.BundleNotNamed, "write");
        }

        if (Open(log) is not { } scope)
        {
            return;
        }

        string bundle = Absolute(Bundle, scope.Instance.Directory);
        CacheSession[] sessions = [scope.Session, .. SessionLease.All(BuildEngine4).Where(session => session != scope.Session && session.Places.Store == scope.Session.Places.Store && session.Places.Repository == scope.Session.Places.Repository)];
        try
        {
            BundleExport.Write(this, log, bundle, scope.Project.Path, sessions, scope.Settings.Relocatable, solution: null, Stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.BundleFailed, bundle, "written", failure.Message);
        }
    }
}
