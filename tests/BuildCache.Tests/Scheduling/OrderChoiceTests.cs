using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class OrderChoiceTests
{
    private static readonly WorkGraph s_independent = WorkGraph.Create([new("A", 1, []), new("B", 2, []), new("C", 9, [])]);

    private static readonly WorkGraph s_waiting = WorkGraph.Create([new("A", 2, []), new("D", 4, ["A"]), new("E", 3, [])]);

    [Fact]
    public void What_is_known_starts_in_the_best_order()
    {
        Assert.Equal((WorkOrder.CriticalPath, 9), OrderChoice.Of(s_independent, isKnown: true, 2));
        Assert.Equal((WorkOrder.CriticalPath, 6), OrderChoice.Of(s_waiting, isKnown: true, 2));
    }

    [Fact]
    public void Independent_work_of_which_nothing_is_known_starts_as_it_is_listed()
    {
        Assert.Equal((WorkOrder.AsListed, 10), OrderChoice.Of(s_independent, isKnown: false, 2));
    }

    [Fact]
    public void Chains_of_which_nothing_is_known_are_followed_on_more_than_two_nodes_only()
    {
        Assert.Null(OrderChoice.Of(s_waiting, isKnown: false, 2));
        Assert.NotNull(OrderChoice.Of(s_waiting, isKnown: false, 3));
    }

    [Fact]
    public void One_project_is_left_to_MSBuild()
    {
        Assert.Null(OrderChoice.Of(WorkGraph.Create([new("A", 2, [])]), isKnown: true, 4));
        Assert.Null(OrderChoice.Of(WorkGraph.Create([]), isKnown: false, 4));
    }

    [Fact]
    public void Where_MSBuild_is_predicted_to_be_faster_its_order_stays()
    {
        WorkGraph? better = Enumerable.Range(0, 2000).Select(Graph).FirstOrDefault(graph => Simulation.Stock(graph, 2) < Simulation.Best(graph, 2).Seconds * 0.98);

        Assert.NotNull(better);
        Assert.Null(OrderChoice.Of(better, isKnown: true, 2));

        static WorkGraph Graph(int seed)
        {
            // Seeded: the same graphs in every run.
            Random random = new(seed);
            return WorkGraph.Create(Enumerable.Range(0, 10).Select(item => new WorkItem(
                $"P{item}", random.Next(1, 10), item == 0 ? [] : [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => $"P{random.Next(item)}").Distinct()])));
        }
    }
}
