using System.Globalization;
using System.Text;

namespace BuildCache.BuildTimes;

/// <summary>The same solution in two folders, each a git repository of its own: one stock, one with the SDK.</summary>
internal sealed class Twins
{
    private const int FilesPerProject = 20;

    // Of a file without methods to fill it.
    private const int FewestLines = 7;

    private readonly Programs _programs;

    /// <param name="programs">Runs git.</param>
    /// <param name="work">The temporary folder that holds everything.</param>
    /// <param name="feed">The folder with the packed SDK.</param>
    /// <param name="version">Its version.</param>
    public Twins(Programs programs, string work, string feed, string version)
    {
        _programs = programs;
        (Stock, Cached, Cache, Summary) = (Path.Combine(work, "stock0"), Path.Combine(work, "cached"), Path.Combine(work, "cache"), Path.Combine(work, "summary.json"));
        Feed = feed;
        Version = version;
    }

    /// <summary>The twin without the SDK.</summary>
    public string Stock { get; }

    /// <summary>The twin with it.</summary>
    public string Cached { get; }

    /// <summary>The folder of the cache.</summary>
    public string Cache { get; }

    /// <summary>The stock twin once more, for Nx.</summary>
    public string Nx => Path.Combine(Path.GetDirectoryName(Stock)!, "nx0");

    /// <summary>Where Nx keeps its project graph and the index of its cache.</summary>
    public string NxData => Path.Combine(Path.GetDirectoryName(Stock)!, "nx-data");

    /// <summary>A source of the last project, on which no other depends.</summary>
    public static string Leaf(int projects) => Path.Combine("src", Name(projects), "Part00.cs");

    /// <summary>Where the builds of <see cref="Cached"/> write their summary.</summary>
    public string Summary { get; }

    private string Feed { get; }

    private string Version { get; }

    /// <summary>Writes both twins with generated projects: project i references i/2 and i/3.</summary>
    public void Generate(int projects, int lines)
    {
        foreach (string folder in (string[])[Stock, Cached])
        {
            GenerateIn(folder, projects, lines);
        }

        OptInAndCommit();
    }

