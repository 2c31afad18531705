namespace BuildCache.EndToEnd.Scenarios;

/// <summary>No mixed trees: what lies in a dependent's bin is what lies in the bin of the project that made it.</summary>
public class EvictionTests
{
    [Fact]
    public async Task When_one_entry_is_gone_its_dependents_hold_what_is_built_anew()
    {
        using Sandbox sandbox = (await Sandbox.CreateAsync()).OnTwoNodes();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("App", "exe", references: "Mid");
        (await sandbox.BuildAsync("Lib")).Expect(misses: "Lib");
        string[] ofLib = sandbox.Entries();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib", misses: "Mid App");
        string[] before = Copies(sandbox);

        foreach (string entry in ofLib)
        {
            File.Delete(entry);
        }

        sandbox.DeleteOutputs();
        BuildResult rebuilt = (await sandbox.BuildAsync("App")).Succeeded();
        Assert.Contains("Lib", rebuilt.Misses);
        string[] after = Copies(sandbox);
        Assert.Single(after.Distinct());

        // An equal result changes nothing for the dependents.
        Assert.Equal(before[0], after[0]);
        Assert.Contains("App", rebuilt.Hits);
        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "App");
        Assert.Contains("App Mid Lib", run.Output, StringComparison.Ordinal);

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib Mid App");
        Assert.Equal(after, Copies(sandbox));
    }

    private static string[] Copies(Sandbox sandbox) =>
        [.. new[] { "Lib", "Mid", "App" }.Select(name => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(sandbox.PathOf($"{name}/bin/Debug/net10.0/Lib.dll")))))];
}
