using System.Text.Json;

namespace BuildCache.EndToEnd;

/// <summary>A run of <c>dotnet</c>, and what the summary file says of it.</summary>
internal sealed record BuildResult(int ExitCode, string Output)
{
    /// <summary>The rows of the summary file; none if there is no file.</summary>
    public IReadOnlyList<(string Name, string Result, string Gate, string Reason)> Projects { get; private init; } = [];

    public IReadOnlyList<string> Hits => Of("hit");

    public IReadOnlyList<string> Misses => Of("miss");

    public IReadOnlyList<string> Skipped => Of("skipped");

    /// <summary>Why a project missed or was skipped.</summary>
    public string ReasonOf(string name) => Projects.Single(project => project.Name == name).Reason;

    /// <summary>The gate that decided about a project.</summary>
    public string GateOf(string name) => Projects.Single(project => project.Name == name).Gate;

    public static BuildResult Read(int exitCode, string output, string summaryFile)
    {
        if (!File.Exists(summaryFile))
        {
            return new BuildResult(exitCode, output);
        }

        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(summaryFile));
        JsonElement[] rows = [.. summary.RootElement.GetProperty("projects").EnumerateArray()];
        return new BuildResult(exitCode, output)
        {
            Projects = [.. rows.Select(row =>
            {
                string path = row.GetProperty("path").GetString()!;
                bool isOneOfSeveral = rows.Count(other => other.GetProperty("path").GetString() == path) > 1;
                return (
                    Path.GetFileNameWithoutExtension(path) + (isOneOfSeveral ? "/" + row.GetProperty("targetFramework").GetString() : ""),
                    row.GetProperty("result").GetString()!,
                    row.GetProperty("gate").GetString()!,
                    row.GetProperty("reason").GetString()!);
            })],
        };
    }

    /// <summary>That the build succeeded, and that exactly these projects hit, missed and were skipped, each list separated by spaces.</summary>
    public BuildResult Expect(string hits = "", string misses = "", string skipped = "")
    {
        Succeeded();
        string expected = $"hit [{Sorted(hits.Split(' ', StringSplitOptions.RemoveEmptyEntries))}] miss [{Sorted(misses.Split(' ', StringSplitOptions.RemoveEmptyEntries))}] skipped [{Sorted(skipped.Split(' ', StringSplitOptions.RemoveEmptyEntries))}]";
        string actual = $"hit [{Sorted(Hits)}] miss [{Sorted(Misses)}] skipped [{Sorted(Skipped)}]";
        if (expected != actual)
        {
            string reasons = string.Join('\n', Projects.Where(project => project.Reason.Length > 0).Select(project => $"{project.Name}: {project.Reason}"));
            Assert.Fail($"Expected: {expected}\nActual:   {actual}\n{reasons}\n{Tail()}");
        }

        return this;
    }

    /// <summary>That this gate decided about these projects, separated by spaces, and about no others.</summary>
    public BuildResult ExpectGate(string gate, string names)
    {
        string actual = Sorted(Projects.Where(project => project.Gate == gate).Select(project => project.Name));
        string expected = Sorted(names.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string others = string.Join('\n', Projects.Where(project => project.Gate != gate).Select(project => $"{project.Name}: {project.Gate} gate, {project.Result} {project.Reason}"));
        Assert.True(expected == actual, $"Expected of the {gate} gate: {expected}\nActual: {actual}\n{others}\n{Tail()}");
        return this;
    }

    /// <summary>That NuGet had no project to look at.</summary>
    public void ExpectNoRestore()
    {
        Assert.DoesNotContain("up-to-date for restore", Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Restored /", Output, StringComparison.Ordinal);
    }

    /// <summary>That the build succeeded.</summary>
    public BuildResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}:\n{Tail()}");
        return this;
    }

    /// <summary>That the build failed.</summary>
    public BuildResult Failed()
    {
        Assert.True(ExitCode != 0, $"The build should have failed:\n{Tail()}");
        return this;
    }

    private string Tail() => Output.Length < 3000 ? Output : "..." + Output[^3000..];

    private static string Sorted(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    private string[] Of(string result) => [.. Projects.Where(project => project.Result == result).Select(project => project.Name)];
}
