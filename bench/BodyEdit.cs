#!/usr/bin/env dotnet
// What a change inside one method costs on a fresh clone, with all else in the caches: a chain of 20 projects, an
// edit in the lowest and a new commit. Stock, Roslyn's own experimental cache (ROSLYN_CACHE_PATH), and BuildCache.Sdk.
// Run it from the repository: dotnet run bench/BodyEdit.cs [-- runs]

#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Projects = 20;
const int Sources = 20;
int runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
string repository = Path.GetDirectoryName(Path.GetDirectoryName(Here()))!;
string version = $"0.1.0-bench.{Guid.NewGuid().ToString("N")[..8]}";
string work = Directory.CreateTempSubdirectory("bodyedit-").FullName;
string mark = Guid.NewGuid().ToString("N");
string feed = Path.Combine(work, "feed");
try
{
    Run(repository, "dotnet", null, "pack", Path.Combine("src", "Sdk"), "-c", "Release", $"-p:Version={version}", "-o", feed, "-v", "quiet");
    Variant[] variants = [new("stock"), new("Roslyn's cache"), new("BuildCache.Sdk")];
    foreach (Variant variant in variants)
    {
        Generate(variant);
        Clone(variant);
        Build(variant);
    }

    for (int run = 0; run < runs; run++)
    {
        foreach (Variant variant in variants)
        {
            string edited = Path.Combine(variant.Origin, "P00", "Type00.cs");
            File.WriteAllText(edited, Source(0, 0, $"run {run}"));
            Run(variant.Origin, "git", null, "commit", "-qam", $"run {run}");
            Clone(variant);
            int before = variant.CacheEntries;
            (double seconds, string output) = Build(variant);
            variant.Seconds.Add(seconds);
            variant.Warnings = output.Split('\n').Where(line => line.Contains(": warning CS0168", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct().Count();
            variant.Compiled = variant.Name switch
            {
                "stock" => Projects,
                "BuildCache.Sdk" => Compiled(variant),
                _ => variant.CacheEntries - before,
            };
        }
    }

    double stock = Median(variants[0].Seconds);
    Console.WriteLine($"{Projects} projects in a chain, {Sources} sources each, {runs} runs, {Environment.ProcessorCount} processors; a fresh clone after an edit inside a method of the lowest");
    Console.WriteLine($"{"",-16} {"compiled",9} {"warnings shown",15} {"seconds",8} {"of stock",9}");
    foreach (Variant variant in variants)
    {
        Console.WriteLine($"{variant.Name,-16} {variant.Compiled,9} {variant.Warnings,15} {Median(variant.Seconds),8:0.0} {Median(variant.Seconds) / stock,9:0.00}");
    }
}
finally
{
    Environment.SetEnvironmentVariable("MSBUILDNODEHANDSHAKESALT", mark);
    Environment.SetEnvironmentVariable("SharedCompilationId", mark);
    foreach (Process process in Process.GetProcesses().Where(IsOurs))
    {
        process.Kill();
    }

    Directory.Delete(work, recursive: true);
}

void Generate(Variant variant)
{
    variant.Origin = Path.Combine(work, variant.Name.Split('.', ' ')[0] + "-origin");
    variant.Folder = variant.Origin.Replace("-origin", "", StringComparison.Ordinal);
    variant.Cache = variant.Folder + "-cache";
    bool isSdk = variant.Name == "BuildCache.Sdk";
    string sdk = isSdk ? "<Sdk Name=\"BuildCache.Sdk\" />" : "";
    Write(variant, ".gitignore", "bin/\nobj/\n");
    Write(variant, "nuget.config", $"<configuration><packageSources><add key=\"bench\" value=\"{feed}\" /></packageSources></configuration>");
    Write(variant, "Directory.Build.props", $"<Project>{sdk}</Project>");
    Write(variant, "Directory.Build.targets", "<Project />");
    if (isSdk)
    {
        Write(variant, "global.json", $$"""{ "msbuild-sdks": { "BuildCache.Sdk": "{{version}}" } }""");
        Write(variant, "Directory.Solution.targets", "<Project><Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" /></Project>");
    }

    string list = "";
    for (int project = 0; project < Projects; project++)
    {
        string reference = project == 0 ? "" : $"<ItemGroup><ProjectReference Include=\"../P{project - 1:00}/P{project - 1:00}.csproj\" /></ItemGroup>";
        Write(variant, $"P{project:00}/P{project:00}.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>{reference}</Project>");
        for (int source = 0; source < Sources; source++)
        {
            Write(variant, $"P{project:00}/Type{source:00}.cs", Source(project, source, ""));
        }

        list += $"  <Project Path=\"P{project:00}/P{project:00}.csproj\" />\n";
    }

    Write(variant, "All.slnx", $"<Solution>\n{list}</Solution>\n");
    Run(variant.Origin, "git", null, "init", "-q");
    Run(variant.Origin, "git", null, "config", "user.email", "bench@example.invalid");
    Run(variant.Origin, "git", null, "config", "user.name", "bench");
    Run(variant.Origin, "git", null, "add", "-A");
    Run(variant.Origin, "git", null, "commit", "-qm", "first");
}

void Clone(Variant variant)
{
    if (Directory.Exists(variant.Folder))
    {
        Directory.Move(variant.Folder, Path.Combine(work, Guid.NewGuid().ToString("N")));
    }

    Run(work, "git", null, "clone", "-q", "--no-hardlinks", variant.Origin, variant.Folder);
    Run(variant.Folder, "dotnet", variant, "restore");
}

(double Seconds, string Output) Build(Variant variant)
{
    long began = Stopwatch.GetTimestamp();
    string output = Run(variant.Folder, "dotnet", variant, "build", "--no-restore", "-nologo", "-tl:off", $"-p:BuildCacheSummaryFile={variant.Folder}-summary.json");
    return (Stopwatch.GetElapsedTime(began).TotalSeconds, output);
}

// A compile-gate hit is a miss of its project with that gate.
int Compiled(Variant variant)
{
    using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(variant.Folder + "-summary.json"));
    return summary.RootElement.GetProperty("projects").EnumerateArray().Count(row => row.GetProperty("gate").GetString() == "project" && row.GetProperty("result").GetString() == "miss");
}

string Run(string folder, string program, Variant? variant, params string[] arguments)
{
    ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
    foreach (string name in (string[])["UseSharedCompilation", "MSBUILDDISABLENODEREUSE", "CI", "TF_BUILD", "ContinuousIntegrationBuild", "ROSLYN_CACHE_PATH", "BuildCacheDirectory"])
    {
        start.Environment.Remove(name);
    }

    start.Environment["MSBUILDNODEHANDSHAKESALT"] = mark;
    start.Environment["SharedCompilationId"] = mark;
    if (variant is not null)
    {
        start.Environment[variant.Name == "BuildCache.Sdk" ? "BuildCacheDirectory" : variant.Name == "stock" ? "UNUSED" : "ROSLYN_CACHE_PATH"] = variant.Cache;
    }

    using Process process = Process.Start(start)!;
    Task<string> errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{output}{errors.Result}");
}

bool IsOurs(Process process)
{
    try
    {
        return process.Id != Environment.ProcessId && process.ProcessName.Contains("dotnet", StringComparison.OrdinalIgnoreCase) &&
            File.ReadAllText($"/proc/{process.Id}/environ").Contains(mark, StringComparison.Ordinal);
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException)
    {
        return false;
    }
}

static string Source(int project, int source, string text) => $$"""
    namespace P{{project:00}};

    public class Type{{source:00}}
    {
        public string Say(int number)
        {
            {{(source == 0 ? "int unused;" : "")}}
            string[] parts = ["{{text}}", number.ToString(), {{(project == 0 ? "\"lowest\"" : $"new P{project - 1:00}.Type{source:00}().Say(number)")}}];
            return string.Join(' ', System.Linq.Enumerable.Where(parts, part => part.Length > number));
        }
    }

    """;

static void Write(Variant variant, string relative, string text)
{
    string path = Path.Combine(variant.Origin, relative);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, text);
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string Here([CallerFilePath] string path = "") => path;

internal sealed class Variant(string name)
{
    public string Name => name;

    public string Origin { get; set; } = "";

    public string Folder { get; set; } = "";

    public string Cache { get; set; } = "";

    public List<double> Seconds { get; } = [];

    public int Compiled { get; set; }

    public int Warnings { get; set; }

    /// <summary>Roslyn's cache has a folder for each result, below one for each assembly.</summary>
    public int CacheEntries => Directory.Exists(Cache) ? Directory.EnumerateDirectories(Cache).Sum(assembly => Directory.EnumerateDirectories(assembly).Count()) : 0;
}
