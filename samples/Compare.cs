#!/usr/bin/env dotnet
// Builds samples/Shop cold and then, in a fresh clone at the same place, warm, and prints the comparison.
// Run it from the repository: dotnet run samples/Compare.cs
// Needs the .NET SDK; uses git if it is there. Options: --keep leaves the temporary folder.

// A file-based program is published ahead of time by default, which would ask for the native compiler's package.
#:property PublishAot=false

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? Path.GetFullPath("samples");
string repository = Path.GetDirectoryName(samples)!;
string feed = Path.Combine(repository, "artifacts", "packages");
string version = $"0.1.0-compare.{DateTime.UtcNow:yyyyMMdd}.{Guid.NewGuid().ToString("N")[..8]}";
string work = Directory.CreateTempSubdirectory("buildcache-").FullName;
string origin = Path.Combine(work, "origin");
string clone = Path.Combine(work, "shop");
string summaryFile = Path.Combine(work, "summary.json");

try
{
    Console.WriteLine("Packing BuildCache.Sdk ...");
    Directory.CreateDirectory(feed);
    Run("dotnet", ["pack", Path.Combine(repository, "src", "Sdk"), "-c", "Release", $"-p:Version={version}", "-o", feed, "-v", "quiet"], repository);

    PrepareOrigin();
    Built cold = FreshCloneAndBuild("cold (empty cache)");
    Built warm = FreshCloneAndBuild("warm (fresh clone)");
    return Report(cold, warm);
}
finally
{
    if (args.Contains("--keep"))
    {
        Console.WriteLine($"Kept: {work}");
    }
    else
    {
        TryDelete(work);
    }

    TryDelete(Path.Combine(feed, $"BuildCache.Sdk.{version}.nupkg"));
    TryDelete(Path.Combine(GlobalPackages(), "buildcache.sdk", version));
}

// The shop as its own repository, opted in to the cache as a user would do it: three small edits.
void PrepareOrigin()
{
    CopyFolder(Path.Combine(samples, "Shop"), origin);
    File.WriteAllText(Path.Combine(origin, "nuget.config"),
        $"""
        <configuration>
          <packageSources>
            <add key="buildcache-local" value="{feed}" />
          </packageSources>
        </configuration>
        """);
    File.WriteAllText(Path.Combine(origin, "global.json"),
        $$"""
        { "msbuild-sdks": { "BuildCache.Sdk": "{{version}}" } }
        """);
    AddToProject(Path.Combine(origin, "Directory.Build.props"),
        $"""
          <Sdk Name="BuildCache.Sdk" />
          <PropertyGroup>
            <BuildCacheDirectory>{Path.Combine(work, "cache")}</BuildCacheDirectory>
          </PropertyGroup>
        """);
    AddToProject(Path.Combine(origin, "Directory.Solution.targets"), """  <Import Project="Solution.targets" Sdk="BuildCache.Sdk" />""");

    if (HasGit())
    {
        Run("git", ["init", "--quiet"], origin);
        Run("git", ["add", "--all"], origin);
        Run("git", ["-c", "user.name=compare", "-c", "user.email=compare@example.invalid", "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "-m", "Shop"], origin);
    }
}

Built FreshCloneAndBuild(string name)
{
    TryDelete(clone);
    if (HasGit())
    {
        Run("git", ["clone", "--quiet", origin, clone], work);
    }
    else
    {
        CopyFolder(origin, clone);
    }

    Console.WriteLine($"Building Shop, {name} ...");
    TryDelete(summaryFile);
    double restore = Run("dotnet", ["restore"], clone);
    double build = Run("dotnet", ["build", "--no-restore", $"-p:BuildCacheSummaryFile={summaryFile}"], clone);
    using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(summaryFile));
    JsonElement totals = summary.RootElement.GetProperty("totals");
    string[] missed = [.. summary.RootElement.GetProperty("projects").EnumerateArray()
        .Where(project => project.GetProperty("result").GetString() != "hit")
        .Select(project => $"{project.GetProperty("path").GetString()}: {project.GetProperty("result").GetString()}, {project.GetProperty("reason").GetString()}")];
    return new Built(restore, build, totals.GetProperty("projects").GetInt32(), totals.GetProperty("hits").GetInt32(), missed, Outputs());
}

// The content of every file in a bin folder, by its path in the clone.
Dictionary<string, string> Outputs()
{
    Dictionary<string, string> outputs = [];
    foreach (string folder in Directory.EnumerateDirectories(clone, "bin", SearchOption.AllDirectories))
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            outputs[Path.GetRelativePath(clone, file)] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
    }

    return outputs;
}

