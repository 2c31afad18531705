namespace BuildCache.EndToEnd.Scenarios.Trees;

/// <summary>The sample: what it prints with trees that are staged in whatever way, and that a hit leaves the same.</summary>
public class TreesSampleTests
{
    [Fact]
    public async Task The_sample_prints_what_its_trees_hold()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        string sample = Path.Combine(PackedSdk.Repository, "samples", "Trees");
        foreach (string folder in (string[])["Site", "Plugin", "sources"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(sample, folder), "*", SearchOption.AllDirectories).Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)))
            {
                sandbox.Write(Path.GetRelativePath(sample, file), await File.ReadAllTextAsync(file));
            }
        }

        (await sandbox.DotnetAsync("restore", "Plugin")).Succeeded();
        (await sandbox.BuildAsync("Site")).Expect(misses: "Plugin Site");
        string first = await sandbox.CommandAsync("run", "--no-build", "--project", "Site");
        Assert.Contains("/* brand */", first, StringComparison.Ordinal);
        Assert.Contains("A plugin from the cache says hello.", first, StringComparison.Ordinal);

        SortedDictionary<string, string> built = TreeSnapshot.TimelessOutputs(sandbox.Root);
        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync("restore", "Plugin")).Succeeded();
        BuildResult again = (await sandbox.BuildAsync("Site")).Expect(hits: "Site");
        Assert.Equal(first, await sandbox.CommandAsync("run", "--no-build", "--project", "Site"));
        Assert.False(Directory.Exists(sandbox.PathOf("Plugin/bin")), again.Output);
        Assert.Equal(built.Keys.Where(path => path.StartsWith("Site/", StringComparison.Ordinal)), TreeSnapshot.TimelessOutputs(sandbox.Root).Keys.Where(path => path.StartsWith("Site/", StringComparison.Ordinal)));
    }
}
