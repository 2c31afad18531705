using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd.Scenarios;

public class WarningTests
{
    /// <summary>From the compiler, and from a task of MSBuild's.</summary>
    private const string Warns = "<Target Name=\"Mutter\" BeforeTargets=\"CoreCompile\"><Warning Code=\"MUT001\" Text=\"muttered\" /></Target>";

    [Fact]
    public async Task A_hit_shows_the_warnings_of_the_build_that_made_it()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Hello", "exe", body: Warns);
        sandbox.Write("Hello/Extra.cs", "#warning look here\npublic class Extra;\n");
        BuildResult cold = (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        sandbox.DeleteOutputs();

        BuildResult warm = (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        string[] expected = Warnings(cold);
        Assert.Equal(2, expected.Length);
        Assert.Equal(expected, Warnings(warm));
        Assert.Equal(expected, Warnings((await sandbox.BuildAsync("Hello")).Expect(hits: "Hello")));
        Assert.NotEqual(0, (await sandbox.BuildAsync("Hello", "-warnaserror")).ExitCode);
    }

    [Fact]
    public async Task A_hit_shows_warnings_the_same_way_in_the_terminal_logger_and_in_binary_logs()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        sandbox.Write("Hello/Extra.cs", "public static class Extra\n{\n    public static int Two() { int unused; return System.DateTime.Now.Day switch { 1 => 2 }; }\n}\n");
        List<string[]> seen = [];
        foreach (bool warm in (bool[])[false, true])
        {
            BuildResult terminal = await sandbox.BuildAsync("Hello", "-tl:on", "-bl:.git/build.binlog", "-p:Key=terminal");
            _ = warm ? terminal.Expect(hits: "Hello") : terminal.Expect(misses: "Hello");
            BuildResult replayed = await sandbox.DotnetAsync("msbuild", ".git/build.binlog", "-nologo", "-tl:off");
            seen.Add([.. Warned(terminal), .. Warned(replayed)]);
            sandbox.DeleteOutputs();
        }

        // Two warnings in two loggers; the terminal's lines hold links to the pages about them.
        Assert.Equal(4, seen[0].Length);
        Assert.Contains(seen[0], line => line.Contains("CS8509", StringComparison.Ordinal) && line.Contains("Extra.cs", StringComparison.Ordinal));
        Assert.Equal(seen[0], seen[1]);
    }

    [Fact]
    public async Task A_hit_shows_warnings_of_a_compiler_that_the_build_behind_it_could_have_left_out()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.Write("App/Extra.cs", "public static class Extra { static void Run() { int unused; } }\n");
        string[] expected = [.. Warned((await sandbox.BuildAsync("App")).Expect(misses: "Lib App"))];
        Assert.Single(expected);

        // Only the inside of Lib changes: MSBuild sees no reason to compile App.
        sandbox.WriteSource("Lib", "lib", text: " edited");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        sandbox.DeleteOutputs();
        Assert.Equal(expected, Warned((await sandbox.BuildAsync("App")).Expect(hits: "Lib App")));
    }

    private static IEnumerable<string> Warned(BuildResult build) => build.Output
        .Split('\n')
        .Where(line => line.Contains("CS0168", StringComparison.Ordinal) || line.Contains("CS8509", StringComparison.Ordinal))
        .Select(line => line.Trim())
        .Distinct()
        .Order(StringComparer.Ordinal);

    /// <summary>Each warning once, with its place and code, without the target that a task was in.</summary>
    private static string[] Warnings(BuildResult build) =>
        [.. Regex.Matches(build.Output, @"(Extra\.cs\(\d+,\d+\): )?warning (CS1030|MUT001): [^\[\r\n]*").Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];
}
