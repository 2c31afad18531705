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
    public void A_build_without_rows_has_none()
    {
        using RowFile file = new(PathOf("stats"));

        Assert.Empty(file.ReadAll(DateTime.MinValue));
        Assert.False(Directory.Exists(PathOf("stats")));
    }

    private static ProjectRow Row(string path) => new(path, "net10.0", "Debug", "hit", "project", "local", "", "", 0, 0);
}