    /// <summary>Makes a third twin for Nx: the stock one with Nx's two files. Its packages are installed once, as on a developer's machine.</summary>
    public void GenerateNx(int projects, int lines, string version)
    {
        GenerateIn(Nx, projects, lines);
        File.WriteAllText(Path.Combine(Nx, "package.json"), $$"""{ "name": "twin", "private": true, "devDependencies": { "nx": "{{version}}", "@nx/dotnet": "{{version}}" } }""");
        File.WriteAllText(Path.Combine(Nx, "nx.json"), """{ "plugins": ["@nx/dotnet"], "analytics": false }""");
        File.AppendAllText(Path.Combine(Nx, ".gitignore"), "node_modules/\n.nx/\n");
        Commit(Nx);
        _programs.Run(Nx, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock");
    }

    /// <summary>Makes both twins copies of a solution.</summary>
    public void Copy(string solution)
    {
        foreach (string folder in (string[])[Stock, Cached])
        {
            CopyFolder(solution, folder);
        }

        OptInAndCommit();
    }

    private static void GenerateIn(string folder, int projects, int lines)
    {
        Directory.CreateDirectory(folder);
        StringBuilder solution = new("<Solution>\n");
        for (int i = 1; i <= projects; i++)
        {
            string name = Name(i);
            string place = Path.Combine(folder, "src", name);
            Directory.CreateDirectory(place);
            int[] references = [.. ((int[])[i / 2, i / 3]).Where(reference => reference > 0).Distinct()];
            solution.Append(CultureInfo.InvariantCulture, $"  <Project Path=\"src/{name}/{name}.csproj\" />\n");
            File.WriteAllText(Path.Combine(place, name + ".csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                  </PropertyGroup>
                  <ItemGroup>
                {string.Join('\n', references.Select(reference => $"    <ProjectReference Include=\"../{Name(reference)}/{Name(reference)}.csproj\" />"))}
                  </ItemGroup>
                </Project>
                """);
            for (int file = 0; file < FilesPerProject; file++)
            {
                File.WriteAllText(Path.Combine(place, $"Part{file:00}.cs"), Source(name, file, references, lines / FilesPerProject));
            }
        }

        File.WriteAllText(Path.Combine(folder, "Generated.slnx"), solution.Append("</Solution>\n").ToString());
        File.WriteAllText(Path.Combine(folder, ".gitignore"), "bin/\nobj/\n");
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project>\n</Project>\n");
    }

    private static string Source(string name, int file, int[] references, int lines) =>
        $$"""
        namespace {{name}};

        public sealed record Part{{file:00}}(int Number, string Text)
        {
            public IReadOnlyList<string> Words() => [.. Text.Split(' ').Where(word => word.Length > {{file}}).Order()];

            public int Sum() => Number{{string.Concat(references.Select(reference => $" + new {Name(reference)}.Part{file:00}(Number, Text).Sum()"))}};{{Methods(lines - FewestLines)}}
        }
        """;

    /// <summary>Methods such as a library has, of so many lines together.</summary>
    private static string Methods(int lines)
    {
        StringBuilder methods = new();
        for (int number = 0, written = 0; written < lines; number++)
        {
            string method = number % 2 == 0
                ? $$"""


                    public string Describe{{number}}(IReadOnlyDictionary<string, int> counts)
                    {
                        System.Text.StringBuilder text = new();
                        foreach ((string key, int count) in counts.Where(pair => pair.Value > {{number}}).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                        {
                            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{key}: {count * {{number + 2}}} of {Number}; ");
                            if (text.Length > {{100 + number}})
                            {
                                break;
                            }
                        }

                        return text.Length == 0 ? Text : text.ToString().TrimEnd(' ', ';');
                    }
                """
                : $$"""


                    /// <summary>Says how large a list is in words, and what comes first in it.</summary>
                    public async Task<(string Size, int? First)> MeasureAsync{{number}}(IAsyncEnumerable<int> numbers, CancellationToken stop)
                    {
                        List<int> found = [];
                        await foreach (int number in numbers.WithCancellation(stop).ConfigureAwait(false))
                        {
                            found.Add(number % {{number + 2}});
                        }

                        string size = found.Count switch { 0 => "none", 1 => "one", < {{number + 10}} => "some", _ => $"{found.Count:N0}, of {Words().Count}" };
                        return (size, found.Count > 0 ? found.Order().First() : null);
                    }
                """;
            methods.Append(method);
            written += method.Count(static character => character == '\n');
        }

        return methods.ToString();
    }

    private static string Name(int project) => $"Lib{project:000}";

    private void OptInAndCommit()
    {
        string propsFile = Path.Combine(Cached, "Directory.Build.props");
        AddToProject(propsFile, $"  <Sdk Name=\"BuildCache.Sdk\" Version=\"{Version}\" />\n  <PropertyGroup>\n    <BuildCacheDirectory>{Cache}</BuildCacheDirectory>\n  </PropertyGroup>");
        AddToProject(Path.Combine(Cached, "Directory.Solution.targets"), $"  <Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" Version=\"{Version}\" />");
        File.WriteAllText(Path.Combine(Cached, "nuget.config"),
            $"<configuration>\n  <packageSources>\n    <add key=\"buildcache-local\" value=\"{Feed}\" />\n  </packageSources>\n</configuration>\n");
        foreach (string folder in (string[])[Stock, Cached])
        {
            Commit(folder);
        }
    }

    private void Commit(string folder)
    {
        _programs.Run(folder, "git", "init", "--quiet");
        _programs.Run(folder, "git", "add", "--all");
        _programs.Run(folder, "git", "-c", "user.name=bench", "-c", "user.email=bench@example.invalid", "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "-m", "Twin");
    }

    private static void AddToProject(string file, string lines)
    {
        string text = (File.Exists(file) ? File.ReadAllText(file) : "<Project />").Replace("<Project />", "<Project>\n</Project>", StringComparison.Ordinal);
        int at = text.IndexOf("<Project>", StringComparison.Ordinal) + "<Project>".Length;
        File.WriteAllText(file, text.Insert(at, "\n" + lines));
    }

    private static void CopyFolder(string from, string to)
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
}
