namespace BuildCache.EndToEnd.Scenarios;

public class BadSettingsTests
{
    [Fact]
    public async Task A_value_that_cannot_be_used_is_an_error_that_names_the_property()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        BuildResult mode = (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=sometimes")).Failed();
        Assert.Contains("error BCSDK1001", mode.Output, StringComparison.Ordinal);
        Assert.Contains("'BuildCacheMode' is set to 'sometimes'", mode.Output, StringComparison.Ordinal);

        BuildResult relative = (await sandbox.BuildAsync("Hello", "-p:BuildCacheDirectory=some/cache")).Failed();
        Assert.Contains("error BCSDK1002", relative.Output, StringComparison.Ordinal);

        BuildResult both = (await sandbox.BuildAsync("Hello", "-p:BuildCacheMode=write", "-p:BuildCacheRequireHit=true")).Failed();
        Assert.Contains("error BCSDK1003", both.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_folder_that_cannot_be_written_gives_one_warning_and_a_good_build()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        string file = Path.Combine(Path.GetDirectoryName(sandbox.Root)!, "a-file");
        File.WriteAllText(file, "");
        sandbox.Environment["BuildCacheDirectory"] = Path.Combine(file, "cache");

        BuildResult result = (await sandbox.BuildAsync("-m:1")).Succeeded();

        Assert.True(File.Exists(sandbox.PathOf("App/bin/Debug/net10.0/App.dll")));
        string[] warnings = [.. result.Output.Split('\n').Where(line => line.Contains("warning BCSDK", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct()];
        Assert.Single(warnings);
        Assert.Contains("1 Warning(s)", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildCacheEnabled_with_a_word_that_says_neither_is_an_error_too()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();

        BuildResult enabled = (await sandbox.BuildAsync("Hello", "-p:BuildCacheEnabled=sometimes")).Failed();

        Assert.Contains("error BCSDK1001", enabled.Output, StringComparison.Ordinal);
        Assert.Contains("'BuildCacheEnabled' is set to 'sometimes'", enabled.Output, StringComparison.Ordinal);
    }
}
