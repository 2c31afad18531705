namespace BuildCache.EndToEnd.Scenarios;

/// <summary>The real build, killed: by strace, at the moment when it touches a certain file.</summary>
/// <remarks>Every single step of publishing and restoring is tried in BuildCache.Tests, in Faults/KilledTests.cs.</remarks>
public class KilledBuildTests
{
    [LinuxTheory("strace")]
    [InlineData("Hello/obj/Debug/net10.0/buildcache.unfinished", "pwrite64")]
    [InlineData("Hello/obj/Debug/net10.0/Hello.AssemblyInfo.cs.bc-new", "rename,renameat2")]
    [InlineData("Hello/obj/Debug/net10.0/buildcache.unfinished", "unlink")]
    public async Task A_build_that_is_killed_while_it_restores_is_made_good_by_the_next(string file, string calls)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        sandbox.DeleteOutputs();

        await KilledAsync(sandbox, file, calls, 1);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        Assert.Empty(sandbox.Temporaries());

        // The same, but the next build is another one, which is not in the cache.
        sandbox.DeleteOutputs();
        await KilledAsync(sandbox, file, calls, 1);
        sandbox.WriteSource("Hello", "exe", text: " edited");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> built = TreeSnapshot.TimelessOutputs(sandbox.Root);
        Assert.Empty(sandbox.Temporaries());
        TreeSnapshot.AssertEqual(await sandbox.StockAsync("Hello"), built);
    }

    [LinuxTheory("strace")]
    [InlineData(1)]
    [InlineData(9)]
    public async Task A_build_that_is_killed_while_it_publishes_is_made_good_by_the_next(int number)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");

        // What is renamed in a build are the files of the cache, when they are whole.
        await KilledAsync(sandbox, "", "rename,renameat2", number);
        (await sandbox.BuildAsync("Hello")).Succeeded();
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }

    [LinuxFact("strace")]
    public async Task Half_an_assembly_that_a_killed_compiler_left_is_not_taken_for_current()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        sandbox.Environment["UseSharedCompilation"] = "false";
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");

        // The compiler is a process of its own here: it dies when half of the assembly is written, and the build fails.
        BuildResult killed = await sandbox.BuildUnderAsync(Strace(sandbox.PathOf("Hello/obj/Debug/net10.0/Hello.dll"), "pwrite64", 2), "Hello");
        killed.Failed();
        Assert.NotEqual(0, new FileInfo(sandbox.PathOf("Hello/obj/Debug/net10.0/Hello.dll")).Length);

        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
    }

    /// <summary>A build that is killed at one of its calls that name a file, or any; a compiler server that it started would not let the tracer end.</summary>
    private static async Task KilledAsync(Sandbox sandbox, string file, string calls, int number)
    {
        (await sandbox.DotnetAsync("restore", "Hello")).Succeeded();
        string shared = sandbox.Environment["UseSharedCompilation"];
        sandbox.Environment["UseSharedCompilation"] = "false";
        BuildResult killed = await sandbox.BuildUnderAsync(Strace(file.Length == 0 ? "" : sandbox.PathOf(file), calls, number), "--no-restore", "Hello");
        sandbox.Environment["UseSharedCompilation"] = shared;
        Assert.True(killed.ExitCode == 137, $"The build should have been killed, but ended with {killed.ExitCode}: {killed.Output}");
    }

    private static string[] Strace(string file, string calls, int number)
    {
        string optional = string.Join(',', calls.Split(',').Select(call => "?" + call));
        string[] only = file.Length == 0 ? [] : ["-P", file];
        return ["strace", "-f", "-qq", "-o", "/dev/null", .. only, "-e", "trace=" + optional, "-e", $"inject={optional}:signal=KILL:when={number}"];
    }
}
