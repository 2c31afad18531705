#!/usr/bin/env dotnet
// How long dotnet test takes for sixteen sleeping test projects on six nodes: as listed, and longest first by recorded
// durations. By arithmetic 92 and 65 units. A sleeping test takes no processor, but its test host and its runner do.
// Run it from the repository: dotnet run bench/TestSuites.cs [-- seconds per unit]

#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
double[] units = [12, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 29, 38, 52];
const int Nodes = 6;
double scale = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
double[] scaled = [.. units.Select(unit => unit * scale)];
string repository = Path.GetDirectoryName(Path.GetDirectoryName(Here()))!;
string version = $"0.1.0-bench.{Guid.NewGuid().ToString("N")[..8]}";
string work = Directory.CreateTempSubdirectory("testsuites-").FullName;
string feed = Path.Combine(work, "feed");
string solution = Path.Combine(work, "solution");
try
{
    Run(repository, "pack", Path.Combine("src", "Sdk"), "-c", "Release", $"-p:Version={version}", "-o", feed, "-v", "quiet");
    Generate();
    Run(solution, "build", "-nologo", "-v", "quiet");

    // The first run finds no durations, keeps the order of the list, and records them.
    double listed = Test("the order of the list (nothing is known)");
    double longest = Test("longest first");
    double[] recorded = Recorded();
    double listedLeast = Makespan(scaled), longestLeast = Makespan([.. scaled.OrderDescending()]), list = Makespan([.. recorded.OrderDescending()]);
    Console.WriteLine($"least by arithmetic on {Nodes} nodes: {Math.Max(scaled.Max(), scaled.Sum() / Nodes):0.0} s; as listed {listedLeast:0.0} s, longest first {longestLeast:0.0} s");
    Console.WriteLine($"over the arithmetic: as listed {(listed / listedLeast) - 1:P1}, longest first {(longest / longestLeast) - 1:P1}; longest first / as listed {longest / listed:0.000} ({longestLeast / listedLeast:0.000} by arithmetic)");
    Console.WriteLine($"a list schedule without overhead of what the suites took, with the start of their test hosts: {list:0.0} s; longest first / list {longest / list:0.000}");
    Test("longest first, results kept", "on");
    Test("all results from the cache", "on");
}
finally
{
    Directory.Delete(work, recursive: true);
}

double Test(string what, string results = "off")
{
    long started = Stopwatch.GetTimestamp();
    Run(solution, "test", "--no-build", "-nologo", $"-m:{Nodes}", $"-p:BuildCacheTestResults={results}", "-p:BuildCacheSchedule=on");
    double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    Console.WriteLine($"{what}: {seconds:0.0} s");
    return seconds;
}

double Makespan(double[] order)
{
    double[] free = new double[Nodes];
    foreach (double seconds in order)
    {
        int node = Array.IndexOf(free, free.Min());
        free[node] += seconds;
    }

    return free.Max();
}

// The durations of the suites that the package recorded.
double[] Recorded()
{
    string file = Path.Combine(work, "history.json");
    Run(solution, "build", "Suite00.Tests", "-t:BuildCacheExportHistory", "-nologo", $"-p:BuildCacheHistoryFile={file}");
    using JsonDocument history = JsonDocument.Parse(File.ReadAllText(file));
    return [.. history.RootElement.GetProperty("work").EnumerateArray().Where(row => row.GetProperty("kind").GetString() == "test").Select(row => row.GetProperty("seconds").GetDouble())];
}

void Generate()
{
    Write(".gitignore", "bin/\nobj/\n");
    Write("nuget.config", $"<configuration><packageSources><add key=\"bench\" value=\"{feed}\" /></packageSources></configuration>");
    Write("global.json", $$"""{ "msbuild-sdks": { "BuildCache.Sdk": "{{version}}" } }""");
    Write("Directory.Build.props", $"<Project><Sdk Name=\"BuildCache.Sdk\" /><PropertyGroup><BuildCacheDirectory>{Path.Combine(work, "cache")}</BuildCacheDirectory></PropertyGroup></Project>");
    Write("Directory.Build.targets", "<Project />");
    Write("Directory.Packages.props", "<Project />");
    Write("Directory.Solution.targets", "<Project><Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" /></Project>");
    string list = "";
    for (int index = 0; index < units.Length; index++)
    {
        string name = $"Suite{index:00}.Tests";
        Write($"{name}/{name}.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><IsTestProject>true</IsTestProject><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />
                <PackageReference Include="xunit" Version="2.9.3" />
                <PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />
              </ItemGroup>
            </Project>
            """);
        Write($"{name}/Tests.cs", $"public class Tests {{ [Xunit.Fact] public async System.Threading.Tasks.Task Sleeps() {{ await System.Threading.Tasks.Task.Delay({(int)(units[index] * scale * 1000)}); }} }}");
        list += $"  <Project Path=\"{name}/{name}.csproj\" />\n";
    }

    Write("All.slnx", $"<Solution>\n{list}</Solution>\n");
}

void Write(string name, string text)
{
    string path = Path.Combine(solution, name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, text);
}

static void Run(string folder, params string[] arguments)
{
    ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

    // A user has neither; nodes that stay would outlive the folder.
    start.Environment.Remove("UseSharedCompilation");
    start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
    using Process process = Process.Start(start)!;
    Task<string> errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} failed:\n{output}\n{errors.Result}");
    }
}

static string Here([CallerFilePath] string path = "") => path;
