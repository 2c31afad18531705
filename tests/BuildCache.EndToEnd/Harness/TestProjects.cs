using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd;

/// <summary>Test projects of xunit in a sandbox, whose tests note that they ran.</summary>
internal static partial class TestProjects
{
    private const string Packages = """
        <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />
        <PackageReference Include="xunit" Version="2.9.3" />
        <PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />
        """;

    /// <summary>Outside the repository: a file for each test that ran, and what a test may look at that no key sees.</summary>
    public static string Outside(this Sandbox sandbox, string file) => Path.Combine(Path.GetDirectoryName(sandbox.Cache)!, file);

    /// <summary>How often the tests of a project ran.</summary>
    public static int RunsOf(this Sandbox sandbox, string name) =>
        File.Exists(sandbox.Outside(name + ".ran")) ? File.ReadAllLines(sandbox.Outside(name + ".ran")).Length : 0;

    /// <summary>A project with two tests: one that runs this body, and one that is left out.</summary>
    public static void WriteTests(this Sandbox sandbox, string name, string references = "", string body = "", string properties = "", string items = "")
    {
        string projects = string.Concat(references.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(reference => $"<ProjectReference Include=\"../{reference}/{reference}.csproj\" />"));
        sandbox.Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><IsTestProject>true</IsTestProject><NuGetAudit>false</NuGetAudit>{properties}</PropertyGroup>
              <ItemGroup>{Packages}{projects}{items}</ItemGroup>
            </Project>

            """);
        sandbox.Write($"{name}/Tests.cs", $$"""
            public class Tests
            {
                [Xunit.Fact]
                public void Works()
                {
                    System.IO.File.AppendAllText(@"{{sandbox.Outside(name + ".ran")}}", "ran\n");
                    {{body}}
                }

                [Xunit.Fact(Skip = "A skipped test, which a result from the cache must show as skipped.")]
                public void Left_out() { }
            }

            """);
    }

    /// <summary>Runs <c>dotnet test</c>.</summary>
    public static Task<BuildResult> TestAsync(this Sandbox sandbox, params string[] arguments) => sandbox.DotnetAsync(["test", "-nologo", .. arguments]);

    /// <summary>That tests passed, and that the result of exactly these projects, separated by spaces, came from the cache.</summary>
    public static BuildResult ExpectFromCache(this BuildResult result, string names)
    {
        result.Succeeded();
        string expected = string.Join(' ', names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        string actual = string.Join(' ', FromCache().Matches(result.Output).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.True(expected == actual, $"Expected from the cache: [{expected}], actual: [{actual}]\n{result.Output}");
        return result;
    }

    [GeneratedRegex(@"Passed!  - Failed:     0, Passed:     1, Skipped:     1, Total:     2, Duration: .* - (\S+)\.dll \(net10\.0\) \(from the cache\)")]
    private static partial Regex FromCache();
}
