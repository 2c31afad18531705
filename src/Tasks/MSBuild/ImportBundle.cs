using System.Globalization;
using System.Runtime.InteropServices;
using BuildCache.Bundles;
using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Takes a bundle into the cache, and its packages into NuGet's folder.</summary>
[MSBuildMultiThreadableTask]
public sealed class ImportBundle : CacheTask
{
    /// <summary>The file to read.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>NuGet's folder for packages, as its own settings say.</summary>
    [Required]
    public string PackageFolder { get; set; } = "";

    /// <summary>The folder of the solution or project.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The nearest Directory.Build.props, whose settings MSBuild does not show to solutions; "" in a project.</summary>
    public string BuildProperties { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Bundle.Length == 0)
        {
            throw new CacheException(Diagnostics.BundleNotNamed, "read");
        }

        SolutionSettings values = SolutionSettings.Of(BuildEngine, BuildProperties);
        CacheSettings settings = CacheSettings.Parse(RawSettings.Of(name => values[name], isCi: false), TaskEnvironment.GetEnvironmentVariable);
        string bundle = ProjectTask.Absolute(Bundle, Folder);
        string packages = ProjectTask.Absolute(PackageFolder, Folder);
        try
        {
            using BundleReader reader = BundleReader.Open(bundle, settings.MaxBytes);
            (string engine, string version) = BundleFile.Own();
            if (reader.Manifest.Engine != engine)
            {
                throw new CacheException(Diagnostics.BundleOfAnother, bundle, $"BuildCache.Sdk {reader.Manifest.EngineVersion} made it, and this is {(reader.Manifest.EngineVersion == version ? "another build of it" : version)}: it would find none of the entries");
            }

            LocalStore store = new(new StoreLayout(settings.Directory), log);
            ImportResult result;
            try
            {
                PackageStore.RemoveRemains(packages);
                result = reader.Import(store, new PackageStore(store, log), packages, Stop);
            }
            finally
            {
                store.Save();
            }

            Log.LogMessage(MessageImportance.High, "BuildCache: {0} entries and {1} packages from '{2}', {3} MB of it new", result.Entries, result.Packages, bundle, (result.NewBytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture));
            if (Elsewhere(reader.Manifest, SessionPlaces.FindRepository(values["BuildCacheRoot"], ProjectTask.Absolute(Folder, "/"))) is { } reason)
            {
                log.Report(Diagnostics.BundleElsewhere, bundle, reason);
            }
        }
        catch (InvalidDataException failure)
        {
            log.Report(Diagnostics.BundleRefused, bundle, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.BundleFailed, bundle, "imported", failure.Message);
        }
    }

    /// <summary>Why keys here are others; <see langword="null"/> if nothing speaks for it.</summary>
    private string? Elsewhere(BundleManifest manifest, string repository)
    {
        if (manifest.Folder.Length > 0 && manifest.Folder != repository)
        {
            return $"it was made without BuildCacheRelocatable=true, for a repository in '{manifest.Folder}', and this one lies in '{repository}'. Export with BuildCacheRelocatable=true, and build with it";
        }

        string sdk = BundleExport.DotnetSdk(this);
        return manifest.DotnetSdk != sdk ? $"it was made with version {manifest.DotnetSdk} of the .NET SDK, and this is {sdk}"
            : manifest.Platform != RuntimeInformation.RuntimeIdentifier ? $"it was made on {manifest.Platform}, and this is {RuntimeInformation.RuntimeIdentifier}" : null;
    }
}
