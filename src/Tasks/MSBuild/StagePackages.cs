using System.Diagnostics;
using System.Globalization;
using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Puts the packages of lock files into NuGet's folder before a restore, or takes them into the cache after it.</summary>
[MSBuildMultiThreadableTask]
public sealed class StagePackages : CacheTask
{
    /// <summary>What NuGet has gathered for its restore: one item a project, among others.</summary>
    public ITaskItem[] Graph { get; set; } = [];

    /// <summary>The nearest Directory.Build.props, whose settings MSBuild does not show to solutions; "" in a project.</summary>
    public string BuildProperties { get; set; } = "";

    /// <summary>Whether the restore is over.</summary>
    public bool IsRestored { get; set; }

    /// <summary>How many packages were neither in NuGet's folder nor in the cache. After a restore: whether to look at all of them again.</summary>
    [Output]
    public int Missing { get; set; }

    private protected override void Run(ICacheLog log)
    {
        SolutionSettings values = SolutionSettings.Of(BuildEngine, BuildProperties);
        CacheSettings settings = CacheSettings.Parse(RawSettings.Of(name => values[name], isCi: false), TaskEnvironment.GetEnvironmentVariable);
        if (!settings.StagePackages || values["BuildCacheEnabled"].Equals("false", StringComparison.OrdinalIgnoreCase) ||
            settings.Mode == (IsRestored ? CacheMode.Read : CacheMode.Write))
        {
            return;
        }

        RestoringProject[] projects = [.. Graph.Where(static item => item.GetMetadata("Type") == "ProjectSpec" && item.GetMetadata("PackagesPath").Length > 0).Select(static item => new RestoringProject(
            item.GetMetadata("ProjectPath"), Path.TrimEndingDirectorySeparator(item.GetMetadata("PackagesPath")), Path.TrimEndingDirectorySeparator(item.GetMetadata("OutputPath")), item.GetMetadata("NuGetLockFilePath")))];
        LocalStore store = new(new StoreLayout(settings.Directory), log);
        Wheelhouse wheelhouse = new(store, new PackageStore(store, log), BundleExport.DotnetSdk(this));
        try
        {
            if (IsRestored)
            {
                wheelhouse.TakeIn(projects, again: Missing > 0, Stop);
                return;
            }

            long started = Stopwatch.GetTimestamp();
            StagedPackages staged = wheelhouse.Stage(projects, Stop);
            Missing = staged.Missing;
            if (staged.Placed > 0)
            {
                Log.LogMessage(MessageImportance.High, "BuildCache: {0} packages from the cache in {1} s{2}", staged.Placed,
                    Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), staged.Missing > 0 ? $", {staged.Missing} left to NuGet" : "");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Report(Diagnostics.PackagesNotStaged, failure.Message);
        }
        finally
        {
            store.Save();
        }
    }
}
