namespace BuildCache.EndToEnd;

/// <summary>A throwaway repository that the real <c>dotnet</c> builds with the packed SDK, and a cache of its own.</summary>
internal sealed class Sandbox : IDisposable
{
    private readonly string _top;
    private readonly bool _ownsTop;
    private readonly string _server;

    private Sandbox(string top, string folder, string version, string server, bool ownsTop)
    {
        _top = top;
        _ownsTop = ownsTop;
        _server = server;
        Root = folder;
        Version = version;
        Cache = Path.Combine(top, "cache");
        Environment = Tool.CleanEnvironment();
        Environment["BuildCacheDirectory"] = Cache;
    }

    /// <summary>The repository.</summary>
    public string Root { get; }

    /// <summary>The version of the packed SDK.</summary>
    public string Version { get; }

    /// <summary>The folder of the cache, outside the repository.</summary>
    public string Cache { get; }

    /// <summary>The environment of everything that is run.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Whether each build is a process of its own, rather than one on a server that has built before.</summary>
    public bool InFreshProcesses { get; set; }

    /// <summary>
    /// Whether the nodes of a build go on living for the next one here, although each build is a process of its own.
    /// </summary>
    public bool ReusesNodes { get; set; }

    /// <summary>How many nodes a build has that does not say so. One is enough for most that is tried, and another costs as much as a small build.</summary>
    public int Nodes { get; private set; } = 1;

    /// <summary>Where the summary goes. In .git, so that it is no input of any project.</summary>
    public string SummaryFile => Path.Combine(Root, ".git", "summary.json");

    /// <summary>An empty repository in a folder of that name, with no projects.</summary>
    /// <param name="name">The folder's name.</param>
    /// <param name="below">Where it lies, with its cache beside it; by default where all do.</param>
    public static async Task<Sandbox> CreateAsync(string name = "repo", string? below = null)
    {
        string version = await PackedSdk.VersionAsync();
        string top = Directory.CreateDirectory(Path.Combine(below ?? PackedSdk.Scratch, Guid.NewGuid().ToString("N")[..12])).FullName;
        Sandbox sandbox = new(top, Path.Combine(top, name), version, BuildServers.Take(), ownsTop: true);
        Directory.CreateDirectory(sandbox.Root);
        await sandbox.GitAsync("init", "-q");
        sandbox.Write(".gitignore", "bin/\nobj/\n");
        sandbox.Write("nuget.config", $"<configuration><packageSources><add key=\"under-test\" value=\"{PackedSdk.Feed}\" /></packageSources></configuration>\n");
        sandbox.Write("global.json", $$"""{ "sdk": { "version": "10.0.100", "rollForward": "latestFeature" }, "msbuild-sdks": { "BuildCache.Sdk": "{{version}}" } }""");
        foreach (string stopper in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            sandbox.Write(stopper, "<Project />\n");
        }

        return sandbox;
    }

    /// <summary>One console project, Hello, opted in for the whole repository.</summary>
    public static async Task<Sandbox> HelloAsync(string properties = "")
    {
        Sandbox sandbox = await CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", properties);
        return sandbox;
    }

    /// <summary>A solution: Lib, on which Mid builds; Multi, for two frameworks; and App, a program on top of Mid and Multi.</summary>
    public static async Task<Sandbox> ChainAsync(string properties = "", string name = "repo")
    {
        Sandbox sandbox = await CreateAsync(name);
        sandbox.OptIn(properties);
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("Multi", "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>");
        sandbox.WriteProject("App", "exe", references: "Mid;Multi");
        sandbox.WriteSolution("Lib", "Mid", "Multi", "App");
        return sandbox;
    }

    /// <summary>Every project of <see cref="ChainAsync"/>, as the summary names them.</summary>
    public const string ChainProjects = "Lib Mid Multi/net10.0 Multi/netstandard2.0 App";

    /// <summary>From now on, here and in clones, projects are built on two nodes, as on a user's machine: what one does the other must see.</summary>
    public Sandbox OnTwoNodes()
    {
        Nodes = 2;
        return this;
    }

    /// <summary>Opts all projects in, with these properties in Directory.Build.props.</summary>
    public void OptIn(string properties = "") => Write(
        "Directory.Build.props",
        $"<Project>\n  <Sdk Name=\"BuildCache.Sdk\" />\n  <PropertyGroup>{properties}</PropertyGroup>\n</Project>\n");

