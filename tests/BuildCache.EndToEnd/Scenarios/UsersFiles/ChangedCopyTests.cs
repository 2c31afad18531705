namespace BuildCache.EndToEnd.UsersFiles;

/// <summary>Files that are copied with PreserveNewest and that a program then writes into, such as a local database.</summary>
public class ChangedCopyTests
{
    private const string Copy = "App/bin/Debug/net10.0/data.db";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_program_wrote_into_its_copy_stays_until_the_source_is_newer(bool bySolution)
    {
        using Sandbox sandbox = await CreateAsync(bySolution);
        (await sandbox.BuildAsync()).Expect(misses: "App");
        ProgramWrites(sandbox, "rows");

        // Nothing to build, twice: the second time nothing is even looked for.
        (await sandbox.BuildAsync()).Expect(hits: "App");
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);
        (await sandbox.BuildAsync()).Expect(hits: "App");
        TreeSnapshot.AssertEqual(times, TreeSnapshot.Times(sandbox.Root));
        Assert.Equal("rows", sandbox.Read(Copy));

        // A miss, a build that fails, and one after it keep it, and store the source.
        sandbox.Write("App/App.cs", "this does not compile");
        (await sandbox.BuildAsync()).Failed();
        sandbox.WriteSource("App", "exe", text: "two");
        (await sandbox.BuildAsync()).Expect(misses: "App");
        Assert.Equal("rows", sandbox.Read(Copy));
        ProgramWrites(sandbox, "more rows");
        (await sandbox.BuildAsync()).Expect(hits: "App");
        Assert.Equal("more rows", sandbox.Read(Copy));
        sandbox.WriteSource("App", "exe");
        (await sandbox.BuildAsync()).Expect(hits: "App");
        Assert.Equal("more rows", sandbox.Read(Copy));
        sandbox.WriteSource("App", "exe", text: "two");
        await ExpectFreshAsync(sandbox, "empty");

        // Deleted, it comes back; a newer source wins; an older one wins over what is only its predecessor.
        (await sandbox.BuildAsync()).Expect(hits: "App");
        sandbox.Write("App/data.db", "with a schema");
        (await sandbox.BuildAsync()).Expect(misses: "App");
        Assert.Equal("with a schema", sandbox.Read(Copy));
        sandbox.Write("App/data.db", "older");
        File.SetLastWriteTimeUtc(sandbox.PathOf("App/data.db"), DateTime.UtcNow.AddDays(-1));
        (await sandbox.BuildAsync()).Expect(misses: "App");
        Assert.Equal("older", sandbox.Read(Copy));
    }

    [Fact]
    public async Task Without_a_placement_MSBuild_decides_and_nothing_is_stored()
    {
        using Sandbox sandbox = await CreateAsync(bySolution: false);
        (await sandbox.BuildAsync("App", "-p:BuildCacheEnabled=false")).Succeeded();
        ProgramWrites(sandbox, "rows");
        BuildResult result = (await sandbox.BuildAsync("App", "-v:n")).Expect(misses: "App");
        Assert.Contains("BCSDK5008", result.Output, StringComparison.Ordinal);
        Assert.Equal("rows", sandbox.Read(Copy));
        Assert.Empty(sandbox.ProjectEntries());

        File.Delete(sandbox.PathOf(Copy));
        (await sandbox.BuildAsync("App")).Expect(misses: "App");
        ProgramWrites(sandbox, "rows");
        (await sandbox.BuildAsync("App")).Expect(hits: "App");
        Assert.Equal("rows", sandbox.Read(Copy));
    }

    /// <summary>An assembly is no data: a newer one that is another is a damaged one.</summary>
    [Fact]
    public async Task Copies_of_assemblies_are_always_put_right()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        byte[] right = File.ReadAllBytes(sandbox.PathOf("App/bin/Debug/net10.0/Mid.dll"));
        sandbox.Write("App/bin/Debug/net10.0/Mid.dll", "damaged");
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
        Assert.Equal(right, File.ReadAllBytes(sandbox.PathOf("App/bin/Debug/net10.0/Mid.dll")));
    }

    private static void ProgramWrites(Sandbox sandbox, string text)
    {
        sandbox.Write(Copy, text);
        File.SetLastWriteTimeUtc(sandbox.PathOf(Copy), DateTime.UtcNow.AddSeconds(1));
    }

    private static async Task<Sandbox> CreateAsync(bool bySolution)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("App", "exe", body: "<ItemGroup><None Update=\"data.db\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        sandbox.WriteSolution("App");
        sandbox.Write("App/data.db", "empty");
        return sandbox;
    }

    private static async Task ExpectFreshAsync(Sandbox sandbox, string text)
    {
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "App");
        Assert.Equal(text, sandbox.Read(Copy));
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), cached);
    }
}
