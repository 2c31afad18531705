using BuildCache.Hashing;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>Stages one tree in a folder, as the task does: in a process of its own, that can be killed.</summary>
internal static class StagingProgram
{
    public static StagedTree Stage(string folder, TreePlacement placement, CollectingLog log)
    {
        string repository = Path.Combine(folder, "repo");
        string app = Path.Combine(repository, "app");
        TreePlaces places = new(repository, app, [], Path.Combine(folder, "store"));
        return new TreeStager(new StoreLayout(Path.Combine(folder, "store")), new StatMemo(null, log), places, log).Stage(
            new TreeRequest
            {
                Name = "deps",
                Destination = Path.Combine(app, "deps"),
                Placement = placement,
                ReadOnly = placement != TreePlacement.Copy,
                Sources = [new TreeSource { Kind = SourceKind.Folder, Name = "base", Path = Path.Combine(repository, "base") }],
            },
            static _ => null,
            CancellationToken.None);
    }
}