    /// <summary>A solution of these projects, with the line for the summary.</summary>
    public void WriteSolution(params string[] projects)
    {
        Write("All.slnx", "<Solution>\n" + string.Concat(projects.Select(project => $"  <Project Path=\"{project}/{project}.csproj\" />\n")) + "</Solution>\n");
        Write("Directory.Solution.targets", "<Project><Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" /></Project>\n");
    }

    /// <summary>A project in a folder of its name, with one source file that calls its references.</summary>
    public void WriteProject(string name, string kind, string properties = "", string references = "", string body = "")
    {
        string framework = properties.Contains("TargetFramework", StringComparison.Ordinal) ? "" : "<TargetFramework>net10.0</TargetFramework>";
        string output = kind == "exe" ? "<OutputType>Exe</OutputType>" : "";
        string[] names = references.Split(';', StringSplitOptions.RemoveEmptyEntries);
        string items = string.Concat(names.Select(reference => $"<ProjectReference Include=\"../{reference}/{reference}.csproj\" />"));
        Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>{framework}{output}{properties}</PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
              {body}
            </Project>

            """);
        WriteSource(name, kind, references);
    }

    /// <summary>The source of a project of <see cref="WriteProject"/>; another text is another program.</summary>
    public void WriteSource(string name, string kind, string references = "", string text = "")
    {
        string type = Identifier(name);
        string calls = string.Concat(references.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(reference => $" + {Identifier(reference)}.Say()"));
        string main = kind == "exe" ? "    public static void Main() { System.Console.WriteLine(Say()); }\n" : "";
        Write($"{name}/{type}.cs", $"public static class {type}\n{{\n    public static string Say() {{ return \"{type}{text} \"{calls}; }}\n{main}}}\n");
    }

    /// <summary>Copies a sample of this project, which then uses the SDK under test.</summary>
    public void CopySample(string name)
    {
        string folder = Path.Combine(PackedSdk.Repository, "samples", name);
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(folder, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "global.json" or "nuget.config"))
            {
                Write(relative, File.ReadAllText(file));
            }
        }
    }

    public string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    public void Write(string relative, string text)
    {
        string path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public string Read(string relative) => File.ReadAllText(PathOf(relative));

    public async Task GitAsync(params string[] arguments)
    {
        (int exitCode, string output) = await Tool.RunAsync(
            Root, Environment, "git", ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false", .. arguments]);
        Assert.True(exitCode == 0, output);
    }

    public async Task CommitAsync(string message)
    {
        await GitAsync("add", "-A");
        await GitAsync("commit", "-q", "--allow-empty", "-m", message);
    }

    /// <summary>A clone beside this one, with the same cache. What is to be in it must be committed.</summary>
    public async Task<Sandbox> CloneAsync(string name)
    {
        Sandbox clone = new(_top, Path.Combine(_top, name), Version, _server, ownsTop: false) { Nodes = Nodes };
        await GitAsync("clone", "-q", Root, clone.Root);
        return clone;
    }

    /// <summary>A repository that lies beside this one already, with the same cache.</summary>
    public Sandbox At(string name) => new(_top, Path.Combine(_top, name), Version, _server, ownsTop: false) { Nodes = Nodes };

    /// <summary>This very repository with a cache of its own: everything in it is really built.</summary>
    public Sandbox WithEmptyCache()
    {
        Sandbox other = new(_top, Root, Version, _server, ownsTop: false) { Nodes = Nodes };
        other.Environment["BuildCacheDirectory"] = Path.Combine(_top, "cache-" + Guid.NewGuid().ToString("N")[..6]);
        return other;
    }

    /// <summary>As in a fresh clone: no bin, no obj.</summary>
    public void DeleteOutputs()
    {
        foreach (string folder in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).ToArray())
        {
            if (Path.GetFileName(folder) is "bin" or "obj" && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Runs <c>dotnet</c> in the repository.</summary>
    public async Task<BuildResult> DotnetAsync(params string[] arguments)
    {
        File.Delete(SummaryFile);
        Dictionary<string, string> environment = BuildEnvironment();
        if (arguments[0] is "build" or "publish" or "pack" && !arguments.Any(argument => argument.StartsWith("-m", StringComparison.Ordinal)))
        {
            arguments = [.. arguments, $"-m:{Nodes}"];
        }

        (int exitCode, string output) = await Tool.RunAsync(Root, environment, "dotnet", [.. arguments, $"-p:BuildCacheSummaryFile={SummaryFile}"]);
        return BuildResult.Read(environment == Environment ? exitCode : BuildServers.ExitCode(exitCode, output), output, SummaryFile);
    }

    /// <summary>Runs <c>dotnet</c> with these arguments alone, for commands that take no properties. Returns what it said.</summary>
    public async Task<string> CommandAsync(params string[] arguments)
    {
        (int exitCode, string output) = await Tool.RunAsync(Root, BuildEnvironment(), "dotnet", arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <summary>Runs <c>dotnet build</c> under another program, such as a tracer.</summary>
    public async Task<BuildResult> BuildUnderAsync(IReadOnlyList<string> program, params string[] arguments)
    {
        File.Delete(SummaryFile);
        (int exitCode, string output) = await Tool.RunAsync(
            Root, Environment, program[0], [.. program.Skip(1), "dotnet", "build", "-nologo", .. arguments, $"-p:BuildCacheSummaryFile={SummaryFile}"]);
        return BuildResult.Read(exitCode, output, SummaryFile);
    }

    /// <summary>Runs <c>dotnet build</c>.</summary>
    public Task<BuildResult> BuildAsync(params string[] arguments) => DotnetAsync(["build", "-nologo", .. arguments]);

    /// <summary>The entries that the cache holds.</summary>
    public string[] Entries()
    {
        string folder = Path.Combine(Cache, "v1", "ac");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    /// <summary>Those of whole projects: they name the list of files that MSBuild keeps, entries of the compile gate do not.</summary>
    public string[] ProjectEntries() =>
        [.. Entries().Where(entry => File.ReadAllText(entry, System.Text.Encoding.Latin1).Contains("FileListAbsolute.txt", StringComparison.Ordinal))];

    /// <summary>Files that are on their way: in the cache's folder for them, and beside outputs.</summary>
    public string[] Temporaries()
    {
        string folder = Path.Combine(Cache, "v1", "tmp");
        return
        [
            .. Directory.Exists(folder) ? Directory.GetFiles(folder) : [],
            .. Directory.GetFiles(Root, "*.bc-new", SearchOption.AllDirectories),
            .. Directory.GetFiles(Root, "buildcache.unfinished", SearchOption.AllDirectories),
        ];
    }

    /// <summary>Takes the commit out of a build without the cache, and nothing else.</summary>
    public static readonly string[] WithoutCommit = ["-p:IncludeSourceRevisionInInformationalVersion=false", "-p:EnableSourceLink=false"];

    /// <summary>
    /// Checks that what lies here, and what a fresh clone gets where all of <paramref name="projects"/> hit, is what a
    /// build without the cache leaves.
    /// </summary>
    public async Task IsAsStockHereAndInACloneAsync(string projects)
    {
        SortedDictionary<string, string> inPlace = TreeSnapshot.TimelessOutputs(Root);
        DeleteOutputs();
        (await BuildAsync()).Expect(hits: projects);
        SortedDictionary<string, string> clean = TreeSnapshot.TimelessOutputs(Root);
        SortedDictionary<string, string> stock = await StockAsync();
        TreeSnapshot.AssertEqual(stock, clean);
        TreeSnapshot.AssertEqual(stock, inPlace);
    }

    /// <summary>What a build without the cache leaves in bin and obj; afterwards both are gone again.</summary>
    public async Task<SortedDictionary<string, string>> StockAsync(params string[] arguments)
    {
        DeleteOutputs();
        (await BuildAsync([.. arguments, "-p:BuildCacheEnabled=false", .. WithoutCommit])).Succeeded();
        SortedDictionary<string, string> stock = TreeSnapshot.TimelessOutputs(Root);
        DeleteOutputs();
        return stock;
    }

    /// <summary>The files of the cache that hold content.</summary>
    public string[] Blobs() => Directory.GetFiles(Path.Combine(Cache, "v1", "cas"), "*", SearchOption.AllDirectories);

    public void Dispose()
    {
        if (_ownsTop)
        {
            BuildServers.Return(_server);
        }

        if (_ownsTop && !PackedSdk.IsKept)
        {
            Directory.Delete(_top, recursive: true);
        }
    }

    /// <summary>A process remembers the folders of its user: where those are others, it is a fresh one.</summary>
    private Dictionary<string, string> BuildEnvironment() => ReusesNodes ? BuildServers.WithNodesOf(_server, Environment)
        : InFreshProcesses || ((string[])["HOME", "NUGET_PACKAGES"]).Any(name => Environment.GetValueOrDefault(name) != System.Environment.GetEnvironmentVariable(name))
            ? Environment
            : BuildServers.On(_server, Environment);

    private static string Identifier(string name) => new([.. name.Where(letter => char.IsAsciiLetterOrDigit(letter))]);
}
