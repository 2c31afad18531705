using System.Runtime.InteropServices;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A publish folder from the cache is what a publish without the cache makes.</summary>
public class PublishTests
{
    private const string Folder = "Hello/bin/published/";

    [Theory]
    [InlineData("")]
    [InlineData("-p:PublishSingleFile=true -p:SelfContained=false -p:PublishReadyToRun=true")]
    [InlineData("-p:PublishSingleFile=true -p:SelfContained=true")]
    [InlineData("-p:SelfContained=true -p:PublishTrimmed=true")]
    public async Task A_fresh_clone_gets_the_same_files_and_the_next_publish_writes_none(string how)
    {
        using Sandbox one = await CreateAsync();
        string[] publish = ["publish", "Hello", "-nologo", "-v:n", "-p:BuildCacheRelocatable=false", "-o", one.PathOf(Folder), .. how.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. how.Length > 0 ? (string[])["-r", RuntimeInformation.RuntimeIdentifier] : []];
        BuildResult stock = (await one.DotnetAsync([.. publish, "-p:BuildCacheEnabled=false"])).Succeeded();
        SortedDictionary<string, string> expected = TreeSnapshot.All(one.PathOf(Folder));
        one.DeleteOutputs();

        BuildResult first = (await one.DotnetAsync(publish)).Succeeded();
        Assert.DoesNotContain("published FROM-CACHE", first.Output, StringComparison.Ordinal);
        string code = Assert.Single(first.Output.Split('\n'), line => line.Contains("BCSDK", StringComparison.Ordinal));
        Assert.Contains("BCSDK2008", code, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(expected, TreeSnapshot.All(one.PathOf(Folder)));
        Assert.Equal(Warnings(stock), Warnings(first));

        one.DeleteOutputs();
        BuildResult second = (await one.DotnetAsync(publish)).Succeeded();
        Assert.Contains("Hello.csproj published FROM-CACHE", second.Output, StringComparison.Ordinal);
        Assert.Contains("Published to", second.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(expected, TreeSnapshot.All(one.PathOf(Folder)));
        Assert.Equal(Warnings(stock), Warnings(second));

        SortedDictionary<string, string> times = Times(one);
        BuildResult third = (await one.DotnetAsync(publish)).Succeeded();
        Assert.Contains("Hello.csproj published FROM-CACHE (in place)", third.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(times, Times(one));
        BuildResult plain = (await one.DotnetAsync([.. publish, "-p:BuildCachePublishFolders=false"])).Succeeded();
        Assert.DoesNotContain("published FROM-CACHE", plain.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(times, Times(one));
    }

    [Theory]
    [InlineData("hit")]
    [InlineData("miss")]
    public async Task Content_of_a_reference_of_a_reference_that_is_a_hit_is_published(string result)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><Content Include=\"content.txt\" CopyToOutputDirectory=\"PreserveNewest\" CopyToPublishDirectory=\"PreserveNewest\" /></ItemGroup>");
        sandbox.Write("Lib/content.txt", "Content");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("App", "exe", references: "Mid", properties: "<DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences>");
        string[] publish = ["publish", "App", "-nologo", "-c", "Debug", "-m:1"];
        (await sandbox.DotnetAsync([.. publish, "-p:BuildCacheEnabled=false"])).Succeeded();
        SortedDictionary<string, string> expected = TreeSnapshot.All(sandbox.PathOf("App/bin/Debug/net10.0/publish"));
        Assert.Contains("content.txt", expected.Keys);
        sandbox.DeleteOutputs();
        (await sandbox.DotnetAsync(publish)).Expect(misses: "Lib Mid App");
        sandbox.DeleteOutputs();
        if (result == "miss")
        {
            sandbox.WriteSource("App", "exe", "Mid", text: "2");
        }

        (await sandbox.DotnetAsync(publish)).Expect(hits: result == "hit" ? "Lib Mid App" : "Lib Mid", misses: result == "hit" ? "" : "App");

        Assert.Equal(expected.Keys, TreeSnapshot.All(sandbox.PathOf("App/bin/Debug/net10.0/publish")).Keys);
    }

    [Fact]
    public async Task A_clone_in_another_folder_gets_it_too()
    {
        using Sandbox one = await CreateAsync();
        string[] publish = ["publish", "Hello", "-nologo", "-v:n", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishSingleFile=true", "-p:SelfContained=false"];
        (await one.DotnetAsync(publish)).Succeeded();
        using Sandbox two = await one.CloneAsync("another place");

        BuildResult second = (await two.DotnetAsync(publish)).Succeeded();

        Assert.Contains("Hello.csproj published FROM-CACHE", second.Output, StringComparison.Ordinal);
        string folder = $"Hello/bin/Release/net10.0/{RuntimeInformation.RuntimeIdentifier}/publish";
        TreeSnapshot.AssertEqual(TreeSnapshot.All(one.PathOf(folder)), TreeSnapshot.All(two.PathOf(folder)));
    }

    [Fact]
    public async Task What_is_published_counts_and_what_lies_there_already_is_the_SDKs()
    {
        using Sandbox one = await CreateAsync();
        string[] publish = ["publish", "Hello", "-nologo", "-v:n", "-o", one.PathOf(Folder), "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishSingleFile=true", "-p:SelfContained=false"];
        (await one.DotnetAsync(publish)).Succeeded();
        one.Write("Hello/greeting.txt", "Good day");
        one.DeleteOutputs();
        BuildResult changed = (await one.DotnetAsync(publish)).Succeeded();
        Assert.DoesNotContain("published FROM-CACHE", changed.Output, StringComparison.Ordinal);
        Assert.Equal("Good day", one.Read(Folder + "greeting.txt"));

        // A newer file in the folder stays, as without the cache.
        one.DeleteOutputs();
        one.Write(Folder + "greeting.txt", "Mine");
        Assert.Contains("published FROM-CACHE", (await one.DotnetAsync(publish)).Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal("Mine", one.Read(Folder + "greeting.txt"));

        // And the old content has its old result.
        one.Write("Hello/greeting.txt", "Hello\n");
        one.DeleteOutputs();
        Assert.Contains("published FROM-CACHE", (await one.DotnetAsync(publish)).Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal("Hello\n", one.Read(Folder + "greeting.txt"));
    }

    [Fact]
    public async Task What_cannot_be_known_is_published_as_always_and_named()
    {
        using Sandbox one = await CreateAsync();
        string outside = one.Root + "-published";
        Assert.Contains("outside the repository", await ReasonAsync(one, "-o", outside), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(outside, "Hello.dll")));

        (await one.DotnetAsync("publish", "Hello", "-nologo")).Succeeded();
        one.Write("Hello/greeting.txt", "Good day");
        Assert.Contains("left of an earlier publish", await ReasonAsync(one), StringComparison.Ordinal);
        Assert.Contains("its build is not cached", await ReasonAsync(one, "-p:Deterministic=false"), StringComparison.Ordinal);

        one.DeleteOutputs();
        one.Write("Hello/Directory.Build.targets", """
            <Project>
              <Target Name="Sign" AfterTargets="CopyFilesToPublishDirectory"><WriteLinesToFile File="$(PublishDir)signature.txt" Lines="signed" /></Target>
            </Project>
            """);
        Assert.Contains("the target 'Sign' of {repo}/Hello/Directory.Build.targets takes part in publishing", await ReasonAsync(one), StringComparison.Ordinal);
        Assert.Equal("signed\n", one.Read("Hello/bin/Release/net10.0/publish/signature.txt"));
    }

    private static async Task<string> ReasonAsync(Sandbox sandbox, params string[] arguments)
    {
        BuildResult result = (await sandbox.DotnetAsync(["publish", "Hello", "-nologo", "-v:n", .. arguments])).Succeeded();
        Assert.DoesNotContain("published FROM-CACHE", result.Output, StringComparison.Ordinal);
        string? line = result.Output.Split('\n').FirstOrDefault(line => line.Contains("BCSDK5060", StringComparison.Ordinal));
        Assert.True(line is not null, result.Output);
        return line;
    }

    private static async Task<Sandbox> CreateAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.CopySample("Publish");
        await sandbox.CommitAsync("first");
        return sandbox;
    }

    private static string[] Warnings(BuildResult result) =>
        [.. result.Output.Split('\n').Where(line => line.Contains("warning ", StringComparison.Ordinal)).Select(line => line[line.IndexOf("warning ", StringComparison.Ordinal)..]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The times of all that was published.</summary>
    private static SortedDictionary<string, string> Times(Sandbox sandbox) => new(
        TreeSnapshot.Times(sandbox.Root).Where(file => file.Key.StartsWith(Folder, StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
}
