namespace BuildCache.EndToEnd;

/// <summary>Two machines that share nothing: each has its own home, cache and folder for packages. Only the first has a source of packages.</summary>
internal sealed class TwoMachines : IDisposable
{
    private readonly string _top;
    private readonly string _source;

    private TwoMachines(Sandbox first)
    {
        First = first;
        _top = Path.GetDirectoryName(first.Root)!;
        _source = Path.Combine(_top, "source");
        Bundle = Path.Combine(_top, "carried", "app.bundle.zip");
        Settle(first, "home of the first");
    }

    /// <summary>The repository on the first machine.</summary>
    public Sandbox First { get; }

    /// <summary>What is carried from one to the other.</summary>
    public string Bundle { get; }

    /// <summary>NuGet's folder of the machine.</summary>
    public static string PackagesOf(Sandbox sandbox) => Path.Combine(sandbox.Environment["HOME"], ".nuget", "packages");

    /// <summary>A sample on the first machine, committed.</summary>
    /// <param name="sample">Its folder in samples.</param>
    /// <param name="relocatable">Whether other folders find its entries.</param>
    public static async Task<TwoMachines> CreateAsync(string sample, bool relocatable)
    {
        Sandbox sandbox = await Sandbox.CreateAsync("same");
        sandbox.CopySample(sample);
        TwoMachines machines = new(sandbox);
        machines.Fill();
        sandbox.Write("nuget.config", "<configuration><packageSources><clear /><add key=\"source\" value=\"../source\" /></packageSources></configuration>\n");
        if (!relocatable)
        {
            sandbox.Write("Directory.Build.props", sandbox.Read("Directory.Build.props").Replace("<BuildCacheRelocatable>true<", "<BuildCacheRelocatable>false<", StringComparison.Ordinal));
        }

        await sandbox.CommitAsync("first");
        return machines;
    }

    /// <summary>A fresh clone on the second machine, where no package is to be had but this SDK.</summary>
    public async Task<Sandbox> MoveAsync(string name)
    {
        string clone = Path.Combine(_top, "clone");
        await First.GitAsync("clone", "-q", First.Root, clone);
        Directory.Delete(First.Root, recursive: true);
        foreach (string package in Directory.EnumerateFiles(_source).Where(path => !Path.GetFileName(path).StartsWith("buildcache.sdk", StringComparison.OrdinalIgnoreCase)))
        {
            File.Delete(package);
        }

        Directory.Move(clone, Path.Combine(_top, name));
        Sandbox second = First.At(name);
        Settle(second, "home of the second");
        return second;
    }

    public void Dispose() => First.Dispose();

    /// <summary>The packages of the samples, out of the folder that this repository was restored into, and the SDK under test.</summary>
    private void Fill()
    {
        Directory.CreateDirectory(_source);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(packages, "system.io.hashing"), "*.nupkg", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(PackedSdk.Feed, "*.nupkg")))
        {
            File.Copy(file, Path.Combine(_source, Path.GetFileName(file)));
        }
    }

    private void Settle(Sandbox sandbox, string home)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_top, home)).FullName;
        foreach (string name in (string[])["HOME", "USERPROFILE", "DOTNET_CLI_HOME"])
        {
            sandbox.Environment[name] = folder;
        }

        sandbox.Environment.Remove("NUGET_PACKAGES");
        sandbox.Environment["BuildCacheDirectory"] = Path.Combine(folder, "cache");
    }
}
