using System.Runtime.InteropServices;
using System.Text;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>
/// A publish folder is found whether references were built, came from the cache or lay in place; and a miss says why.
/// </summary>
public class PublishReferenceTests
{
    private const string Framework = "net10.0";

    private static readonly string s_runtime = RuntimeInformation.RuntimeIdentifier;

    private static readonly string s_folder = $"App/bin/Release/{Framework}/{s_runtime}/publish";

    [Theory]
    [InlineData("-p:Trim=true", "--self-contained")]
    [InlineData("-p:Native=true", "--no-self-contained")]
    [InlineData("-p:Single=true", "--no-self-contained")]
    public async Task The_next_clone_finds_what_was_published_with_references_that_were_built(string how, string runtime)
    {
        using Sandbox one = await CreateAsync();
        string[] publish = [.. Publish(how, runtime), "-p:BuildCacheRelocatable=false"];
        (await one.DotnetAsync([.. publish, "-p:BuildCacheEnabled=false"])).Succeeded();
        SortedDictionary<string, string> expected = TreeSnapshot.All(one.PathOf(s_folder));
        one.DeleteOutputs();
        (await one.DotnetAsync(publish)).Expect(misses: "Deep Lib Multi App");
        TreeSnapshot.AssertEqual(expected, TreeSnapshot.All(one.PathOf(s_folder)));

        one.DeleteOutputs();
        BuildResult next = (await one.DotnetAsync(publish)).Expect(hits: "Deep Lib Multi App");

        Assert.Contains("App.csproj published FROM-CACHE", next.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(expected, TreeSnapshot.All(one.PathOf(s_folder)));
    }

    [Theory]
    [InlineData("Lib")]
    [InlineData("App")]
    [InlineData("Deep Lib Multi App")]
    [InlineData("")]
    public async Task Whoever_of_them_was_built_counts_for_nothing(string built)
    {
        using Sandbox one = await CreateAsync();
        string[] publish = Publish("-p:Native=true", "--no-self-contained");
        (await one.DotnetAsync(publish)).Succeeded();
        SortedDictionary<string, string> expected = TreeSnapshot.All(one.PathOf(s_folder));
        string[] names = built.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string entry in one.Entries().Where(path => names.Contains(ProjectOf(path))))
        {
            File.Delete(entry);
        }

        one.DeleteOutputs();
        BuildResult next = (await one.DotnetAsync(publish)).Succeeded();

        Assert.Equal(names.Order(), next.Misses.Order());
        Assert.Contains("App.csproj published FROM-CACHE", next.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(expected, TreeSnapshot.All(one.PathOf(s_folder)));

        // In two commands, and once more in place.
        one.DeleteOutputs();
        (await one.DotnetAsync(["build", .. publish[1..]])).Succeeded();
        Assert.Contains("App.csproj published FROM-CACHE", (await one.DotnetAsync(publish)).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("App.csproj published FROM-CACHE (in place)", (await one.DotnetAsync(publish)).Succeeded().Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(expected, TreeSnapshot.All(one.PathOf(s_folder)));
    }

    [Fact]
    public async Task A_miss_names_what_changed()
    {
        using Sandbox one = await CreateAsync();
        string[] publish = Publish("-p:Native=true", "--no-self-contained");
        Assert.Contains("the cache holds no publish of it to this folder", await ReasonAsync(one, publish), StringComparison.Ordinal);

        one.Write("Deep/content.txt", "Other");
        Assert.Contains("Deep/content.txt changed", await ReasonAsync(one, publish), StringComparison.Ordinal);

        one.WriteSource("App", "exe", "Lib;Multi", "2");
        Assert.Contains("App/App.cs changed", await ReasonAsync(one, publish), StringComparison.Ordinal);

        one.WriteSource("Lib", "lib", "Deep", "2");
        Assert.Contains("the output of Lib/Lib.csproj", await ReasonAsync(one, publish), StringComparison.Ordinal);

        string property = await ReasonAsync(one, [.. publish, "-p:InvariantGlobalization=true"]);
        Assert.Contains("InvariantGlobalization", property, StringComparison.Ordinal);

        Assert.Contains("nothing is looked up", await ReasonAsync(one, [.. publish, "-p:BuildCacheMode=write"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_holds_the_path_of_its_folder_is_named_and_not_given_to_another()
    {
        using Sandbox one = await CreateAsync();
        string[] publish = Publish("-p:Trim=true", "--self-contained");
        BuildResult first = (await one.DotnetAsync(publish)).Succeeded();
        Assert.Contains("BCSDK5005", first.Output, StringComparison.Ordinal);

        // The linker writes the path of the pdb into each assembly.
        Assert.Contains(one.Root, File.ReadAllText(one.PathOf(s_folder + "/App.dll"), Encoding.Latin1), StringComparison.Ordinal);
        using Sandbox two = await one.CloneAsync("another place");

        Assert.Contains("holds the path of the folder it was made in", await ReasonAsync(two, publish), StringComparison.Ordinal);

        Assert.Contains(two.Root, File.ReadAllText(two.PathOf(s_folder + "/App.dll"), Encoding.Latin1), StringComparison.Ordinal);
    }

    /// <summary>
    /// App, on top of Multi (two frameworks) and of Lib, which is on top of Deep with a content file.
    /// </summary>
    private static async Task<Sandbox> CreateAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCachePublishFolders>true</BuildCachePublishFolders><BuildCacheRelocatable>true</BuildCacheRelocatable>");
        sandbox.WriteProject("Deep", "lib", body: "<ItemGroup><Content Include=\"content.txt\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        sandbox.Write("Deep/content.txt", "Content");
        sandbox.WriteProject("Lib", "lib", references: "Deep");
        sandbox.WriteProject("Multi", "lib", $"<TargetFrameworks>{Framework};netstandard2.0</TargetFrameworks>");
        sandbox.WriteProject(
            "App", "exe", references: "Lib;Multi",
            properties: "<PublishTrimmed>$(Trim)</PublishTrimmed><PublishReadyToRun>$(Native)</PublishReadyToRun><PublishSingleFile>$(Single)</PublishSingleFile>");
        await sandbox.CommitAsync("first");
        return sandbox;
    }

    private static string[] Publish(string how, string runtime) => ["publish", "App", "-nologo", "-v:n", "-c", "Release", "-r", s_runtime, how, runtime];

    private static async Task<string> ReasonAsync(Sandbox sandbox, string[] publish)
    {
        sandbox.DeleteOutputs();
        BuildResult result = (await sandbox.DotnetAsync(publish)).Succeeded();
        Assert.DoesNotContain("published FROM-CACHE", result.Output, StringComparison.Ordinal);
        string? line = result.Output.Split('\n').FirstOrDefault(line => line.Contains("BCSDK2008", StringComparison.Ordinal));
        Assert.True(line is not null, result.Output);
        return line;
    }

    /// <summary>The project whose build an entry, or the compilation in it, is of; "" if it is of a publish.</summary>
    private static string ProjectOf(string entry)
    {
        string text = File.ReadAllText(entry, Encoding.Latin1);
        return text.Contains("/publish/", StringComparison.Ordinal) ? ""
            : text.Split("{repo}/") is [_, var first, ..] ? first[..first.IndexOf('/', StringComparison.Ordinal)] : "";
    }
}
