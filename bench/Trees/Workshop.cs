using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;

namespace BuildCache.TreeBench;

/// <summary>The folder that all is measured in, with the sources and a project.</summary>
internal sealed class Workshop(Options options) : IDisposable
{
    private string _version = $"0.1.0-trees.{Guid.NewGuid().ToString("N")[..8]}";

    public string Root { get; } = options.Work.Length > 0 ? Directory.CreateDirectory(options.Work).FullName : Directory.CreateTempSubdirectory("treebench-").FullName;

    public string Repository => Path.Combine(Root, "repo");

    public string Files => Path.Combine(Repository, "sources", "files");

    public string Base => Path.Combine(Repository, "sources", "base");

    public string Archive => Path.Combine(Repository, "sources", "files.tar.gz");

    /// <summary>Not beside the project: MSBuild would list it in each evaluation.</summary>
    public string Destination => Path.Combine(Repository, "staged", "deps");

    public string Cache => Path.Combine(Root, "cache");

    public async Task PrepareAsync()
    {
        string kept = Path.Combine(Root, "version");
        if (File.Exists(kept))
        {
            _version = await File.ReadAllTextAsync(kept);
            return;
        }

        string own = typeof(Workshop).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        await RunAsync(own, "dotnet", "pack", Path.Combine("src", "Sdk"), "-c", "Release", $"-p:Version={_version}", "-o", Path.Combine(Root, "feed"), "-v", "quiet");
        for (int one = 0; one < options.Size; one++)
        {
            for (int two = 0; two < options.Size; two++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(Files, $"folder{one:000}", $"folder{two:000}")).FullName;
                for (int file = 0; file < 10; file++)
                {
                    File.WriteAllText(Path.Combine(folder, $"file{file}"), $"{one} {two} {file}\n");
                }
            }
        }

        // A base system: some hundred files of the size that programs and libraries have.
        Random random = new(1);
        for (int i = 0; i < 400; i++)
        {
            byte[] content = new byte[random.Next(1_000, 200_000)];
            random.NextBytes(content);
            string path = Path.Combine(Base, $"usr{i % 20}", $"part{i}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        TarFile.CreateFromDirectory(Files, Archive + ".tar", includeBaseDirectory: false);
        using (FileStream tar = File.OpenRead(Archive + ".tar"))
        using (GZipStream zipped = new(File.Create(Archive), CompressionLevel.Fastest))
        {
            tar.CopyTo(zipped);
        }

        File.Delete(Archive + ".tar");
        Write("nuget.config", $"<configuration><packageSources><clear /><add key=\"own\" value=\"{Path.Combine(Root, "feed")}\" /></packageSources></configuration>");
        Write("global.json", $$"""{ "msbuild-sdks": { "BuildCache.Sdk": "{{_version}}" } }""");
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            Write(name, "<Project />");
        }

        WriteProject("copy", "folders");
        await RunAsync(Repository, "git", "init", "-q");
        await StageAsync();
        Remove(Destination);
        Remove(Cache);
        await File.WriteAllTextAsync(kept, _version);
        await RunAsync(Root, "sync");
    }

    /// <summary>A project that does nothing but stage; of "no" sources it has no tree at all.</summary>
    public void WriteProject(string placement, string sources)
    {
        string shared = placement == "copy" ? "" : " ReadOnly=\"true\"";
        string given = sources switch
        {
            "folders" => "../sources/base;../sources/files",
            "archive" => "../sources/base;../sources/files.tar.gz",
            "swapped" => "../sources/other;../sources/files",
            _ => "",
        };
        string items = given.Length == 0 ? "" : $"<ItemGroup><BuildCacheTree Include=\"deps\" Destination=\"../staged/deps\" Sources=\"{given}\" Placement=\"{placement}\"{shared} /></ItemGroup>";
        Write("App/App.proj", $"""
            <Project DefaultTargets="BuildCacheStage">
              <Import Project="Sdk.props" Sdk="BuildCache.Sdk" />
              {items}
              <Import Project="Sdk.targets" Sdk="BuildCache.Sdk" />
            </Project>
            """);
    }

    /// <summary>Runs the project. The time in the task is what the task itself says.</summary>
    public async Task<Staged> StageAsync()
    {
        (double wall, long peak, string output) = await RunAsync(Repository, "dotnet", "msbuild", "App/App.proj", "-nologo", "-v:normal", "-nodeReuse:false");
        string line = output.Split('\n').FirstOrDefault(line => line.Contains("BuildCache: tree", StringComparison.Ordinal)) ?? "";
        double task = line.Length == 0 ? 0 : double.Parse(line[..line.LastIndexOf(" ms", StringComparison.Ordinal)].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture) / 1000;
        return new Staged(task, wall, peak, line.Trim());
    }

    /// <summary>Runs a program; returns its seconds, the most memory it had (KB, Linux), and what it said.</summary>
    public async Task<(double Seconds, long PeakKb, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string name in start.Environment.Keys.Where(IsOfMSBuild).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["BuildCacheDirectory"] = Cache;
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(5))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        string said = await output + await errors;
        return process.ExitCode == 0 ? (seconds, peak, said) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{said}");
    }

    /// <summary>Takes a folder or a link out of the way. It goes only at the end: ext4 without a journal looks at each inode that was given back within the last minutes before it makes a new one, which made "cp -r" ten times slower.</summary>
    public void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
        }
        else if (Directory.Exists(path))
        {
            Directory.Move(path, Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "aside")).FullName, Guid.NewGuid().ToString("N")));
        }
    }

    public void Write(string path, string content)
    {
        string full = Path.Combine(Repository, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    public void Dispose()
    {
        if (!options.Keep)
        {
            Directory.Delete(Root, recursive: true);
        }
        else if (Directory.Exists(Path.Combine(Root, "aside")))
        {
            Directory.Delete(Path.Combine(Root, "aside"), recursive: true);
        }
    }

    /// <summary>What machines for tests set and users do not.</summary>
    private static bool IsOfMSBuild(string name) =>
        name is "UseSharedCompilation" or "MSBUILDDISABLENODEREUSE" || name.StartsWith("BuildCache", StringComparison.OrdinalIgnoreCase) || name.StartsWith("MSBuild", StringComparison.Ordinal);

    private static long PeakOf(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}

/// <summary>One staging.</summary>
/// <param name="Task">Seconds in the task.</param>
/// <param name="Wall">Seconds of the whole command.</param>
/// <param name="PeakKb">The most memory, in KB.</param>
/// <param name="Line">What the task said.</param>
internal sealed record Staged(double Task, double Wall, long PeakKb, string Line);
