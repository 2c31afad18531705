using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging;

public class PlacementTests : TestFolder
{
    [Fact]
    public void A_placement_comes_back_until_it_is_forgotten()
    {
        StoreLayout layout = new(PathOf("cache"));
        PlacementStore store = new(layout);
        string path = Write("repo/bin/App.dll", "dll");
        Assert.True(FileStamp.TryReadLink(path, out FileStamp stamp));
        Placement placement = new()
        {
            ActionKey = Digest.Of("key"),
            Visible = Digest.Of("visible"),
            Facts = Digest.Of("facts"),
            TargetPath = path,
            Seconds = 2.5,
            Files = [new PlacedFile(path, Digest.Of("dll"), stamp)],
            Warnings = [new CachedWarning("", "CS0168", "", "a.cs", 1, 2, 3, 4, "unused")],
        };

        store.Write("/repo/obj", placement);
        Placement? read = store.Read("/repo/obj");

        Assert.Equal(placement.Files, read!.Files);
        Assert.Equal(placement.Warnings, read.Warnings);
        Assert.Equal(placement with { Files = [], Warnings = [] }, read with { Files = [], Warnings = [] });
        Assert.True(read.IsIntact());
        Assert.Null(store.Read("/repo/other"));

        File.AppendAllText(path, "x");
        Assert.False(read.IsIntact());
        store.Forget("/repo/obj");
        Assert.Null(store.Read("/repo/obj"));
    }
}
