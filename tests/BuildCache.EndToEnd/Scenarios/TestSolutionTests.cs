using System.Xml.Linq;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary><c>dotnet test</c> of a solution: the order, result files, and clones.</summary>
public class TestSolutionTests
{
    [Fact]
    public async Task Tests_of_a_solution_are_answered_one_by_one_and_their_TRX_files_come_back()
    {
        using Sandbox one = await Sandbox.CreateAsync("One");
        one.OptIn("<BuildCacheTestResults>on</BuildCacheTestResults><BuildCacheRelocatable>true</BuildCacheRelocatable>");
        one.WriteProject("Lib", "lib");
        one.WriteTests("ATests", "Lib");
        one.WriteTests("BTests");
        one.WriteSolution("Lib", "ATests", "BTests");
        await one.CommitAsync("first");
        // One after the other: VSTest names TRX files by the second, and two that end in the same one can overwrite one another.
        BuildResult first = (await one.TestAsync("-m:1", "-p:BuildCacheExplain=true", "--logger", "trx", "--results-directory", one.PathOf("bin/results"))).ExpectFromCache("");
        Assert.DoesNotContain("BCSDK", first.Output, StringComparison.Ordinal);
        Directory.Delete(one.PathOf("bin/results"), recursive: true);

        BuildResult again = await one.TestAsync("--logger", "trx", "--results-directory", one.PathOf("bin/results"));

        again.ExpectFromCache("ATests BTests");
        AssertTrx(one, ["ATests", "BTests"]);
        (await one.TestAsync("--logger", "trx", "--results-directory", one.PathOf("bin/results"))).ExpectFromCache("ATests BTests");
        AssertTrx(one, ["ATests", "BTests"]);

        using Sandbox two = await one.CloneAsync("Another");

        (await two.TestAsync("--logger", "trx", "--results-directory", two.PathOf("bin/results"))).ExpectFromCache("ATests BTests");
        AssertTrx(two, ["ATests", "BTests"]);
        Assert.DoesNotContain(one.Root, string.Concat(Directory.GetFiles(two.PathOf("bin/results")).Select(File.ReadAllText)), StringComparison.OrdinalIgnoreCase);

        two.WriteSource("Lib", "lib", text: "2");
        (await two.TestAsync("--logger", "trx", "--results-directory", two.PathOf("bin/results"))).ExpectFromCache("BTests");
        Assert.Equal((2, 1), (two.RunsOf("ATests"), two.RunsOf("BTests")));
    }

    [Fact]
    public async Task The_longest_tests_start_first_once_they_are_known()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheTestResults>on</BuildCacheTestResults>");
        sandbox.WriteTests("ATests");
        sandbox.WriteTests("BTests", body: "System.Threading.Thread.Sleep(8000);");
        sandbox.WriteSolution("ATests", "BTests");

        BuildResult first = (await sandbox.TestAsync("-m:1", "-p:BuildCacheTestResults=off", "-p:BuildCacheSchedule=on")).Succeeded();
        BuildResult second = (await sandbox.TestAsync("-m:1", "-p:BuildCacheTestResults=off", "-p:BuildCacheSchedule=on")).Succeeded();
        BuildResult off = (await sandbox.TestAsync("-m:1", "-p:BuildCacheTestResults=off", "-p:BuildCacheSchedule=off")).Succeeded();

        Assert.Equal("ATests BTests", OrderOf(first));
        Assert.Equal("BTests ATests", OrderOf(second));
        Assert.Equal("ATests BTests", OrderOf(off));
    }

    private static string OrderOf(BuildResult result) => string.Join(' ', result.Output.Split('\n').Where(line => line.StartsWith("Test run for", StringComparison.Ordinal)).Select(line => Path.GetFileNameWithoutExtension(line.Split(' ')[3])));

    /// <summary>That there is one TRX file for each of these projects, with both tests, and the paths of this clone.</summary>
    private static void AssertTrx(Sandbox sandbox, string[] projects)
    {
        string[] files = Directory.GetFiles(sandbox.PathOf("bin/results"), "*.trx");
        XDocument[] documents = [.. files.Select(file => XDocument.Load(file))];
        IEnumerable<string> tested = documents.Select(document => document.Descendants().First(element => element.Name.LocalName == "TestMethod").Attribute("codeBase")!.Value);
        Assert.Equal(projects.Select(name => sandbox.PathOf($"{name}/bin/Debug/net10.0/{name}.dll")).Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
        foreach (XDocument document in documents)
        {
            Assert.Equal(["NotExecuted", "Passed"], document.Descendants().Where(element => element.Name.LocalName == "UnitTestResult").Select(element => element.Attribute("outcome")!.Value).Order(StringComparer.Ordinal));
        }
    }
}
