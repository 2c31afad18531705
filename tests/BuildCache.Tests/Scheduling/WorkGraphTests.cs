using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class WorkGraphTests
{
    private static WorkGraph Graph(params (string Name, double Seconds, string References)[] work) =>
        WorkGraph.Create(work.Select(each => new WorkItem(each.Name, each.Seconds, each.References.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void A_level_is_the_own_time_and_the_longest_chain_behind()
    {
        WorkGraph graph = Graph(("Lib", 2, ""), ("Mid", 3, "Lib"), ("App", 1, "Mid Lib"), ("Alone", 4, ""));

        Assert.Equal([6, 4, 1, 4], Enumerable.Range(0, 4).Select(graph.LevelOf));
        Assert.Equal(6, graph.CriticalSeconds);
        Assert.Equal(10, graph.TotalSeconds);
    }

    [Fact]
    public void The_lower_bound_is_the_chain_or_the_share_of_each_node()
    {
        WorkGraph graph = Graph(("Lib", 2, ""), ("Mid", 3, "Lib"), ("App", 1, "Mid"), ("Alone", 10, ""));

        Assert.Equal(16, graph.LowerBound(1));
        Assert.Equal(10, graph.LowerBound(2));
    }

    [Fact]
    public void Unknown_repeated_and_own_references_do_not_count()
    {
        WorkGraph graph = Graph(("A", 1, "A Gone B B"), ("B", 1, ""));

        Assert.Equal([1], graph.ReferencesOf(0));
    }

    [Fact]
    public void A_project_that_is_listed_twice_is_one()
    {
        WorkGraph graph = Graph(("A", 1, ""), ("A", 5, ""), ("B", 1, "A"));

        Assert.Equal(2, graph.Items.Count);
        Assert.Equal(2, graph.LevelOf(0));
    }

    [Theory]
    [InlineData("A:B B:A")]
    [InlineData("A:C B:A C:B D:C")]
    [InlineData("A:B,C B:C C:A,B D:A,B,C")]
    public void A_circle_is_broken_and_everything_still_gets_its_turn(string text)
    {
        WorkGraph graph = Graph([.. text.Split(' ').Select(each => (each[..1], 1.0, each[2..].Replace(',', ' ')))]);
        ReadyQueue queue = new(graph, WorkOrder.CriticalPath);
        int taken = 0;
        while (queue.TryTake(out int item))
        {
            taken++;
            queue.Finish(item);
        }

        Assert.Equal(graph.Items.Count, taken);
        Assert.True(double.IsFinite(graph.CriticalSeconds));
    }

    [Fact]
    public void References_come_first_in_the_order()
    {
        WorkGraph graph = Graph(("App", 1, "Mid"), ("Mid", 1, "Lib"), ("Lib", 1, ""));

        Assert.Equal([2, 1, 0], graph.Order);
    }

    [Fact]
    public void A_chain_of_any_length_has_levels()
    {
        const int Length = 100_000;
        WorkGraph graph = WorkGraph.Create(Enumerable.Range(0, Length).Select(at => new WorkItem($"{at}", 1, at + 1 < Length ? [$"{at + 1}"] : [])));

        Assert.Equal(Length, graph.CriticalSeconds);
    }

    [Fact]
    public void No_work_takes_no_time()
    {
        WorkGraph graph = Graph();

        Assert.Equal(0, graph.CriticalSeconds);
        Assert.Equal(0, Simulation.List(graph, 4, WorkOrder.CriticalPath));
        Assert.Equal(0, Simulation.Stock(graph, 4));
    }
}
