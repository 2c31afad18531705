using System.Text.Json;
using BuildCache.Reporting;

namespace BuildCache.Tests.Reporting;

public class SummaryTests
{
    private static readonly DateTime s_start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void All_from_the_cache_is_a_short_line() =>
        Assert.Equal("BuildCache: 2 of 2 projects from the cache; saved 3.0 s", Summary.Of([Row("A", "hit", saved: 1.5), Row("B", "hit", saved: 1.5)]).Line());

    [Fact]
    public void What_was_built_and_what_cannot_be_cached_is_counted() =>
        Assert.Equal(
            "BuildCache: 1 of 4 projects from the cache, 2 built, 1 not cacheable",
            Summary.Of([Row("A", "hit"), Row("B", "miss"), Row("C", "miss"), Row("D", "skipped")]).Line());

    [Fact]
    public void A_project_with_several_frameworks_is_a_hit_when_all_of_them_are()
    {
        Summary all = Summary.Of([Row("A", "hit"), Row("A", "hit", "net9.0")]);
        Summary some = Summary.Of([Row("A", "hit"), Row("A", "miss", "net9.0")]);

        Assert.Equal((1, 1, 0), (all.Totals.Projects, all.Totals.Hits, all.Totals.Misses));
        Assert.Equal((1, 0, 1), (some.Totals.Projects, some.Totals.Hits, some.Totals.Misses));
        Assert.Equal(2, some.Projects.Count);
    }

    [Fact]
    public void The_last_row_of_a_build_counts()
    {
        Summary summary = Summary.Of([Row("A", "hit") with { At = s_start.AddSeconds(2) }, Row("A", "miss") with { At = s_start.AddSeconds(1) }]);

        Assert.Equal("hit", Assert.Single(summary.Projects).Result);
    }

    [Fact]
    public void The_JSON_has_the_documented_names()
    {
        using JsonDocument json = JsonDocument.Parse(Summary.Of([Row("src/App/App.csproj", "miss", saved: 0) with { Reason = "a.cs changed" }]).ToJson());
        JsonElement root = json.RootElement;

        Assert.Equal(1, root.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(1, root.GetProperty("totals").GetProperty("misses").GetInt32());
        JsonElement project = Assert.Single(root.GetProperty("projects").EnumerateArray());
        Assert.Equal("src/App/App.csproj", project.GetProperty("path").GetString());
        Assert.Equal("net10.0", project.GetProperty("targetFramework").GetString());
        Assert.Equal("miss", project.GetProperty("result").GetString());
        Assert.Equal("a.cs changed", project.GetProperty("reason").GetString());
    }

    private static ProjectRow Row(string path, string result, string framework = "net10.0", double saved = 0) =>
        new(path, framework, "Debug", result, "project", result == "hit" ? "local" : "none", "", "", 0.1, saved) { At = s_start };
}
