using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging;

public class PlacementTests : TestFolder
{
    [Fact]
    public void A_placement_comes_back_until_its_folder_is_about_to_change()
    {
        StoreLayout layout = new(PathOf("cache"));
        PlacementStore store = new(layout, "this boot");
        string path = Write("repo/bin/App.dll", "dll");
        Assert.True(FileStamp.TryReadLink(path, out FileStamp stamp));
        Placement placement = new()
        {
            Project = "/repo/App.csproj",
            ActionKey = Digest.Of("key"),
            Visible = Digest.Of("visible"),
            Facts = Digest.Of("facts"),
            TargetPath = path,
            Seconds = 2.5,
            Files = [new PlacedFile(path, Digest.Of("dll"), stamp), new PlacedFile(path, default, stamp) { IsCopy = true }, new PlacedFile(path, default, stamp) { IsCopy = true, UsersCopyOf = path }],
            Warnings = [new CachedWarning("", "CS0168", "", "a.cs", 1, 2, 3, 4, "unused")],
        };

        store.Write("/repo/obj", placement);
        Placement? read = store.Read("/repo/obj", "/repo/App.csproj");

        Assert.Equal(placement.Files, read!.Files);
        Assert.Equal(placement.Warnings, read.Warnings);
        Assert.Equal(placement with { Files = [], Warnings = [] }, read with { Files = [], Warnings = [] });
        Assert.True(read.IsIntact());
        Assert.Null(store.Read("/repo/other"));
        Assert.Null(store.Read("/repo/obj", "/repo/Other.csproj"));

        // What another boot has noted may not have come to the disk.
        Placement? later = new PlacementStore(layout, "the next boot").Read("/repo/obj");
        Assert.Equal(placement.Files, later!.Files);
        Assert.False(later.IsIntact());

        // What was placed stays known, and is nobody's result any more.
        store.Suspend("/repo/obj", read);
        Placement? suspended = store.Read("/repo/obj");
        Assert.Equal(placement.Files, suspended!.Files);
        Assert.True(suspended.ActionKey.IsNone);
        Assert.False(suspended.IsIntact());

        File.AppendAllText(path, "x");
        Assert.False(read.IsIntact());
        store.Suspend("/repo/obj", null);
        Assert.Null(store.Read("/repo/obj"));
    }

    [Theory]
    [InlineData("ext4", 1_700_000_000_000_000_001, true)]
    [InlineData("ext4", 1_700_000_000_000_000_000, true)]
    [InlineData("tmpfs", 1_700_000_000_000_000_001, false)]
    [InlineData("ext4", 0, false)]
    public void Stamps_are_believed_where_they_show_each_change(string format, long changedNs, bool isBelieved)
    {
        StoreLayout layout = new(PathOf("cache"));
        PlacementStore store = new(layout, "boot", new FileSystems(Log, _ => format));
        long thisSecond = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1_000_000_000;
        long changed = changedNs == 0 ? thisSecond : changedNs;
        string path = Write("repo/bin/App.dll", "dll");
        store.Write("/repo/obj", new Placement
        {
            Project = "/repo/App.csproj",
            ActionKey = Digest.Of("key"),
            Visible = default,
            Facts = default,
            TargetPath = "",
            Seconds = 0,
            Files = [new PlacedFile(path, Digest.Of("dll"), new FileStamp(3, changed, changed, 1, 0x81A4))],
            Warnings = [],
        });

        Assert.True(FileStamp.TryRead(path, out FileStamp now));
        Assert.Equal(isBelieved, store.Read("/repo/obj")!.Believes(path, now));
    }
}
