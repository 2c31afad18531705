namespace BuildCache.EndToEnd.Scenarios;

/// <summary>No mixed trees: what lies in a dependent's bin is what lies in the bin of the project that made it.</summary>
public class EvictionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<Deterministic>false</Deterministic>")]
    public async Task When_one_entry_is_gone_its_dependents_hold_what_is_built_anew(string properties)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", properties);
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

        // An equal result changes nothing for the dependents; another one is another input.
        bool isEqual = properties.Length == 0;
        Assert.Equal(isEqual, before[0] == after[0]);
        Assert.Equal(isEqual, rebuilt.Hits.Contains("App"));
        BuildResult run = await sandbox.DotnetAsync("run", "--no-build", "--project", "App");
        Assert.Contains("App Mid Lib", run.Output, StringComparison.Ordinal);

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib Mid App");
        Assert.Equal(after, Copies(sandbox));
    }

    private static string[] Copies(Sandbox sandbox) =>
        [.. new[] { "Lib", "Mid", "App" }.Select(name => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(sandbox.PathOf($"{name}/bin/Debug/net10.0/Lib.dll")))))];
}
