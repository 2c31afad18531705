using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace BuildCache.EndToEnd;

/// <summary>The package under test: packed once a run, under a version that no package folder has seen.</summary>
internal static class PackedSdk
{
    private static readonly Lazy<Task<string>> s_version = new(PackAsync);

    /// <summary>A folder of this run alone; all sandboxes lie in it. The variable KEEP_SANDBOXES keeps it for a look.</summary>
    public static string Scratch { get; } = Directory.CreateTempSubdirectory("bcsdk-scenarios-").FullName;

    /// <summary>The repository of this project.</summary>
    public static string Repository { get; } =
        typeof(PackedSdk).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    /// <summary>The package source that holds the package.</summary>
    public static string Feed { get; } = Path.Combine(Scratch, "feed");

    /// <summary>The version it was packed with. Packs on the first call.</summary>
    public static Task<string> VersionAsync() => s_version.Value;

    private static async Task<string> PackAsync()
    {
        string version = "0.1.0-e2e" + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Feed);

        // This is what starts the compiler's server, which compiles for all scenarios: there a second compilation of its methods pays.
        Dictionary<string, string> environment = Tool.CleanEnvironment();
        environment.Remove("DOTNET_TC_CallCounting");
        (int exitCode, string output) = await Tool.RunAsync(
            Repository, environment, "dotnet", "pack", Path.Combine(Repository, "src", "Sdk"), "-c", "Release", $"-p:Version={version}", $"-p:PackageOutputPath={Feed}", "-nologo");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => CleanUp(version);
        return exitCode == 0 ? version : throw new InvalidOperationException("The package could not be packed:\n" + output);
    }

    private static void CleanUp(string version)
    {
        BuildServers.End();
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string folder in (string[])[Scratch, Path.Combine(packages, "buildcache.sdk", version)])
        {
            try
            {
                if (Directory.Exists(folder) && Environment.GetEnvironmentVariable("KEEP_SANDBOXES") is null)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Trace.WriteLine(failure);
            }
        }
    }
}