static int Report(Built cold, Built warm)
{
    string[] differing = [.. cold.Outputs.Keys.Union(warm.Outputs.Keys)
        .Where(path => cold.Outputs.GetValueOrDefault(path) != warm.Outputs.GetValueOrDefault(path))
        .Order(StringComparer.Ordinal)];
    Console.WriteLine();
    Console.WriteLine($"{"",-22}{"cold",10}{"warm",10}{"warm/cold",12}");
    Console.WriteLine($"{"dotnet restore",-22}{cold.Restore,8:0.0} s{warm.Restore,8:0.0} s{warm.Restore / cold.Restore,12:0.00}");
    Console.WriteLine($"{"dotnet build",-22}{cold.Build,8:0.0} s{warm.Build,8:0.0} s{warm.Build / cold.Build,12:0.00}");
    Console.WriteLine($"{"from the cache",-22}{cold.Hits + " of " + cold.Projects,10}{warm.Hits + " of " + warm.Projects,10}");
    Console.WriteLine($"{"files in bin",-22}{cold.Outputs.Count,10}{warm.Outputs.Count,10}");
    Console.WriteLine($"{"bin byte-identical",-22}{"",10}{(differing.Length == 0 ? "yes" : "NO"),10}");
    foreach (string line in differing.Select(path => $"  differs: {path}").Concat(warm.Missed.Select(project => $"  not from the cache: {project}")).Take(10))
    {
        Console.WriteLine(line);
    }

    // A file that one build wrote and the other did not differs, too: an empty bin cannot pass.
    return warm.Hits == warm.Projects && warm.Projects > 0 && differing.Length == 0 && warm.Outputs.Count > 0 ? 0 : 1;
}

// Runs a program and returns its seconds; ends with its output if it fails.
static double Run(string program, string[] arguments, string folder)
{
    ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

    // dotnet run sets these for the program that it starts; they are no business of the builds below.
    foreach (string name in (string[])["MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "MSBuildSDKsPath", "MSBuildLoadMicrosoftTargetsReadOnly"])
    {
        start.Environment.Remove(name);
    }

    long began = Stopwatch.GetTimestamp();
    using Process process = Process.Start(start)!;
    List<string> output = [];
    DataReceivedEventHandler take = (_, line) =>
    {
        lock (output)
        {
            output.Add(line.Data ?? "");
        }
    };
    process.OutputDataReceived += take;
    process.ErrorDataReceived += take;
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();

    // Not the overload without a limit: it waits for the pipes, which build servers inherit and keep open.
    process.WaitForExit(Timeout.Infinite);
    double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
    if (process.ExitCode != 0)
    {
        lock (output)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, output.TakeLast(40)));
        }

        throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}.");
    }

    return seconds;
}

static bool HasGit()
{
    try
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        git.WaitForExit();
        return git.ExitCode == 0;
    }
    catch (Win32Exception)
    {
        return false;
    }
}

static void AddToProject(string file, string lines)
{
    string text = File.Exists(file) ? File.ReadAllText(file) : "<Project />";
    text = text.Replace("<Project />", "<Project>\n</Project>", StringComparison.Ordinal);
    int at = text.IndexOf("<Project>", StringComparison.Ordinal) + "<Project>".Length;
    File.WriteAllText(file, text.Insert(at, "\n" + lines));
}

static void CopyFolder(string from, string to)
{
    Directory.CreateDirectory(to);
    foreach (string file in Directory.EnumerateFiles(from))
    {
        File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    foreach (string folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
    {
        CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}

static string GlobalPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
    ? set
    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

// On Windows git's files are read-only, and a build node may still hold the tasks: what cannot go stays in the temporary folder.
static void TryDelete(string path)
{
    try
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
        else if (Directory.Exists(path))
        {
            foreach (FileInfo file in new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.IsReadOnly))
            {
                file.IsReadOnly = false;
            }

            Directory.Delete(path, recursive: true);
        }
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"Left behind: {path}");
    }
}

/// <summary>What one build took and left.</summary>
internal sealed record Built(double Restore, double Build, int Projects, int Hits, string[] Missed, Dictionary<string, string> Outputs);
