using System.Globalization;
using System.Text;

namespace BuildCache.Scheduling;

/// <summary>How long a graph is predicted to take on so many nodes, in seconds.</summary>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Stock">In MSBuild's own order.</param>
/// <param name="LongestFirst">The longest ready project first.</param>
/// <param name="CriticalPath">The ready project with the longest chain behind it first.</param>
/// <param name="LowerBound">No schedule takes less.</param>
internal sealed record Prediction(int Nodes, double Stock, double LongestFirst, double CriticalPath, double LowerBound)
{
    private static readonly int[] s_nodes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    public static Prediction Of(WorkGraph graph, int nodes) => new(
        nodes, Simulation.Stock(graph, nodes), Simulation.List(graph, nodes, WorkOrder.LongestFirst), Simulation.List(graph, nodes, WorkOrder.CriticalPath), graph.LowerBound(nodes));

    /// <summary>The predictions for 1 to 64 nodes as a table.</summary>
    /// <param name="work">The projects.</param>
    public static string Table(SolutionWork work)
    {
        WorkGraph graph = work.Graph;
        int guessed = work.Projects.Count(project => project.Measured is null);
        StringBuilder table = new();
        table.AppendLine(CultureInfo.InvariantCulture,
            $"BuildCache: {graph.Items.Count} projects, {graph.TotalSeconds:0.0} s of work, the longest chain {graph.CriticalSeconds:0.0} s; recorded durations{(guessed == 0 ? "" : $", {guessed} guessed")}");
        table.AppendLine(CultureInfo.InvariantCulture, $"{"nodes",7}{"MSBuild's order",17}{"longest first",15}{"critical path",15}{"at least",11}");
        foreach (Prediction row in s_nodes.Select(nodes => Of(graph, nodes)))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"{row.Nodes,7}{row.Stock,15:0.0} s{row.LongestFirst,13:0.0} s{row.CriticalPath,13:0.0} s{row.LowerBound,9:0.0} s");
        }

        return table.ToString().TrimEnd();
    }
}
