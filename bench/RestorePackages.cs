#!/usr/bin/env dotnet
// What a restore costs on a machine with an empty folder for packages: stock, from the configured sources with an empty
// HTTP cache, and with BuildCacheStagePackages and a warm cache. One self-contained test project with a lock file.
// Run it from the repository: dotnet run bench/RestorePackages.cs [-- runs]

#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
string repository = Path.GetDirectoryName(Path.GetDirectoryName(Here()))!;
string version = $"0.1.0-bench.{Guid.NewGuid().ToString("N")[..8]}";
string work = Directory.CreateTempSubdirectory("restorepackages-").FullName;
string feed = Path.Combine(work, "feed");
string project = Path.Combine(work, "App");
try
{
    Run(repository, [], "pack", Path.Combine("src", "Sdk"), "-c", "Release", $"-p:Version={version}", "-o", feed, "-v", "quiet");
    Generate();
    Restore("true");
    List<double> stock = [], staged = [];
    (int Files, long Bytes) size = (0, 0);
    for (int run = 0; run < runs; run++)
    {
        stock.Add(Restore("false").Seconds);
        (double seconds, string packages) = Restore("true");
        staged.Add(seconds);
        FileInfo[] files = [.. new DirectoryInfo(packages).EnumerateFiles("*", SearchOption.AllDirectories)];
        size = (files.Length, files.Sum(file => file.Length));
    }

    Console.WriteLine($"{size.Files} files, {size.Bytes / 1048576} MB in NuGet's folder; {runs} runs, {Environment.ProcessorCount} processors");
    Console.WriteLine($"stock, from the sources:  {Median(stock):0.0} s ({string.Join(", ", stock.Select(each => each.ToString("0.0", CultureInfo.InvariantCulture)))})");
    Console.WriteLine($"packages from the cache:  {Median(staged):0.0} s ({string.Join(", ", staged.Select(each => each.ToString("0.0", CultureInfo.InvariantCulture)))})");
    Console.WriteLine($"ratio:                    {Median(staged) / Median(stock):0.00}");
}
finally
{
    Directory.Delete(work, recursive: true);
}

void Generate()
{
    Directory.CreateDirectory(project);
    File.WriteAllText(Path.Combine(project, "global.json"), $$"""{ "msbuild-sdks": { "BuildCache.Sdk": "{{version}}" } }""");
    File.WriteAllText(Path.Combine(project, "nuget.config"), $"<configuration><packageSources><add key=\"bench\" value=\"{feed}\" /></packageSources></configuration>");
    File.WriteAllText(Path.Combine(project, "Directory.Build.props"), "<Project><Sdk Name=\"BuildCache.Sdk\" /></Project>");
    File.WriteAllText(Path.Combine(project, "Directory.Build.targets"), "<Project />");
    File.WriteAllText(Path.Combine(project, "Directory.Packages.props"), "<Project />");
    File.WriteAllText(Path.Combine(project, "App.csproj"), $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <RuntimeIdentifier>{System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
            <SelfContained>true</SelfContained>
            <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Microsoft.NET.Test.Sdk" Version="{VersionOf("Microsoft.NET.Test.Sdk")}" />
            <PackageReference Include="xunit" Version="{VersionOf("xunit")}" />
            <PackageReference Include="Microsoft.CodeAnalysis.CSharp" Version="{VersionOf("Microsoft.CodeAnalysis.CSharp")}" />
          </ItemGroup>
        </Project>
        """);
}

/// <summary>A restore into a new folder for packages, with nothing in obj; its seconds and that folder.</summary>
(double Seconds, string Packages) Restore(string stage)
{
    string packages = Path.Combine(work, "packages-" + Guid.NewGuid().ToString("N"));
    string obj = Path.Combine(project, "obj");
    if (Directory.Exists(obj))
    {
        Directory.Move(obj, Path.Combine(work, Guid.NewGuid().ToString("N")));
    }

    Dictionary<string, string> environment = new()
    {
        ["NUGET_PACKAGES"] = packages,
        ["NUGET_HTTP_CACHE_PATH"] = Path.Combine(work, "http-" + Guid.NewGuid().ToString("N")),
        ["BuildCacheDirectory"] = Path.Combine(work, "cache"),
        ["BuildCacheStagePackages"] = stage,
    };

    // The SDK of the project is found before restore, by NuGet too: not what is measured here.
    Run(project, environment, "msbuild", "-getProperty:UsingBuildCacheSdk");
    Stopwatch watch = Stopwatch.StartNew();
    string output = Run(project, environment, "restore");
    double seconds = watch.Elapsed.TotalSeconds;
    bool isStaged = output.Contains("packages from the cache", StringComparison.Ordinal);
    if (isStaged != (stage == "true" && File.Exists(Path.Combine(work, "warm"))))
    {
        throw new InvalidOperationException($"The packages came {(isStaged ? "" : "not ")}from the cache:\n{output}");
    }

    File.WriteAllText(Path.Combine(work, "warm"), "");
    return (seconds, packages);
}

string VersionOf(string package)
{
    string mark = $"Include=\"{package}\" Version=\"";
    string text = File.ReadAllText(Path.Combine(repository, "Directory.Packages.props"));
    int from = text.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
    return text[from..text.IndexOf('"', from)];
}

static string Run(string folder, Dictionary<string, string> environment, params string[] arguments)
{
    ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    foreach ((string name, string value) in environment)
    {
        start.Environment[name] = value;
    }

    // What a CI machine may have set, and a user has not.
    start.Environment.Remove("UseSharedCompilation");
    start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
    using Process process = Process.Start(start)!;
    Task<string> errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd() + errors.Result;
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}:\n{output}");
}

static double Median(List<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}

static string Here([CallerFilePath] string path = "") => path;
