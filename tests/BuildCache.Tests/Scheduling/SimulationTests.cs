using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class SimulationTests
{
    private static WorkGraph Independent(params int[] tenths) => WorkGraph.Create(tenths.Select((each, at) => new WorkItem($"S{at}", each / 10.0, [])));

    [Fact]
    public void Four_tasks_on_two_nodes_take_82_as_listed_and_65_longest_first()
    {
        WorkGraph graph = Independent(17, 12, 31, 65);

        Assert.Equal(8.2, Simulation.List(graph, 2, WorkOrder.AsListed), 6);
        Assert.Equal(8.2, Simulation.Stock(graph, 2), 6);
        Assert.Equal(6.5, Simulation.List(graph, 2, WorkOrder.LongestFirst), 6);
        Assert.Equal(6.5, Simulation.List(graph, 2, WorkOrder.CriticalPath), 6);
    }

    [Fact]
    public void Sixteen_suites_on_six_nodes_take_92_as_listed_and_65_longest_first()
    {
        WorkGraph graph = Independent(12, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 29, 38, 52);

        Assert.Equal(9.2, Simulation.List(graph, 6, WorkOrder.AsListed), 6);
        Assert.Equal(6.5, Simulation.List(graph, 6, WorkOrder.LongestFirst), 6);
    }

    [Fact]
    public void MSBuild_lets_a_node_idle_while_a_project_waits_for_the_node_it_belongs_to()
    {
        // D waits for A on the second node, which takes E meanwhile: A ends at 2, but D begins only when E is done.
        WorkGraph graph = WorkGraph.Create([new("A", 2, []), new("D", 4, ["A"]), new("E", 3, [])]);

        Assert.Equal(7, Simulation.Stock(graph, 2), 6);
        Assert.Equal(6, Simulation.List(graph, 2, WorkOrder.CriticalPath), 6);
    }

    [Fact]
    public void MSBuild_builds_references_first_wherever_they_are_listed()
    {
        WorkGraph graph = WorkGraph.Create([new("App", 1, ["Mid"]), new("Mid", 1, ["Lib"]), new("Lib", 1, [])]);

        Assert.Equal(3, Simulation.Stock(graph, 2), 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void No_prediction_is_below_the_bound_and_no_list_schedule_above_twice_it(int nodes)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            WorkGraph graph = RandomGraph(60, seed);
            Prediction row = Prediction.Of(graph, nodes);

            Assert.All((double[])[row.Stock, row.LongestFirst, row.CriticalPath], seconds => Assert.True(seconds >= row.LowerBound - 1e-9));
            Assert.True(row.CriticalPath <= 2 * row.LowerBound);
            Assert.True(Simulation.Best(graph, nodes).Seconds <= Math.Min(row.CriticalPath, row.LongestFirst) * 1.0001);
        }
    }

    [Fact]
    public void On_one_node_every_order_takes_all_the_work()
    {
        WorkGraph graph = RandomGraph(30, 1);
        Prediction row = Prediction.Of(graph, 1);

        Assert.Equal(graph.TotalSeconds, row.Stock, 6);
        Assert.Equal(graph.TotalSeconds, row.CriticalPath, 6);
    }

    [Fact]
    public void Durations_of_zero_are_fine()
    {
        WorkGraph graph = WorkGraph.Create([new("A", 0, []), new("B", 0, ["A"])]);

        Assert.Equal(0, Simulation.List(graph, 2, WorkOrder.CriticalPath));
        Assert.Equal(0, Simulation.Stock(graph, 2));
    }

    private static WorkGraph RandomGraph(int count, int seed)
    {
        Random random = new(seed);
        return WorkGraph.Create(Enumerable.Range(0, count).Select(at => new WorkItem(
            $"P{at}", random.NextDouble() * 5, [.. Enumerable.Range(0, random.Next(0, 3)).Where(_ => at > 0).Select(_ => $"P{random.Next(at)}")])));
    }
}
