using BuildCache.Gates;
using BuildCache.Storage;

namespace BuildCache.Tests.Gates;

public class FoldersInUseTests : TestFolder
{
    private const string Folder = "/repo/obj/Debug";

    private FoldersInUse Process() => new(new StoreLayout(PathOf("cache")));

    [Fact]
    public void Who_comes_second_learns_since_when_and_the_first_learns_that_it_was_joined()
    {
        using FoldersInUse first = Process(), second = Process();
        DateTime before = DateTime.UtcNow.AddMilliseconds(-100);

        Assert.Null(first.Begin(Folder));
        Assert.Null(first.Begin(Folder));
        Assert.Null(second.Begin(Folder + "/other"));
        Assert.InRange(second.Begin(Folder) ?? default, before, DateTime.UtcNow.AddMilliseconds(100));

        Assert.False(second.End(Folder));
        Assert.True(first.End(Folder));
        Assert.Null(second.Begin(Folder));
        Assert.False(second.End(Folder));
    }

    [Fact]
    public void A_build_that_did_not_end_gives_its_folders_back_and_leaves_nothing()
    {
        FoldersInUse first = Process();
        first.Begin(Folder);
        first.Dispose();

        using FoldersInUse second = Process();
        Assert.Null(second.Begin(Folder));
        second.End(Folder);
        Assert.Empty(Directory.GetFiles(PathOf("cache"), "*", SearchOption.AllDirectories));
    }
}
