namespace BuildCache.EndToEnd;

/// <summary>Files that are copied to the output folder as they are, of the project itself and of one that it references.</summary>
public class CopiedFileTests
{
    private const string Items = "<ItemGroup><Content Include=\"data.txt;run.sh\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_older_file_in_place_of_another_is_copied(bool bySolution)
    {
        using Sandbox sandbox = await CreateAsync(bySolution);
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");

        // As mv, or unpacking an archive, leaves it: MSBuild takes the copy for current, since it is newer.
        sandbox.Write("Lib/data.txt", "another");
        File.SetLastWriteTimeUtc(sandbox.PathOf("Lib/data.txt"), DateTime.UtcNow.AddDays(-1));
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.Equal("another", sandbox.Read("Lib/bin/Debug/net10.0/data.txt"));
        Assert.Equal("another", sandbox.Read("App/bin/Debug/net10.0/data.txt"));
        await ExpectAsFreshAsync(sandbox);
    }

    [LinuxTheory("chmod")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_may_be_executed_from_now_on_is_another(bool bySolution)
    {
        using Sandbox sandbox = await CreateAsync(bySolution);
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");

        File.SetUnixFileMode(sandbox.PathOf("Lib/run.sh"), File.GetUnixFileMode(sandbox.PathOf("Lib/run.sh")) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.True(File.GetUnixFileMode(sandbox.PathOf("App/bin/Debug/net10.0/run.sh")).HasFlag(UnixFileMode.UserExecute));
        await ExpectAsFreshAsync(sandbox);
    }

    private static async Task<Sandbox> CreateAsync(bool bySolution)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("Lib", "lib", body: Items);
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        sandbox.Write("Lib/data.txt", "one");
        sandbox.Write("Lib/run.sh", "echo\n");
        return sandbox;
    }

    private static async Task ExpectAsFreshAsync(Sandbox sandbox)
    {
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), cached);
    }
}
