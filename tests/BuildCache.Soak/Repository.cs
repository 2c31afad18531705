using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace BuildCache.Soak;

/// <summary>
/// The repository that a walk goes over, in one of two folders, and what its builds get from outside.
/// </summary>
/// <param name="sandbox">Where it begins.</param>
/// <param name="isRelocatable">Whether other folders find what is built in this one.</param>
internal sealed class Repository(Sandbox sandbox, bool isRelocatable)
{
    private const string Home = "repo";
    private const string Elsewhere = "elsewhere";

    // The same for all: builds in processes that have built before keep what they know of their nodes.
    private readonly string _nodes = BuildServers.Take();

    /// <summary>The sandbox of the folder where the walk is.</summary>
    public Sandbox Sandbox { get; private set; } = sandbox;

    /// <summary>The folder that holds all folders of this walk.</summary>
    public string Top { get; } = Path.GetDirectoryName(sandbox.Root)!;

    public string Root => Sandbox.Root;

    /// <summary>Whether other folders find what is built in this one.</summary>
    public bool IsRelocatable => isRelocatable;

    /// <summary>
    /// Whether it was cloned since the last build: then all outputs are put in place or made in one build.
    /// </summary>
    public bool IsFresh { get; set; }

    /// <summary>The names of the projects.</summary>
    public string[] Projects => [.. Directory.EnumerateDirectories(Root).Select(static folder => Path.GetFileName(folder)).Where(name => File.Exists(ProjectFile(name))).Order(StringComparer.Ordinal)];

    public string ProjectFile(string name) => Sandbox.PathOf($"{name}/{name}.csproj");

    /// <summary>The files of the repository, relative to it, that are no outputs.</summary>
    public string[] Sources(string pattern = "*") => [.. Files(pattern).Where(static path => !IsOutput(path)).Order(StringComparer.Ordinal)];

    /// <summary>The files in bin and obj, without NuGet's.</summary>
    public string[] Outputs() => [.. Files("*").Where(static path => IsOutput(path) && !TreeSnapshot.IsOfRestore(path)).Order(StringComparer.Ordinal)];

    /// <summary>Gives a file another text, or none. Whether it did.</summary>
    public bool Edit(string relative, Func<string, string> change)
    {
        string before = Sandbox.Read(relative);
        string after = change(before);
        if (before == after)
        {
            return false;
        }

        Sandbox.Write(relative, after);
        return true;
    }

    /// <summary>As <see cref="Edit"/>, but size and time stay the same.</summary>
    public bool EditUnseen(string relative, Func<string, string> change)
    {
        FileInfo file = new(Sandbox.PathOf(relative));
        (DateTime time, long size) = (file.LastWriteTimeUtc, file.Length);
        bool changed = Edit(relative, change);
        file.Refresh();
        Assert.Equal(size, file.Length);
        file.LastWriteTimeUtc = time;
        return changed;
    }

    /// <summary>Changes a project file or a file like it.</summary>
    public void EditXml(string relative, Action<XElement> change)
    {
        XElement root = XElement.Load(Sandbox.PathOf(relative));
        change(root);
        Sandbox.Write(relative, root + "\n");
    }

    /// <summary>Renames a file, and says so; <see langword="null"/> if there is none or the name is taken.</summary>
    public string? Move(string? from, string? to)
    {
        if (from is null || to is null || from == to || File.Exists(Sandbox.PathOf(to)))
        {
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Sandbox.PathOf(to))!);
        File.Move(Sandbox.PathOf(from), Sandbox.PathOf(to));
        return $"renames {from} to {to}";
    }

    /// <summary>Sets the variable that App compiles in; "" for none.</summary>
    public void SetVariable(string value)
    {
        if (value.Length == 0)
        {
            Sandbox.Environment.Remove(GeneratedSolution.Variable);
        }
        else
        {
            Sandbox.Environment[GeneratedSolution.Variable] = value;
        }
    }

    /// <summary>Settles which processes the next builds run in.</summary>
    public void RunIn(Processes processes)
    {
        Sandbox.InFreshProcesses = processes != Processes.Server;
        Sandbox.Environment.Remove("MSBUILDNODEHANDSHAKESALT");
        Sandbox.Environment.Remove("MSBUILDDISABLENODEREUSE");
        if (processes == Processes.Reused)
        {
            Sandbox.Environment["MSBUILDNODEHANDSHAKESALT"] = _nodes;
        }
        else
        {
            Sandbox.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        }
    }

    /// <summary>All that an uncached build depends on: the folder, the files, the variable.</summary>
    public string State()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(Root);
        Add(Sandbox.Environment.GetValueOrDefault(GeneratedSolution.Variable, ""));
        foreach (string path in Sources())
        {
            Add(path);
            Add(OperatingSystem.IsWindows() ? "" : File.GetUnixFileMode(Sandbox.PathOf(path)).ToString());
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(Sandbox.PathOf(path))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }

    /// <summary>
    /// Clones the repository afresh in its own place. The folder that was there is kept as <see cref="Before"/>.
    /// </summary>
    public async Task CloneInPlaceAsync()
    {
        await Sandbox.CommitAsync("Before a clone");
        string clone = Path.Combine(Top, "clone");
        await Sandbox.GitAsync("clone", "-q", Root, clone);
        Delete(Before);
        Directory.Move(Root, Before);
        Directory.Move(clone, Root);
        IsFresh = true;
    }

    /// <summary>The folder that was in this place before the last clone.</summary>
    public string Before => Root + ".before";

    /// <summary>Changes places with <see cref="Before"/>.</summary>
    public void ChangePlaces()
    {
        string held = Root + ".held";
        Directory.Move(Root, held);
        Directory.Move(Before, Root);
        Directory.Move(held, Before);
        IsFresh = false;
    }

    /// <summary>Goes to the other folder.</summary>
    /// <param name="afresh">Whether what is there is a new clone; it is one in any case if there is nothing.</param>
    public async Task GoElsewhereAsync(bool afresh)
    {
        string name = Path.GetFileName(Root) == Home ? Elsewhere : Home;
        string folder = Path.Combine(Top, name);
        if (afresh || !Directory.Exists(folder))
        {
            await Sandbox.CommitAsync("Before a clone elsewhere");
            Delete(folder);
            await Sandbox.GitAsync("clone", "-q", Root, folder);
        }

        IsFresh = afresh || !Directory.EnumerateDirectories(folder, "obj", SearchOption.AllDirectories).Any();
        string variable = Sandbox.Environment.GetValueOrDefault(GeneratedSolution.Variable, "");
        Sandbox = Sandbox.At(name);
        SetVariable(variable);
    }

    /// <summary>Whether a path relative to the repository lies in bin or obj.</summary>
    public static bool IsOutput(string relative) => relative.Split('/').Any(static part => part is "bin" or "obj");

    public static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Where(static path => !path.StartsWith(".git/", StringComparison.Ordinal));
}
