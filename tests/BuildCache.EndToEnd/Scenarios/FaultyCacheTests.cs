namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A cache that breaks while a build uses it. The build comes out right all the same, and so does the next.</summary>
public class FaultyCacheTests
{
    /// <summary>App builds on Saboteur, which is not cached and, between Lib's turn and App's, does what a script says; Saboteur builds on Lib.</summary>
    private static async Task<Sandbox> CreateAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Saboteur", "lib", references: "Lib", body: "<Target Name=\"Break\" BeforeTargets=\"CoreCompile\" Condition=\"Exists('../.git/break.sh')\"><Exec Command=\"sh ../.git/break.sh\" /></Target>");
        sandbox.WriteProject("App", "exe", references: "Saboteur");
        return sandbox;
    }

    // One after the other in one sandbox: each ends with a whole cache again.
    private static readonly (string What, string Script, string Code)[] s_faults =
    [
        ("the folder deleted", "rm -rf \"$1\"", ""),
        ("blobs truncated", "find \"$1\"/v1/cas -type f -exec truncate -s 1 {} +", "BCSDK3002"),
        ("blobs flipped", "for f in $(find \"$1\"/v1/cas -type f -size +0); do printf '\\377' | dd of=$f bs=1 seek=0 conv=notrunc 2>/dev/null; done", "BCSDK3002"),
        ("entries truncated", "find \"$1\"/v1/ac -type f -exec truncate -s 9 {} +", "BCSDK3002"),
        ("a file where a folder was", "rm -rf \"$1\"/v1 && touch \"$1\"/v1", "BCSDK3003"),
    ];

    [LinuxFact("sh")]
    public async Task It_breaks_in_the_middle_of_a_build()
    {
        using Sandbox sandbox = await CreateAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("App");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App", skipped: "Saboteur");
        foreach ((string what, string script, string code) in s_faults)
        {
            sandbox.DeleteOutputs();

            sandbox.Write(".git/break.sh", $"set -- '{sandbox.Cache}'\n{script}\n");
            BuildResult broken = (await sandbox.BuildAsync("App")).Succeeded();
            File.Delete(sandbox.PathOf(".git/break.sh"));

            Assert.True(broken.Hits.Contains("Lib") && broken.Misses.Contains("App"), what + "\n" + broken.Output);
            Assert.Contains(code, broken.Output, StringComparison.Ordinal);
            TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
            Assert.Empty(sandbox.Temporaries());

            // And it heals: by itself, or, where what it needs is in the way, when that is gone.
            if (File.Exists(Path.Combine(sandbox.Cache, "v1")))
            {
                File.Delete(Path.Combine(sandbox.Cache, "v1"));
            }

            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync("App")).Succeeded();
            TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync("App")).Expect(hits: "Lib App", skipped: "Saboteur");
            TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        }
    }

    [Fact]
    public async Task What_only_speeds_it_up_is_damaged()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        foreach (string folder in (string[])["placed", "memo", "records", "stats"])
        {
            string[] files = Directory.GetFiles(Path.Combine(sandbox.Cache, "v1", folder), "*", SearchOption.AllDirectories);
            Assert.NotEmpty(files);
            foreach (Func<byte[], byte[]> damage in (Func<byte[], byte[]>[])[static bytes => bytes[..(bytes.Length / 2)], Flipped, static _ => []])
            {
                foreach (string file in files)
                {
                    File.WriteAllBytes(file, damage(File.ReadAllBytes(file)));
                }

                BuildResult result = (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
                Assert.DoesNotContain("warning BCSDK", result.Output, StringComparison.Ordinal);
                TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
            }
        }
    }

    [Fact]
    public async Task Warnings_as_errors_do_not_make_a_fault_of_the_cache_one_of_the_build()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        foreach (string path in sandbox.Blobs())
        {
            File.WriteAllBytes(path, [1]);
        }

        sandbox.DeleteOutputs();
        BuildResult damaged = (await sandbox.BuildAsync("Hello", "-warnaserror")).Expect(misses: "Hello");
        Assert.Contains("BCSDK3002", damaged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_from_the_future_are_files_like_others()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Hello");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        // As after the clock was set back: sources, outputs and the cache are all from tomorrow.
        foreach (string folder in (string[])[sandbox.PathOf("Hello"), sandbox.Cache])
        {
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(1));
            }
        }

        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));

        // An edit is older than the outputs, which MSBuild alone would take for current.
        foreach (string file in Directory.GetFiles(sandbox.PathOf("Hello"), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(1));
        }

        sandbox.WriteSource("Hello", "exe", text: " edited");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> built = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync("Hello"), built);
    }

    private static byte[] Flipped(byte[] bytes)
    {
        for (int at = 7; at < bytes.Length; at += 13)
        {
            bytes[at] ^= 0x5A;
        }

        return bytes;
    }
}
