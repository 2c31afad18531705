namespace BuildCache.Soak;

/// <summary>
/// Clean builds without the cache, in the place of the repository: that is what a build through the cache must leave.
/// </summary>
/// <remarks>
/// Paths reach the bytes of outputs, so the repository is moved aside meanwhile and comes back as it was. The builds
/// have
/// a server of their own. A state that was built before, on another branch for example, is not built again.
/// </remarks>
internal sealed class UncachedBuilds(Repository repository)
{
    private readonly string _server = BuildServers.Take();
    private readonly Dictionary<string, Outcome> _known = [];

    /// <summary>Where the last build lies, with all that it left.</summary>
    public string Last => Path.Combine(repository.Top, "uncached");

    /// <summary>
    /// In a relocatable repository the SDK maps paths away, without the cache nobody does: there the SDK builds, and
    /// looks nothing up.
    /// </summary>
    private string Unread => Path.Combine(repository.Top, "unread");

    /// <summary>What the uncached build of the present state comes to.</summary>
    public async Task<Outcome> BuildAsync(bool anew = false)
    {
        string state = repository.State();
        if (!anew && _known.TryGetValue(state, out Outcome? known))
        {
            return known;
        }

        string aside = repository.Root + ".aside";
        Directory.Move(repository.Root, aside);
        Copy(new DirectoryInfo(aside), repository.Root);
        Dictionary<string, string> environment = BuildServers.On(_server, repository.Sandbox.Environment);
        string[] uncached = repository.IsRelocatable ? ["-p:BuildCacheMode=write", "-p:BuildCacheDirectory=" + Unread] : ["-p:BuildCacheEnabled=false", .. Sandbox.WithoutCommit];
        (int exitCode, string output) = await Tool.RunAsync(repository.Root, environment, "dotnet", ["build", "-nologo", "-m:1", .. uncached]);
        Outcome outcome = Outcome.Of(new BuildResult(BuildServers.ExitCode(exitCode, output), output), repository);
        Repository.Delete(Unread);
        Repository.Delete(Last);
        Directory.Move(repository.Root, Last);
        Directory.Move(aside, repository.Root);
        return _known[state] = outcome;
    }

    /// <summary>All but outputs, with the times of files.</summary>
    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileInfo file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (DirectoryInfo folder in from.EnumerateDirectories().Where(static folder => folder.Name is not ("bin" or "obj")))
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}
