namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Tests that nothing changed for are not run again.</summary>
public class TestResultTests
{
    [Fact]
    public async Task Unchanged_tests_do_not_run_again_and_any_change_that_they_could_see_runs_them()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheTestResults>on</BuildCacheTestResults>");
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteTests("LibTests", "Lib", "Xunit.Assert.StartsWith(\"Lib\", Lib.Say());", "<RunSettingsFilePath>$(MSBuildThisFileDirectory)../test.runsettings</RunSettingsFilePath>", "<Content Include=\"data.json\" CopyToOutputDirectory=\"PreserveNewest\" />");
        sandbox.Write("LibTests/data.json", "1");
        sandbox.Write("test.runsettings", "<RunSettings><RunConfiguration><MaxCpuCount>1</MaxCpuCount></RunConfiguration></RunSettings>");
        List<string> wrong = [];
        int runs = 0;

        async Task RowAsync(string name, bool isHit, params string[] arguments)
        {
            BuildResult result = await sandbox.TestAsync(["LibTests", .. arguments]);
            runs += isHit ? 0 : 1;
            if (result.ExitCode != 0 || sandbox.RunsOf("LibTests") != runs || result.Output.Contains("(from the cache)", StringComparison.Ordinal) != isHit)
            {
                wrong.Add($"{name}: expected {(isHit ? "a hit" : "a run")}, {runs} runs; there were {sandbox.RunsOf("LibTests")}, exit code {result.ExitCode}\n{result.Output}");
                runs = sandbox.RunsOf("LibTests");
            }
        }

        await RowAsync("the first time", isHit: false);
        (await sandbox.TestAsync("LibTests")).ExpectFromCache("LibTests");
        await RowAsync("without a build", isHit: true, "--no-build");
        await RowAsync("switched off", isHit: false, "-p:BuildCacheTestResults=off");
        await RowAsync("a filter", isHit: false, "--filter", "FullyQualifiedName~Works");
        await RowAsync("the same filter", isHit: true, "--filter", "FullyQualifiedName~Works");
        await RowAsync("a variable for the tests", isHit: false, "-e", "FOR_TESTS=1");
        await RowAsync("the same variable", isHit: true, "-e", "FOR_TESTS=1");
        await RowAsync("another value", isHit: false, "-e", "FOR_TESTS=2");
        await RowAsync("a logger that is not known", isHit: false, "--logger", "html");
        await RowAsync("the same logger", isHit: false, "--logger", "html");

        sandbox.Environment["SOME_SERVICE"] = "elsewhere";
        await RowAsync("an environment variable", isHit: false);
        await RowAsync("the same variable", isHit: true);
        await RowAsync("only declared variables", isHit: false, "-p:BuildCacheTestEnvironment=declared");
        sandbox.Environment["SOME_SERVICE"] = "here";
        await RowAsync("only declared variables, another one changed", isHit: true, "-p:BuildCacheTestEnvironment=declared");
        sandbox.Environment.Remove("SOME_SERVICE");
        sandbox.Environment["TERM_SESSION_ID"] = "7";
        await RowAsync("a variable of the terminal", isHit: true);

        sandbox.Write("test.runsettings", "<RunSettings><RunConfiguration><MaxCpuCount>2</MaxCpuCount></RunConfiguration></RunSettings>");
        await RowAsync("the settings file", isHit: false);
        sandbox.Write("LibTests/data.json", "2");
        await RowAsync("a content file", isHit: false);
        sandbox.Write("LibTests/bin/Debug/net10.0/left.txt", "by hand");
        await RowAsync("a file in the output folder", isHit: false, "--no-build");
        File.Delete(sandbox.PathOf("LibTests/bin/Debug/net10.0/left.txt"));
        sandbox.WriteSource("Lib", "lib", text: "2");
        await RowAsync("the source of a dependency", isHit: false);
        await RowAsync("nothing", isHit: true);
        sandbox.WriteSource("Lib", "lib", text: "3");
        (await sandbox.BuildAsync("Lib")).Succeeded();
        await RowAsync("a dependency that was built since, without a build", isHit: false, "--no-build");
        sandbox.WriteSource("Lib", "lib");
        sandbox.DeleteOutputs();
        await RowAsync("the source as it was, in a fresh clone", isHit: true);

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    [Fact]
    public async Task Failing_tests_run_each_time_and_those_that_end_differently_are_not_kept()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheTestResults>on</BuildCacheTestResults>");
        sandbox.WriteTests("Flaky", body: $"Xunit.Assert.True(System.IO.File.Exists(@\"{sandbox.Outside("good")}\"), \"it is not there\");");

        for (int run = 1; run <= 2; run++)
        {
            BuildResult failed = await sandbox.TestAsync("Flaky");
            Assert.Equal(1, failed.ExitCode);
            Assert.Contains("it is not there", failed.Output, StringComparison.Ordinal);
            Assert.Contains("Failed!  - Failed:     1", failed.Output, StringComparison.Ordinal);
            Assert.Equal(run, sandbox.RunsOf("Flaky"));
        }

        File.WriteAllText(sandbox.Outside("good"), "");
        BuildResult passed = (await sandbox.TestAsync("Flaky")).Succeeded();
        Assert.Contains("BCSDK7004", passed.Output, StringComparison.Ordinal);
        (await sandbox.TestAsync("Flaky")).ExpectFromCache("");
        Assert.Equal(4, sandbox.RunsOf("Flaky"));
    }

    [Fact]
    public async Task A_kept_result_goes_when_a_later_run_with_the_same_inputs_fails()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheTestResults>on</BuildCacheTestResults>");
        sandbox.WriteTests("Flaky", body: $"Xunit.Assert.False(System.IO.File.Exists(@\"{sandbox.Outside("bad")}\"), \"it is there\");");
        (await sandbox.TestAsync("Flaky")).Succeeded();
        (await sandbox.TestAsync("Flaky")).ExpectFromCache("Flaky");

        File.WriteAllText(sandbox.Outside("bad"), "");
        Assert.Equal(1, (await sandbox.TestAsync("Flaky", "-p:BuildCacheMode=write")).ExitCode);

        Assert.Equal(1, (await sandbox.TestAsync("Flaky")).ExitCode);
        File.Delete(sandbox.Outside("bad"));
        (await sandbox.TestAsync("Flaky")).ExpectFromCache("");
    }
}
