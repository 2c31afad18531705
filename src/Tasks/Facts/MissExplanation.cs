using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Says why a key has no entry: what differs from the nearest earlier build.</summary>
internal static class MissExplanation
{
    private const int MostWords = 5;
    private const string NoBuild = "the cache holds no build of it with these global properties and tools";

    /// <summary>The difference in words.</summary>
    /// <param name="store">The store.</param>
    /// <param name="fingerprint">The key.</param>
    /// <param name="none">What to say where nothing lies under its weak key.</param>
    public static string Find(LocalStore store, Fingerprint fingerprint, string none = NoBuild)
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
            if (FactsOf(store, record.Facts) is { } facts)
            {
                IReadOnlyList<FactChange> changes = FactDifference.Between(facts, now);
                if (nearest is null || changes.Count < nearest.Count)
                {
                    nearest = changes;
                }
            }
        }

        return nearest is null ? none : FactDifference.InWords(WithCauses(store, nearest), MostWords);
    }

    /// <summary>
    /// The changes with those of the project's build first, where the cache knows what went into both builds.
    /// </summary>
    private static IReadOnlyList<FactChange> WithCauses(LocalStore store, IReadOnlyList<FactChange> changes)
    {
        if (changes is not [.., { Before: { Kind: FactKind.Build } before, After: { } after }] ||
            FactsOf(store, store.TryGetEntry(before.Value)?.Facts) is not { } old ||
            FactsOf(store, store.TryGetEntry(after.Value)?.Facts) is not { } now)
        {
            return changes;
        }

        IReadOnlyList<FactChange> causes = FactDifference.Between(old, now);
        HashSet<(FactKind, string)> said = [.. causes.Select(Name)];
        return [.. causes, .. changes.SkipLast(1).Where(change => !said.Contains(Name(change)))];

        static (FactKind, string) Name(FactChange change) => (change.Either.Kind, change.Either.Name);
    }

    private static IReadOnlyList<Fact>? FactsOf(LocalStore store, Digest? blob) =>
        blob is { IsNone: false } digest && store.TryGetBytes(digest) is { } bytes ? FactsFormat.Read(bytes) : null;
}
