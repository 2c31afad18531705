using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Says why a key has no entry: what differs from the nearest earlier build.</summary>
internal static class MissExplanation
{
    private const int MostWords = 5;

    /// <summary>The difference in words.</summary>
    public static string Find(LocalStore store, Fingerprint fingerprint)
    {
        IReadOnlyList<InputRecord> records = new InputRecords(store.Layout).Read(fingerprint.WeakKey);
        if (records.Any(record => record.ActionKey == fingerprint.ActionKey))
        {
            return "its entry was evicted or damaged, or holds the path of the folder it was made in";
        }

        Fact[] now = [.. fingerprint.Facts.Select(FactsFormat.AsStored)];
        IReadOnlyList<FactChange>? nearest = null;
        foreach (InputRecord record in records)
        {
            if (store.TryGetBytes(record.Facts) is { } bytes && FactsFormat.Read(bytes) is { } facts)
            {
                IReadOnlyList<FactChange> changes = FactDifference.Between(facts, now);
                if (nearest is null || changes.Count < nearest.Count)
                {
                    nearest = changes;
                }
            }
        }

        return nearest is null ? "the cache holds no build of it with these global properties and tools" : FactDifference.InWords(nearest, MostWords);
    }
}
