namespace BuildCache.EndToEnd.Stale;

/// <summary>File systems whose stamps do not show each change.</summary>
public sealed class FileSystemTests
{
    [LinuxFact("mksquashfs", package: "squashfs-tools")]
    public async Task A_source_that_changed_without_a_trace_is_compiled()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "lib", body: "<ItemGroup><Compile Include=\"../Shared/Said.cs\" /></ItemGroup>");
        Directory.CreateDirectory(sandbox.PathOf("Shared"));
        string one = await ImageAsync(sandbox, "one");
        string two = await ImageAsync(sandbox, "two");

        (await BuildAsync(sandbox, one)).Expect(misses: "Hello");
        BuildResult changed = (await BuildAsync(sandbox, two, "-v:d")).Expect(misses: "Hello");
        AssertSays(sandbox, "it is two");
        Assert.Contains("BCSDK5009", changed.Output, StringComparison.Ordinal);

        (await BuildAsync(sandbox, one)).Expect(hits: "Hello");
        AssertSays(sandbox, "it is one");
    }

    [LinuxFact("tmpfs")]
    public async Task Outputs_in_memory_are_compared_by_content_and_left_alone_where_they_are_right()
    {
        string folder = Directory.CreateDirectory($"/dev/shm/bcsdk-{Environment.ProcessId}").FullName;
        try
        {
            using Sandbox sandbox = await Sandbox.CreateAsync(below: folder);
            sandbox.OptIn();
            sandbox.WriteProject("Hello", "exe");
            (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
            SortedDictionary<string, string> built = TreeSnapshot.TimelessOutputs(sandbox.Root);
            string damaged = sandbox.PathOf("Hello/bin/Debug/net10.0/Hello.pdb");
            byte[] content = await File.ReadAllBytesAsync(damaged);
            content[^1] ^= 1;
            await File.WriteAllBytesAsync(damaged, content);
            (string, DateTime)[] times = Times(sandbox, but: damaged);

            BuildResult again = (await sandbox.BuildAsync("Hello", "-v:d")).Expect(hits: "Hello");

            TreeSnapshot.AssertEqual(built, TreeSnapshot.TimelessOutputs(sandbox.Root));
            Assert.Equal(times, Times(sandbox, but: damaged));
            Assert.Contains("BCSDK5009", again.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A file system that holds one source, with a time and a number that are always the same.</summary>
    private static async Task<string> ImageAsync(Sandbox sandbox, string text)
    {
        string image = sandbox.PathOf($"../{text}.image");
        sandbox.Write($"../{text}/Said.cs", $"public static class Said {{ public static string Text() => \"it is {text}\"; }}\n");
        (int exitCode, string output) = await Tool.RunAsync(
            sandbox.Root, sandbox.Environment, "mksquashfs", [sandbox.PathOf($"../{text}"), image, "-all-time", "1700000000", "-all-root", "-quiet"]);
        Assert.True(exitCode == 0, output);
        return image;
    }

    /// <remarks>A compiler that lives on does not see what is mounted for this build alone.</remarks>
    private static Task<BuildResult> BuildAsync(Sandbox sandbox, string image, params string[] arguments) => sandbox.BuildUnderAsync(
        ["unshare", "-m", "sh", "-c", $"mount -o loop,ro '{image}' '{sandbox.PathOf("Shared")}' && exec \"$@\"", "sh"], ["Hello", "-p:UseSharedCompilation=false", .. arguments]);

    private static void AssertSays(Sandbox sandbox, string text) => Assert.True(
        File.ReadAllBytes(sandbox.PathOf("Hello/bin/Debug/net10.0/Hello.dll")).AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes(text)) > 0, text);

    private static (string, DateTime)[] Times(Sandbox sandbox, string but) => [.. Directory
        .GetFiles(sandbox.PathOf("Hello"), "*", SearchOption.AllDirectories)
        .Where(path => path != but && !path.Contains("/.git/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(static path => (path, File.GetLastWriteTimeUtc(path)))];
}
