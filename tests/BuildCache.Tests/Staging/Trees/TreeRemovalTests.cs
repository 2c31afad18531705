using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>Trees that are taken away, and what stays.</summary>
public class TreeRemovalTests : TreeTest
{
    private TreeRemoval TakeAway(TreeRequest request)
    {
        TreePlaces places = new(PathOf("repo"), PathOf("repo/app"), [PathOf("repo/app/obj")], PathOf("store"));
        return new TreeStager(Layout, new StatMemo(null, Log), places, Log).TakeAway(request, CancellationToken.None);
    }

    [LinuxTheory("link")]
    [InlineData("Copy")]
    [InlineData("Hardlink")]
    [InlineData("Symlink")]
    public void The_tree_goes_and_sources_and_store_stay(string placement)
    {
        Write("repo/base/a/one", "1");
        TreeRequest request = Request(Folder("repo/base")) with { Placement = Enum.Parse<TreePlacement>(placement), ReadOnly = true };
        StagedTree staged = Stage(request);
        string[] stored = Listing(Layout.TreePath(staged.Key));

        Assert.Equal(TreeRemoval.Gone, TakeAway(request));

        Assert.False(Path.Exists(Destination));
        Assert.Equal(["a/", "a/one=1"], Listing(PathOf("repo/base")));
        Assert.Equal(placement == "Copy" ? [] : ["a/", "a/one=1"], stored);
        Assert.Equal(stored, Listing(Layout.TreePath(staged.Key)));
        Assert.Equal(TreeRemoval.Gone, TakeAway(request));
        Assert.Equal(staged.Key, Stage(request).Key);
        Assert.Equal(["a/", "a/one=1"], Listing());
    }

    [Fact]
    public void Files_that_are_to_stay_stay_and_the_rest_goes()
    {
        Write("repo/base/a/one", "1");
        TreeRequest request = Request(Folder("repo/base")) with { Clean = CleanMode.Keep };
        Stage(request);
        Write("repo/app/deps/a/mine", "mine");

        Assert.Equal(TreeRemoval.StrangersStay, TakeAway(request));

        Assert.Equal(["a/", "a/mine=mine"], Listing());
        Stage(request);
        Assert.Equal(["a/", "a/mine=mine", "a/one=1"], Listing());
        Assert.Equal(TreeRemoval.Gone, TakeAway(request with { Clean = CleanMode.Default }));
        Assert.False(Path.Exists(Destination));
    }

    [Fact]
    public void A_folder_that_was_not_staged_is_not_touched()
    {
        Write("repo/base/a/one", "1");
        Write("repo/app/deps/precious", "precious");

        Assert.Equal(TreeRemoval.NotKnown, TakeAway(Request(Folder("repo/base")) with { Clean = CleanMode.Remove }));
        Assert.Equal(Diagnostics.TreeDestination, Assert.Throws<CacheException>(() => TakeAway(Request(Folder("repo/app/deps")))).Diagnostic);

        Assert.Equal(["precious=precious"], Listing());
    }

    [Fact]
    public void A_tree_that_a_build_uses_is_not_touched()
    {
        Write("repo/base/a/one", "1");
        TreeRequest request = Request(Folder("repo/base"));
        Stage(request);

        // Two builds may use it at once.
        using (DestinationLock.ToUse(Layout, Destination, Log, CancellationToken.None))
        using (DestinationLock.ToUse(Layout, Destination, Log, CancellationToken.None))
        {
            Assert.Equal(TreeRemoval.InUse, TakeAway(request));
            Assert.Equal(["a/", "a/one=1"], Listing());
        }

        Assert.Equal(TreeRemoval.Gone, TakeAway(request));
    }
}
