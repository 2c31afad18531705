using BuildCache.Hashing;

namespace BuildCache.Scheduling;

/// <summary>A piece of work as the scheduler sees it.</summary>
/// <param name="Name">Its name; the graph keeps the first of two with one name.</param>
/// <param name="Seconds">How long it takes, measured or guessed.</param>
/// <param name="References">The names of the work that must be done before.</param>
internal sealed record WorkItem(string Name, double Seconds, IReadOnlyList<string> References);

/// <summary>Work with what it waits for, and how much still lies behind each piece of it.</summary>
/// <remarks>
/// Always free of circles: a reference that closes one is dropped, as is one to the work itself or to work that is not here.
/// What is scheduled wrongly for that costs time only, since MSBuild resolves references itself.
/// </remarks>
internal sealed class WorkGraph
{
    private readonly int[][] _references;
    private readonly List<int>[] _dependents;
    private readonly double[] _levels;

    private WorkGraph(WorkItem[] items, int[][] references)
    {
        Items = items;
        _references = references;
        _dependents = [.. items.Select(_ => new List<int>())];
        foreach (int at in Order = Sort())
        {
            foreach (int reference in _references[at])
            {
                _dependents[reference].Add(at);
            }
        }

        _levels = new double[items.Length];
        for (int back = Order.Count - 1; back >= 0; back--)
        {
            int at = Order[back];
            _levels[at] = items[at].Seconds + _dependents[at].Select(dependent => _levels[dependent]).DefaultIfEmpty().Max();
        }
    }

    /// <summary>The work, in the order in which it was given.</summary>
    public IReadOnlyList<WorkItem> Items { get; }

    /// <summary>An order in which everything comes after what it references.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>All work together, in seconds.</summary>
    public double TotalSeconds => Items.Sum(item => item.Seconds);

    /// <summary>The longest chain, in seconds: no number of nodes is faster.</summary>
    public double CriticalSeconds => _levels.DefaultIfEmpty().Max();

    public IReadOnlyList<int> ReferencesOf(int item) => _references[item];

    public IReadOnlyList<int> DependentsOf(int item) => _dependents[item];

    /// <summary>The work's own time and the longest chain of what waits for it, in seconds.</summary>
    public double LevelOf(int item) => _levels[item];

    /// <summary>No schedule on so many nodes takes less.</summary>
    public double LowerBound(int nodes) => Math.Max(CriticalSeconds, TotalSeconds / nodes);

    public static WorkGraph Create(IEnumerable<WorkItem> work)
    {
        WorkItem[] items = [.. work.DistinctBy(item => item.Name, RootMap.Comparer)];
        Dictionary<string, int> numbers = new(RootMap.Comparer);
        for (int at = 0; at < items.Length; at++)
        {
            numbers[items[at].Name] = at;
        }

        return new WorkGraph(items, [.. items.Select((item, at) =>
            item.References.Select(name => numbers.GetValueOrDefault(name, -1)).Where(reference => reference >= 0 && reference != at).Distinct().ToArray())]);
    }

    /// <summary>References first, without recursion: a chain may be longer than a stack is deep. Drops the references that close a circle.</summary>
    private List<int> Sort()
    {
        List<int> order = new(Items.Count);
        byte[] seen = new byte[Items.Count];
        Stack<(int Item, int Next)> open = new();
        for (int root = 0; root < Items.Count; root++)
        {
            if (seen[root] != 0)
            {
                continue;
            }

            seen[root] = 1;
            open.Push((root, 0));
            while (open.TryPop(out (int Item, int Next) top))
            {
                int[] references = _references[top.Item];
                if (top.Next == references.Length)
                {
                    seen[top.Item] = 2;
                    order.Add(top.Item);
                    continue;
                }

                int reference = references[top.Next];
                if (seen[reference] == 1)
                {
                    _references[top.Item] = [.. references.Where(each => each != reference)];
                    open.Push(top);
                    continue;
                }

                open.Push((top.Item, top.Next + 1));
                if (seen[reference] == 0)
                {
                    seen[reference] = 1;
                    open.Push((reference, 0));
                }
            }
        }

        return order;
    }
}
