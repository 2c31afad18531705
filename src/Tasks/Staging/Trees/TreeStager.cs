using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>Makes a destination what its tree's sources say, touching only what differs.</summary>
/// <param name="layout">The store; <see langword="null"/> if it cannot be used: then every run looks at everything.</param>
/// <param name="memo">The digests of archives and single files.</param>
/// <param name="places">The folders that trees keep away from.</param>
/// <param name="log">Hears of damage in the store.</param>
internal sealed class TreeStager(StoreLayout? layout, StatMemo memo, TreePlaces places, ICacheLog log)
{
    /// <summary>What archives may hold.</summary>
    public ArchiveLimits Limits { get; init; } = new();

    /// <summary>Stages a tree.</summary>
    /// <param name="request">The tree.</param>
    /// <param name="load">Finds a source that only the caller can; <see langword="null"/> for all others.</param>
    /// <param name="stop">Stops between two files. What is unfinished then, the next run repairs.</param>
    /// <exception cref="CacheException">It cannot be staged.</exception>
    public StagedTree Stage(TreeRequest request, Func<TreeSource, LoadedSource?> load, CancellationToken stop)
    {
        DestinationCheck.Check(request, places);
        try
        {
            using FileStream? only = layout is null ? null : DestinationLock.ToChange(layout, request.Destination, log, stop);
            try
            {
                return Run(request, believes: ShowsChanges(request), stop).Stage(load);
            }
            catch (Exception failure) when (TreeContentException.Is(CauseOf(failure)))
            {
                // What is known of the sources is wrong, and would be in each later run, too.
                stop.ThrowIfCancellationRequested();
                log.Report(Diagnostics.TreeReadAgain, request.Name, CauseOf(failure).Message);
                return Run(request, believes: false, stop).Stage(load);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AggregateException)
        {
            stop.ThrowIfCancellationRequested();
            Exception cause = CauseOf(failure);
            string why = cause.Message + (TreeContentException.Is(cause) ? "; all was read twice, so something changes while the tree is staged" : "");
            throw cause as CacheException ?? new CacheException(Diagnostics.TreeFailed, request.Name, request.Destination, why);
        }
    }

    /// <summary>Whether a destination still holds what staging left there: seen by stamps, and by content only where names of hard links came or went.</summary>
    public static bool IsAsStaged(StoreLayout layout, string destination, Digest content, CancellationToken stop)
    {
        string recordPath = layout.TreeRecordPath("destination " + destination);
        if (TreeRecordFormat.ReadHeader(recordPath) is not { } header || header.Content != content)
        {
            return false;
        }

        try
        {
            if (new FileInfo(destination).LinkTarget is { } target)
            {
                return target == layout.TreePath(header.Key);
            }

            bool isLinked = DestinationMark.IsHardlinked(header.Mark);
            FolderScan scan = new(destination, stop) { IsOwn = true, IsReadOnly = isLinked };
            return scan.Quick() == header.Sum ||
                (isLinked && TreeRecordFormat.Read(recordPath) is { } known && scan.Refresh(known.Record).Content() == known.Record.Content());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AggregateException)
        {
            return false;
        }
    }

    /// <summary>Takes a tree away that an earlier run staged, but not from a build that uses it.</summary>
    /// <exception cref="CacheException">Its place cannot be that of a tree.</exception>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    public TreeRemoval TakeAway(TreeRequest request, CancellationToken stop)
    {
        DestinationCheck.Check(request, places);
        if (layout is null)
        {
            return TreeRemoval.NotKnown;
        }

        using FileStream? only = DestinationLock.ToChange(layout, request.Destination, log, stop);
        using FileStream? use = DestinationLock.TryTakeUse(layout, request.Destination);
        return use is null ? TreeRemoval.InUse : Run(request, believes: true, stop).TakeAway();
    }

    private bool ShowsChanges(TreeRequest request) =>
        memo.ShowsChanges(request.Destination) &&
        request.Sources.All(source => !Path.IsPathFullyQualified(source.Path) || memo.ShowsChanges(source.Path));

    private TreeStaging Run(TreeRequest request, bool believes, CancellationToken stop) => new(
        request, layout, memo, Limits, log, believes, mayHoldUsers: !places.Outputs.Any(folder => RootMap.IsWithin(request.Destination, folder)), stop);

    private static Exception CauseOf(Exception failure) => failure is AggregateException several ? several.Flatten().InnerExceptions[0] : failure;
}
