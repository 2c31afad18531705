using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Scheduling;

/// <summary>Remembers how long work takes, in the cache's folder, for all builds that use it.</summary>
/// <remarks>
/// A file for each piece of work, replaced as a whole: any number of builds may note at once, and where two note
/// the same work in the same instant, one of the two measurements is lost. A file that is damaged, or not ours, counts as
/// none and is written anew. What is remembered decides only about the order of work, never about what is done.
/// </remarks>
internal sealed class WorkHistory(StoreLayout layout, ICacheLog log)
{
    private readonly Lock _lock = new();

    /// <summary>What is known of a piece of work; <see langword="null"/> if nothing is.</summary>
    public WorkRecord? Find(WorkKey key) =>
        LocalStore.TryRead(layout.WorkPath(key.ToString())) is { } bytes && WorkFormat.Read(bytes) is { } record && record.Key == key ? record : null;

    /// <summary>Notes that work was really done, from its beginning to its end, and succeeded.</summary>
    /// <param name="key">Which work.</param>
    /// <param name="seconds">How long it took, by a clock that only goes forward and without waiting for other work.</param>
    /// <param name="shape">What the project looks like now; <see langword="null"/> leaves what is known.</param>
    public void NoteRun(WorkKey key, double seconds, WorkShape? shape = null)
    {
        if (WorkRecord.IsDuration(seconds))
        {
            Update(key, record => record.WithRun(seconds, shape));
        }
    }

    /// <summary>Notes that work was spared, and how long it took to put its results in place.</summary>
    public void NoteHit(WorkKey key, double seconds)
    {
        // A hit is not to cost a write: what is known already, roughly, is not written again.
        if (WorkRecord.IsDuration(seconds) && (Find(key)?.HitSeconds is not { } known || Math.Abs(known - seconds) > Math.Max(0.05, known / 2)))
        {
            Update(key, record => record.WithHit(seconds));
        }
    }

    /// <summary>Everything that is known, in no order.</summary>
    public IEnumerable<WorkRecord> All()
    {
        if (!Directory.Exists(layout.History))
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(layout.History, "*", SearchOption.AllDirectories))
        {
            if (LocalStore.TryRead(file) is { } bytes && WorkFormat.Read(bytes) is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>Takes records from elsewhere for work of which nothing is known here. Returns how many were taken.</summary>
    public int Adopt(IEnumerable<WorkRecord> records)
    {
        int taken = 0;
        foreach (WorkRecord record in records.Where(WorkFormat.IsSound))
        {
            lock (_lock)
            {
                if (Find(record.Key) is null or { IsMeasured: false })
                {
                    AtomicFile.Write(layout, layout.WorkPath(record.Key.ToString()), WorkFormat.Write(record));
                    taken++;
                }
            }
        }

        return taken;
    }

    private void Update(WorkKey key, Func<WorkRecord, WorkRecord> change)
    {
        try
        {
            lock (_lock)
            {
                WorkRecord record = Find(key) ?? new WorkRecord(key, 0, 0, null, WorkShape.Unknown);
                AtomicFile.Write(layout, layout.WorkPath(key.ToString()), WorkFormat.Write(change(record)));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The duration of '{key.Name}' could not be noted: {failure.Message}");
        }
    }
}
