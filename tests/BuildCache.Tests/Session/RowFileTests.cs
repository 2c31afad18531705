using BuildCache.Reporting;
using BuildCache.Session;

namespace BuildCache.Tests.Session;

public class RowFileTests : TestFolder
{
    [Fact]
    public void The_rows_of_all_nodes_of_this_build_are_read_together()
    {
        DateTime start = DateTime.UtcNow;
        using RowFile one = new(PathOf("stats"));
        using RowFile two = new(PathOf("stats"));
        one.Add(Row("A") with { At = start.AddHours(-1) });
        one.Add(Row("B") with { At = start.AddSeconds(1) });
        two.Add(Row("C") with { At = start.AddSeconds(2) });

        Assert.Equal(["B", "C"], one.ReadAll(start.AddSeconds(-1)).Select(row => row.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Half_a_row_of_a_killed_build_is_passed_over_and_the_rows_of_this_process_need_no_disk()
    {
        using RowFile file = new(PathOf("stats"));
        file.Add(Row("A"));
        File.WriteAllText(PathOf("stats/other.jsonl"), "{\"path\":\"B\",\"targ");

        Assert.Equal(["A"], file.ReadAll(DateTime.UtcNow.AddMinutes(-1)).Select(row => row.Path));
        Directory.Delete(PathOf("stats"), recursive: true);
        Assert.Equal(["A"], file.ReadAll(DateTime.UtcNow.AddMinutes(-1)).Select(row => row.Path));
    }

    [Fact]
    public void A_build_without_rows_has_none()
    {
        using RowFile file = new(PathOf("stats"));

        Assert.Empty(file.ReadAll(DateTime.MinValue));
        Assert.False(Directory.Exists(PathOf("stats")));
    }

    private static ProjectRow Row(string path) => new(path, "net10.0", "Debug", "hit", "project", "local", "", "", 0, 0);
}
