using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace BuildCache.EndToEnd;

/// <summary>The package under test: packed once a run, under a version that no package folder has seen.</summary>
internal static class PackedSdk
{
    private const string KeepName = "KEEP_SANDBOXES";

    private static readonly Lazy<Task<string>> s_version = new(PackAsync);
    private static FileInfo? s_given;

    /// <summary>A folder of this run alone; all sandboxes lie in it. The variable KEEP_SANDBOXES keeps it for a look.</summary>
    public static string Scratch { get; } = Directory.CreateTempSubdirectory("bcsdk-scenarios-").FullName;

    /// <summary>The repository of this project.</summary>
    public static string Repository { get; } =
        typeof(PackedSdk).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    /// <summary>The package source that holds the package.</summary>
    public static string Feed { get; } = Path.Combine(Scratch, "feed");

    /// <summary>
    /// The version it was packed with. Packs on the first call, if <see cref="Use"/> was not called before.
    /// </summary>
    public static Task<string> VersionAsync() => s_version.Value;

    /// <summary>Takes a package that was packed already.</summary>
    public static void Use(FileInfo package) => s_given = package;

    /// <summary>Keeps the folders of this run for a look.</summary>
    public static void Keep() => Environment.SetEnvironmentVariable(KeepName, "1");

    /// <summary>Whether the folders of this run are kept.</summary>
    public static bool IsKept => Environment.GetEnvironmentVariable(KeepName) is not null;

    private static async Task<string> PackAsync()
    {
        Directory.CreateDirectory(Feed);
        if (s_given is not null)
        {
            s_given.CopyTo(Path.Combine(Feed, s_given.Name));
            string given = Path.GetFileNameWithoutExtension(s_given.Name)["BuildCache.Sdk.".Length..];
            AppDomain.CurrentDomain.ProcessExit += (_, _) => CleanUp(given);
            return given;
        }

        string version = "0.1.0-e2e" + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);

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
                if (Directory.Exists(folder) && !IsKept)
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
