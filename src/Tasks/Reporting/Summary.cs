using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BuildCache.Reporting;

/// <summary>What became of one project, or of one inner build of it.</summary>
/// <param name="Path">Its path relative to the repository, with forward slashes.</param>
/// <param name="TargetFramework">The framework it was built for.</param>
/// <param name="Configuration">Debug, Release or another.</param>
/// <param name="Result">"hit", "miss" or "skipped".</param>
/// <param name="Gate">The gate that decided: "project", or "none" where no gate could.</param>
/// <param name="Source">Where a hit came from: "local", or "none".</param>
/// <param name="Key">The action key, "" where there is none.</param>
/// <param name="Reason">Why it missed or was skipped.</param>
/// <param name="Seconds">What it took: restoring on a hit, building on a miss.</param>
/// <param name="SavedSeconds">The recorded work less what restoring took.</param>
internal sealed record ProjectRow(
    string Path, string TargetFramework, string Configuration, string Result, string Gate, string Source, string Key, string Reason, double Seconds, double SavedSeconds)
{
    /// <summary>The project's folder in obj; only on its way between nodes, never in the summary.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Place { get; init; }

    /// <summary>When the row was made.</summary>
    public DateTime At { get; init; } = DateTime.UtcNow;
}

/// <summary>The sums of a build.</summary>
internal sealed record SummaryTotals(int Projects, int Hits, int Misses, int Skipped, double SavedSeconds);

/// <summary>The summary of a build as machines read it.</summary>
internal sealed record Summary(int SchemaVersion, IReadOnlyList<ProjectRow> Projects, SummaryTotals Totals)
{
    /// <summary>Puts the rows of all nodes together.</summary>
    /// <remarks>A project is a hit when all its inner builds are; the last row of an inner build counts.</remarks>
    public static Summary Of(IEnumerable<ProjectRow> rows)
    {
        ProjectRow[] last = [.. rows
            .GroupBy(row => (row.Path, row.TargetFramework, row.Configuration))
            .Select(builds => builds.MaxBy(row => row.At)! with { Place = null })
            .OrderBy(row => row.Path, StringComparer.Ordinal).ThenBy(row => row.TargetFramework, StringComparer.Ordinal)];
        int hits = 0, misses = 0, skipped = 0;
        foreach (IGrouping<string, ProjectRow> project in last.GroupBy(row => row.Path))
        {
            _ = project.All(row => row.Result == "hit") ? hits++ : project.Any(row => row.Result == "miss") ? misses++ : skipped++;
        }

        return new Summary(1, last, new SummaryTotals(hits + misses + skipped, hits, misses, skipped, Math.Round(last.Sum(row => row.SavedSeconds), 3)));
    }

    /// <summary>The one line for people.</summary>
    public string Line()
    {
        SummaryTotals totals = Totals;
        string built = totals.Misses == 0 ? "" : $", {totals.Misses} built";
        string skipped = totals.Skipped == 0 ? "" : $", {totals.Skipped} not cacheable";
        string saved = totals.SavedSeconds < 0.05 ? "" : string.Create(CultureInfo.InvariantCulture, $"; saved {totals.SavedSeconds:0.0} s");
        return $"BuildCache: {totals.Hits} of {totals.Projects} projects from the cache{built}{skipped}{saved}";
    }

    public string ToJson() => JsonSerializer.Serialize(this, SummaryJson.Indented.Summary);
}

/// <summary>The JSON of rows and summaries, without reflection: a build is too short to pay for it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Summary))]
[JsonSerializable(typeof(ProjectRow))]
internal sealed partial class SummaryJson : JsonSerializerContext
{
    /// <summary>One value on one line.</summary>
    public static SummaryJson Lines { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

    /// <summary>For files that people open.</summary>
    public static SummaryJson Indented { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true });
}
