namespace BuildCache.Scheduling;

/// <summary>Predicts how long a graph takes on so many nodes. Counts the work alone: no overhead, no contention.</summary>
internal static class Simulation
{
    /// <summary>A list schedule: whenever a node is free, the most urgent ready work starts. This is what the coordinator does.</summary>
    /// <returns>Seconds until everything is done.</returns>
    public static double List(WorkGraph graph, int nodes, WorkOrder order)
    {
        ReadyQueue ready = new(graph, order);
        PriorityQueue<int, double> running = new();
        double now = 0;
        while (true)
        {
            while (running.Count < nodes && ready.TryTake(out int item))
            {
                running.Enqueue(item, now + graph.Items[item].Seconds);
            }

            if (!running.TryDequeue(out int done, out now))
            {
                return now;
            }

            ready.Finish(done);
        }
    }

    /// <summary>What MSBuild does by itself with the projects of a solution.</summary>
    /// <remarks>
    /// A node takes the first project of the list, whether its references are done or not. A project that must wait asks for
    /// its references, which move to the front of the list, and the node goes on to something else; but the project belongs
    /// to that node now, and can only go on there once the node is free. Of idle nodes the one with the fewest projects comes first.
    /// </remarks>
    /// <returns>Seconds until everything is done.</returns>
    public static double Stock(WorkGraph graph, int nodes) => new StockRun(graph, nodes).Run();

    /// <summary>The order that is predicted to be done first; where several are, the critical path.</summary>
    public static (WorkOrder Order, double Seconds) Best(WorkGraph graph, int nodes)
    {
        (WorkOrder Order, double Seconds) best = (WorkOrder.CriticalPath, List(graph, nodes, WorkOrder.CriticalPath));
        foreach (WorkOrder other in (ReadOnlySpan<WorkOrder>)[WorkOrder.LongestFirst, WorkOrder.AsListed])
        {
            double seconds = List(graph, nodes, other);
            if (seconds < best.Seconds * 0.9999)
            {
                best = (other, seconds);
            }
        }

        return best;
    }

    private sealed class StockRun(WorkGraph graph, int nodes)
    {
        private const int Nobody = -1;

        private readonly LinkedList<int> _list = new(Enumerable.Range(0, graph.Items.Count));
        private readonly LinkedListNode<int>?[] _places = new LinkedListNode<int>?[graph.Items.Count];
        private readonly int[] _waitsFor = [.. graph.Items.Select((_, item) => graph.ReferencesOf(item).Count)];
        private readonly int[] _owners = [.. graph.Items.Select(_ => Nobody)];
        private readonly Queue<int>[] _ready = [.. Enumerable.Range(0, nodes).Select(_ => new Queue<int>())];
        private readonly int[] _owned = new int[nodes];
        private readonly bool[] _busy = new bool[nodes];
        private readonly PriorityQueue<int, double> _running = new();
        private double _now;

        public double Run()
        {
            for (LinkedListNode<int>? place = _list.First; place is not null; place = place.Next)
            {
                _places[place.Value] = place;
            }

            do
            {
                while (Assign())
                {
                }
            }
            while (FinishNext());

            return _now;
        }

        /// <summary>Gives one idle node something to do.</summary>
        private bool Assign()
        {
            foreach (int node in Enumerable.Range(0, nodes).Where(node => !_busy[node]).OrderBy(node => _owned[node]))
            {
                if (_ready[node].TryDequeue(out int item))
                {
                    Start(item, node);
                    return true;
                }
            }

            int free = Enumerable.Range(0, nodes).Where(node => !_busy[node]).OrderBy(node => _owned[node]).FirstOrDefault(Nobody);
            if (free == Nobody || _list.First is not { } first)
            {
                return false;
            }

            _list.RemoveFirst();
            _places[first.Value] = null;
            _owners[first.Value] = free;
            _owned[free]++;
            if (_waitsFor[first.Value] == 0)
            {
                Start(first.Value, free);
            }
            else
            {
                AskForReferences(first.Value);
            }

            return true;
        }

        private void AskForReferences(int item)
        {
            for (int at = graph.ReferencesOf(item).Count - 1; at >= 0; at--)
            {
                if (_places[graph.ReferencesOf(item)[at]] is { } place)
                {
                    _list.Remove(place);
                    _list.AddFirst(place);
                }
            }
        }

        private void Start(int item, int node)
        {
            _busy[node] = true;
            _running.Enqueue(item, _now + graph.Items[item].Seconds);
        }

        private bool FinishNext()
        {
            if (!_running.TryDequeue(out int item, out double at))
            {
                return false;
            }

            _now = at;
            _busy[_owners[item]] = false;
            foreach (int dependent in graph.DependentsOf(item))
            {
                if (--_waitsFor[dependent] == 0 && _owners[dependent] != Nobody)
                {
                    _ready[_owners[dependent]].Enqueue(dependent);
                }
            }

            return true;
        }
    }
}
