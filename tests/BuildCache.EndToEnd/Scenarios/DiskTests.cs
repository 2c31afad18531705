namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Disks that are full or read-only: file systems of their own, which are gone with the build (unshare, mount).</summary>
public class DiskTests
{
    [LinuxTheory("unshare")]
    [InlineData("40k")]
    [InlineData("120k")]
    public async Task The_cache_is_on_a_full_disk(string size)
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync();
        Directory.CreateDirectory(sandbox.Cache);

        BuildResult full = (await sandbox.BuildUnderAsync(Mounted($"mount -t tmpfs -o size={size} none '{sandbox.Cache}'"))).Succeeded();

        Assert.Equal(full.Output.Split("warning BCSDK3003").Length, full.Output.Split("warning BCSDK").Length);
        Assert.Contains("warning BCSDK3003", full.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }

    [LinuxFact("unshare")]
    public async Task The_outputs_are_on_a_full_disk()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        sandbox.DeleteOutputs();
        string bin = sandbox.PathOf("Hello/bin");
        Directory.CreateDirectory(bin);

        BuildResult full = await sandbox.BuildUnderAsync(Mounted($"mount -t tmpfs -o size=16k none '{bin}'"), "Hello");
        full.Failed();
        Assert.Contains("warning BCSDK5004", full.Output, StringComparison.Ordinal);
        Assert.Contains("MSB3021", full.Output, StringComparison.Ordinal);
        Assert.Empty(sandbox.Temporaries());

        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }

    [LinuxTheory("unshare")]
    [InlineData("read")]
    [InlineData("readwrite")]
    public async Task The_cache_is_read_only(string mode)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        string readOnly = $"mount --bind '{sandbox.Cache}' '{sandbox.Cache}' && mount -o remount,bind,ro '{sandbox.Cache}'";
        foreach (bool fresh in (bool[])[true, false])
        {
            if (fresh)
            {
                sandbox.DeleteOutputs();
            }

            BuildResult build = await sandbox.BuildUnderAsync(Mounted(readOnly), "Hello", $"-p:BuildCacheMode={mode}");
            if (mode == "read")
            {
                build.Expect(hits: "Hello");
                Assert.DoesNotContain("warning BCSDK", build.Output, StringComparison.Ordinal);
            }
            else
            {
                build.Expect(skipped: "Hello");
                Assert.Contains("warning BCSDK3001", build.Output, StringComparison.Ordinal);
            }

            TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        }
    }

    [LinuxTheory("unshare")]
    [InlineData("copy")]
    [InlineData("hardlink")]
    [InlineData("symlink")]
    public async Task A_tree_is_staged_whole_where_the_cache_is_on_a_full_disk(string placement)
    {
        using Sandbox sandbox = await WithTreeAsync(placement);
        Directory.CreateDirectory(sandbox.Cache);

        BuildResult full = (await sandbox.BuildUnderAsync(Mounted($"mount -t tmpfs -o size=40k none '{sandbox.Cache}'"), "Hello", "-t:BuildCacheStage")).Succeeded();

        Assert.Equal(TreeSnapshot.All(sandbox.PathOf("parts")).Values.Select(Content), TreeSnapshot.All(sandbox.PathOf("Hello/generated/tree")).Values.Select(Content));
        Assert.Equal(placement == "copy" ? [] : ["BCSDK5033"], Warnings(full));
        BuildResult next = (await sandbox.BuildAsync("Hello", "-t:BuildCacheStage")).Succeeded();
        Assert.Equal(TreeSnapshot.All(sandbox.PathOf("parts")).Values.Select(Content), TreeSnapshot.All(sandbox.PathOf("Hello/generated/tree")).Values.Select(Content));
        Assert.Empty(Warnings(next));
    }

    [LinuxTheory("unshare")]
    [InlineData("copy")]
    [InlineData("hardlink")]
    public async Task A_tree_that_does_not_fit_is_an_error_and_the_next_run_repairs_it(string placement)
    {
        using Sandbox sandbox = await WithTreeAsync(placement);
        string generated = Directory.CreateDirectory(sandbox.PathOf("Hello/generated")).FullName;

        BuildResult full = (await sandbox.BuildUnderAsync(Mounted($"mount -t tmpfs -o size=40k none '{generated}'"), "Hello", "-t:BuildCacheStage")).Failed();

        Assert.Contains("error BCSDK5031", full.Output, StringComparison.Ordinal);
        Assert.Contains("No space left", full.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at BuildCache", full.Output, StringComparison.Ordinal);
        (await sandbox.BuildAsync("Hello", "-t:BuildCacheStage")).Succeeded();
        Assert.Equal(TreeSnapshot.All(sandbox.PathOf("parts")).Values.Select(Content), TreeSnapshot.All(sandbox.PathOf("Hello/generated/tree")).Values.Select(Content));
    }

    private static async Task<Sandbox> WithTreeAsync(string placement)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", body: $"""
            <ItemGroup>
              <BuildCacheTree Include="tree" Destination="generated/tree" Sources="../parts" Placement="{placement}" {(placement == "copy" ? "" : "ReadOnly=\"true\"")} />
            </ItemGroup>
            """);
        for (int i = 0; i < 40; i++)
        {
            sandbox.Write($"parts/{i:00}.txt", new string((char)('a' + (i % 26)), 4000 + i));
        }

        return sandbox;
    }

    /// <summary>Without the mode, which read-only trees change.</summary>
    private static string Content(string described) => described[(described.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static string[] Warnings(BuildResult result) =>
        [.. result.Output.Split('\n').Where(line => line.Contains("warning BCSDK", StringComparison.Ordinal)).Select(line => line[line.IndexOf("BCSDK", StringComparison.Ordinal)..][..9]).Distinct()];

    /// <summary>A program in front of the build: it sees file systems that nobody else sees.</summary>
    private static string[] Mounted(string mount) =>
        ["unshare", "--mount", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--map-root-user"], "sh", "-c", $"{mount} && exec \"$@\"", "sh"];
}
