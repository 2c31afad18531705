namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What lies on disk after a hit is what a build without the cache leaves. Exceptions are listed in docs/exceptions.md.</summary>
public class ByteForByteTests(ByteForByteTests.Built built) : IClassFixture<ByteForByteTests.Built>
{
    /// <summary>Shop at one commit and with one set of settings: without the cache, and in the cache.</summary>
    public sealed class Built : IAsyncLifetime
    {
        internal Sandbox Shop { get; private set; } = null!;

        internal SortedDictionary<string, string> Stock { get; private set; } = null!;

        /// <summary>What the build left that filled the cache.</summary>
        internal SortedDictionary<string, string> Cold { get; private set; } = null!;

        /// <summary>What any build without the cache writes again, even with nothing to do: targets without inputs and outputs, such as F#'s for the linker's substitutions.</summary>
        internal HashSet<string> AlwaysWritten { get; private set; } = null!;

        /// <summary>Every file that a clean leaves after a build without the cache.</summary>
        internal SortedDictionary<string, string> StockCleaned { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Shop = (await EndToEnd.Shop.CreateAsync("<BuildCacheSourceRevision>exact</BuildCacheSourceRevision>")).OnTwoNodes();
            (await Shop.BuildAsync("-p:BuildCacheEnabled=false")).Succeeded();
            Stock = TreeSnapshot.Outputs(Shop.Root);
            SortedDictionary<string, string> times = TreeSnapshot.Times(Shop.Root);
            (await Shop.BuildAsync("--no-restore", "-p:BuildCacheEnabled=false")).Succeeded();
            AlwaysWritten = Written(times, TreeSnapshot.Times(Shop.Root));
            (await Shop.DotnetAsync("clean", "-p:BuildCacheEnabled=false")).Succeeded();
            StockCleaned = TreeSnapshot.Outputs(Shop.Root);
            Shop.DeleteOutputs();
            BuildResult cold = (await Shop.BuildAsync()).Succeeded();
            Assert.Empty(cold.Hits);
            Assert.Empty(cold.Skipped);
            Cold = TreeSnapshot.Outputs(Shop.Root);
        }

        public Task DisposeAsync()
        {
            Shop.Dispose();
            return Task.CompletedTask;
        }
    }

    private async Task RestoreAsync()
    {
        built.Shop.DeleteOutputs();
        BuildResult warm = (await built.Shop.BuildAsync()).Succeeded();
        Assert.Empty(warm.Misses);
        Assert.Empty(warm.Skipped);
    }

    [Fact]
    public async Task Content_modes_links_and_the_set_of_files_are_those_of_a_build()
    {
        await RestoreAsync();

        // The very files of the build that filled the cache; and, but for the times in some, those of any build.
        TreeSnapshot.AssertEqual(built.Cold, TreeSnapshot.Outputs(built.Shop.Root));
        TreeSnapshot.AssertEqual(WithoutTimes(built.Stock), WithoutTimes(built.Cold));
    }

    [Fact]
    public async Task A_build_without_the_cache_on_top_of_a_hit_compiles_nothing_and_copies_nothing()
    {
        await RestoreAsync();
        SortedDictionary<string, string> times = TreeSnapshot.Times(built.Shop.Root);
        BuildResult stock = (await built.Shop.BuildAsync("--no-restore", "-p:BuildCacheEnabled=false", "-v:d", "-tl:off")).Succeeded();

        string[] work = [.. stock.Output.Split('\n').Where(line =>
            (line.Contains("Copying file from", StringComparison.Ordinal) && !TreeSnapshot.HoldsTimes(line)) || line.Contains("csc.dll", StringComparison.Ordinal) || line.Contains("fsc.dll", StringComparison.Ordinal) ||
            line.Contains("Task \"Csc\"", StringComparison.Ordinal) || line.Contains("Task \"Fsc\"", StringComparison.Ordinal) || line.Contains("Task \"GenerateDepsFile\"", StringComparison.Ordinal))];
        Assert.True(work.Length == 0, string.Join('\n', work.Take(20)));
        Assert.Contains("Skipping target \"CoreCompile\" because all output files are up-to-date", stock.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(WithoutTimes(built.Stock), WithoutTimes(TreeSnapshot.Outputs(built.Shop.Root)));

        // Assets are compressed again unless the compressed file is newer than its source: here both have the time of the hit.
        IEnumerable<string> written = Written(times, TreeSnapshot.Times(built.Shop.Root));
        Assert.Equal([], written.Where(path => !built.AlwaysWritten.Contains(path) && !TreeSnapshot.HoldsTimes(path) && !path.Contains("/compressed/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Clean_removes_what_it_removes_after_a_build()
    {
        await RestoreAsync();
        (await built.Shop.DotnetAsync("clean", "-p:BuildCacheEnabled=false")).Succeeded();
        TreeSnapshot.AssertEqual(WithoutTimes(built.StockCleaned), WithoutTimes(TreeSnapshot.Outputs(built.Shop.Root)));

        await RestoreAsync();
        (await built.Shop.DotnetAsync("clean")).Succeeded();
        TreeSnapshot.AssertEqual(WithoutTimes(built.StockCleaned), WithoutTimes(TreeSnapshot.Outputs(built.Shop.Root)));
    }

    /// <summary>The files whose times of the last write are others than before.</summary>
    private static HashSet<string> Written(SortedDictionary<string, string> before, SortedDictionary<string, string> after) =>
        after.Where(file => before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>The files that hold times stand for themselves only: that they are there.</summary>
    private static SortedDictionary<string, string> WithoutTimes(SortedDictionary<string, string> files) =>
        new(files.ToDictionary(file => file.Key, file => TreeSnapshot.HoldsTimes(file.Key) ? "" : file.Value), StringComparer.Ordinal);
}
