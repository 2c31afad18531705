using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class TestOrderTests
{
    [Fact]
    public void The_longest_tests_come_first_and_projects_without_tests_last()
    {
        IReadOnlyList<int> order = TestOrder.Of(["Lib.csproj", "A.csproj", "New.Tests.csproj", "B.csproj", "C.csproj"], [Record("A.csproj", 1), Record("B.csproj", 9), Record("C.csproj", 5)]);

        Assert.Equal([3, 2, 4, 1, 0], order);
    }

    [Fact]
    public void Nothing_known_leaves_the_order()
    {
        Assert.Equal([0, 1, 2], TestOrder.Of(["X.Tests.csproj", "A.csproj", "B.csproj"], []));
    }

    [Fact]
    public void Several_frameworks_count_together_and_builds_do_not_count()
    {
        WorkRecord build = Record("A.csproj", 100);
        build = build with { Key = build.Key with { Kind = WorkKey.Build } };

        Assert.Equal([1, 0], TestOrder.Of(["A.csproj", "B.csproj"], [build, Record("A.csproj", 5), Record("B.csproj", 3), Record("B.csproj", 3, "net9.0")]));
    }

    private static WorkRecord Record(string name, double seconds, string framework = "net10.0") =>
        new(new WorkKey(WorkKey.Test, name, framework, "Debug"), seconds, 1, null, WorkShape.Unknown);
}
