namespace BuildCache.Scheduling;

/// <summary>Which work starts first, of all that could.</summary>
internal enum WorkOrder
{
    /// <summary>The one that is listed first.</summary>
    AsListed,

    /// <summary>The one that takes longest.</summary>
    LongestFirst,

    /// <summary>The one with the longest chain behind it, itself included.</summary>
    CriticalPath,
}

/// <summary>Hands out work whose references are done, the most urgent first; what is equally urgent in the listed order.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class ReadyQueue
{
    private readonly WorkGraph _graph;
    private readonly WorkOrder _order;
    private readonly int[] _waitsFor;
    private readonly PriorityQueue<int, (double Urgency, int Listed)> _ready = new();

    public ReadyQueue(WorkGraph graph, WorkOrder order)
    {
        _graph = graph;
        _order = order;
        _waitsFor = [.. graph.Items.Select((_, item) => graph.ReferencesOf(item).Count)];
        for (int item = 0; item < graph.Items.Count; item++)
        {
            EnqueueIfReady(item);
        }
    }

    /// <summary>Takes the most urgent work.</summary>
    public bool TryTake(out int item) => _ready.TryDequeue(out item, out _);

    /// <summary>Notes that work is done, well or not, which may make other work ready.</summary>
    public void Finish(int item)
    {
        foreach (int dependent in _graph.DependentsOf(item))
        {
            _waitsFor[dependent]--;
            EnqueueIfReady(dependent);
        }
    }

    private void EnqueueIfReady(int item)
    {
        if (_waitsFor[item] == 0)
        {
            double urgency = _order switch
            {
                WorkOrder.CriticalPath => _graph.LevelOf(item),
                WorkOrder.LongestFirst => _graph.Items[item].Seconds,
                _ => 0,
            };
            _ready.Enqueue(item, (-urgency, item));
        }
    }
}
