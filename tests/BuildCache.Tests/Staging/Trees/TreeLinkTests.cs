using System.Diagnostics;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>Read-only trees that share their files with the store.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class TreeLinkTests : TreeTest
{
    private TreeRequest Linked(TreePlacement placement, string destination = "repo/app/deps") =>
        Request(Folder("repo/base")) with { Placement = placement, ReadOnly = true, Destination = PathOf(destination) };

    private string Stored(Digest key) => Layout.TreePath(key);

    [LinuxFact("link")]
    public void Hard_linked_files_are_the_stores_and_read_only()
    {
        Write("repo/base/a/one", "1");

        StagedTree staged = Stage(Linked(TreePlacement.Hardlink));

        Assert.Equal(["a/", "a/one=1"], Listing());
        Assert.Equal(Inode(Path.Combine(Stored(staged.Key), "a/one")), Inode(PathOf("repo/app/deps/a/one")));
        Assert.NotEqual(Inode(PathOf("repo/base/a/one")), Inode(PathOf("repo/app/deps/a/one")));
        Assert.False(File.GetUnixFileMode(PathOf("repo/app/deps/a/one")).HasFlag(UnixFileMode.UserWrite));
        Assert.True(File.GetUnixFileMode(PathOf("repo/base/a/one")).HasFlag(UnixFileMode.UserWrite));
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);

        // Another tree of the same files gives them third names, which must not make the first one doubtful.
        Stage(Linked(TreePlacement.Hardlink, "repo/app/more"));
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);
    }

    [LinuxFact("link")]
    public void A_changed_tree_starts_from_the_nearest_earlier_one()
    {
        Write("repo/base/a/one", "1");
        Write("repo/base/a/two", "2");
        StagedTree first = Stage(Linked(TreePlacement.Hardlink));
        Write("repo/base/a/two", "changed");

        StagedTree second = Stage(Linked(TreePlacement.Hardlink));

        Assert.Equal(["a/", "a/one=1", "a/two=changed"], Listing());
        Assert.Equal(Inode(Path.Combine(Stored(first.Key), "a/one")), Inode(Path.Combine(Stored(second.Key), "a/one")));
        Assert.Equal("2", File.ReadAllText(Path.Combine(Stored(first.Key), "a/two")));
        Assert.Equal(("updated", 2), (second.How, second.Written));
    }

    [LinuxFact("link")]
    public void A_destination_that_was_linked_as_a_whole_is_looked_at_as_any_other()
    {
        Write("repo/base/a/one", "1");
        Write("repo/base/top", "top");
        Stage(Linked(TreePlacement.Hardlink));
        Directory.Delete(Destination, recursive: true);
        Assert.Equal("placed", Stage(Linked(TreePlacement.Hardlink)).How);
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);
        string[] staged = Listing();

        // Other content of the same length; a file too many; one too few.
        foreach (Action change in (Action[])[() => { File.Delete(PathOf("repo/app/deps/top")); Write("repo/app/deps/top", "pot"); }, () => Write("repo/app/deps/a/more", "more"), () => File.Delete(PathOf("repo/app/deps/a/one"))])
        {
            change();
            Assert.NotEqual("in place", Stage(Linked(TreePlacement.Hardlink)).How);
            Assert.Equal(staged, Listing());
            Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);
        }
    }

    [LinuxFact("link")]
    public void What_was_written_through_a_link_is_found_and_made_anew()
    {
        Write("repo/base/a/one", "12345");
        StagedTree staged = Stage(Linked(TreePlacement.Hardlink));
        string path = PathOf("repo/app/deps/a/one");
        LetTheClockTick();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, "54321");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        Stage(Linked(TreePlacement.Hardlink));

        Assert.Equal(["a/", "a/one=12345"], Listing());
        Assert.Equal("12345", File.ReadAllText(Path.Combine(Stored(staged.Key), "a/one")));
        Assert.Contains(Diagnostics.DamagedContent.Code, Log.Codes);
    }

    [LinuxTheory("link")]
    [InlineData("in place")]
    [InlineData("deleted")]
    [InlineData("elsewhere")]
    public void What_was_written_through_a_link_with_size_and_time_put_back_is_found(string then)
    {
        Write("repo/base/a/one", "12345");
        Write("repo/base/a/two", "two");
        StagedTree staged = Stage(Linked(TreePlacement.Hardlink));
        WriteUnseen(PathOf("repo/app/deps/a/one"), "54321");
        if (then == "deleted")
        {
            Directory.Delete(Destination, recursive: true);
        }

        string place = then == "elsewhere" ? "repo/app/more" : "repo/app/deps";
        Stage(Linked(TreePlacement.Hardlink, place));

        Assert.Equal(["a/", "a/one=12345", "a/two=two"], Listing(PathOf(place)));
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink, place)).How);
        Directory.Delete(PathOf(place), recursive: true);
        Stage(Linked(TreePlacement.Hardlink, place));
        Assert.Equal(["a/", "a/one=12345", "a/two=two"], Listing(PathOf(place)));
        Assert.Equal("12345", File.ReadAllText(Path.Combine(Stored(staged.Key), "a/one")));
        Assert.Contains(Diagnostics.DamagedContent.Code, Log.Codes);
    }

    [LinuxTheory("link")]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_written_through_a_link_to_the_whole_tree_is_found_when_it_is_linked_again(bool changes)
    {
        Write("repo/base/a/one", "12345");
        Write("repo/base/a/two", "two");
        Stage(Linked(TreePlacement.Symlink));
        WriteUnseen(PathOf("repo/app/deps/a/one"), "54321");
        if (changes)
        {
            // The new tree starts from the one that was written to.
            Write("repo/base/a/two", "2");
        }
        else
        {
            File.Delete(Destination);
        }

        Stage(Linked(TreePlacement.Symlink));

        Assert.Equal(["a/", "a/one=12345", changes ? "a/two=2" : "a/two=two"], Listing());
    }

    [LinuxFact("link")]
    public void Names_that_come_and_go_elsewhere_do_not_make_a_tree_doubtful()
    {
        Write("repo/base/a/one", "1");
        Write("repo/base/b/two", "2");
        File.CreateSymbolicLink(PathOf("repo/base/b/link"), "two");
        StagedTree staged = Stage(Linked(TreePlacement.Hardlink));
        Stage(Linked(TreePlacement.Hardlink, "repo/app/more"));

        // A tree with a link of its own has other numbers than the store's; it is looked at once, by stamps.
        Assert.Equal(0, Stage(Linked(TreePlacement.Hardlink)).Written);
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);
        Assert.True(TreeStager.IsAsStaged(Layout, Destination, staged.Content, CancellationToken.None));
        Directory.Delete(PathOf("repo/app/more"), recursive: true);
        Assert.True(TreeStager.IsAsStaged(Layout, Destination, staged.Content, CancellationToken.None));
        Assert.Equal(0, Stage(Linked(TreePlacement.Hardlink)).Written);
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);
        WriteUnseen(PathOf("repo/app/deps/a/one"), "9");
        Assert.False(TreeStager.IsAsStaged(Layout, Destination, staged.Content, CancellationToken.None));
    }

    [LinuxFact("link")]
    public void A_file_that_can_have_no_more_names_is_copied()
    {
        Write("repo/base/one", "1");
        StagedTree staged = Stage(Linked(TreePlacement.Hardlink));
        Directory.Delete(Destination, recursive: true);
        string stored = Path.Combine(Stored(staged.Key), "one");
        Directory.CreateDirectory(PathOf("links"));
        int links = 1;
        while (links < 65_000 && FileLinks.TryLink(stored, PathOf($"links/{links}")))
        {
            links++;
        }

        Assert.InRange(links, 1_000, 65_000);
        Stage(Linked(TreePlacement.Hardlink));

        Assert.Equal(["one=1"], Listing());
        Assert.False(File.GetUnixFileMode(PathOf("repo/app/deps/one")).HasFlag(UnixFileMode.UserWrite));
        Assert.Equal("in place", Stage(Linked(TreePlacement.Hardlink)).How);
    }

    [Fact]
    public void A_linked_tree_is_one_link_to_a_tree_that_never_changes()
    {
        Write("repo/base/a/one", "1");
        StagedTree first = Stage(Linked(TreePlacement.Symlink));
        Assert.Equal(Stored(first.Key), new FileInfo(Destination).LinkTarget);
        Assert.Equal(["a/", "a/one=1"], Listing());
        Assert.Equal("in place", Stage(Linked(TreePlacement.Symlink)).How);

        Write("repo/base/a/one", "2");
        Stage(Linked(TreePlacement.Symlink));
        Assert.Equal(["a/", "a/one=2"], Listing());
        Assert.Equal("1", File.ReadAllText(Path.Combine(Stored(first.Key), "a/one")));
    }

    [Fact]
    public void A_link_that_leads_nowhere_any_more_is_staged_again()
    {
        Write("repo/base/a/one", "1");
        StagedTree staged = Stage(Linked(TreePlacement.Symlink));
        StorePruner pruner = new(Layout, new LaterClock(), Log);

        PruneResult? pruned = pruner.Prune(1);
        Assert.False(Directory.Exists(Stored(staged.Key)));
        Assert.True(pruned!.Value.Freed >= 4096);
        Assert.Empty(Listing());

        Stage(Linked(TreePlacement.Symlink));
        Assert.Equal(["a/", "a/one=1"], Listing());
    }

    [Fact]
    public void Pruning_keeps_a_tree_that_fits_or_was_just_used()
    {
        Write("repo/base/a/one", "1");
        StagedTree staged = Stage(Linked(TreePlacement.Symlink));

        new StorePruner(Layout, TimeProvider.System, Log).Prune(1);
        Assert.True(Directory.Exists(Stored(staged.Key)));
        new StorePruner(Layout, new LaterClock(), Log).Prune(1 << 20);
        Assert.True(Directory.Exists(Stored(staged.Key)));
    }

    [LinuxFact("link")]
    public void The_placement_of_a_tree_may_change()
    {
        Write("repo/base/a/one", "1");
        foreach (TreePlacement placement in (TreePlacement[])[TreePlacement.Copy, TreePlacement.Hardlink, TreePlacement.Symlink, TreePlacement.Hardlink, TreePlacement.Copy, TreePlacement.Symlink, TreePlacement.Copy])
        {
            Stage(Linked(placement));
            Assert.Equal(["a/", "a/one=1"], Listing());
            Assert.Equal(placement == TreePlacement.Symlink, new FileInfo(Destination).LinkTarget is not null);
            Assert.Equal("in place", Stage(Linked(placement)).How);
        }

        Stage(Request(Folder("repo/base")));
        File.AppendAllText(PathOf("repo/app/deps/a/one"), " is writable and no longer the store's");
        Stage(Linked(TreePlacement.Symlink));
        Assert.Equal(["a/", "a/one=1"], Listing());
    }

    [LinuxFact("link")]
    public void A_stored_tree_is_read_again_after_a_power_failure()
    {
        Write("repo/base/a/one", "12345");
        StagedTree staged = Stage(Linked(TreePlacement.Hardlink));
        (RecordHeader header, TreeRecord record) = TreeRecordFormat.Read(Layout.TreeRecordPath(staged.Key))!.Value;
        string stored = Path.Combine(Stored(staged.Key), "a/one");
        DateTime time = File.GetLastWriteTimeUtc(stored);
        File.SetUnixFileMode(stored, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(stored, "54321");
        File.SetLastWriteTimeUtc(stored, time);
        File.SetUnixFileMode(stored, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        TreeRecordFormat.Store(Layout, Layout.TreeRecordPath(staged.Key), header with { Mark = "another boot" }, record);
        Directory.Delete(Destination, recursive: true);

        Stage(Linked(TreePlacement.Hardlink));

        Assert.Equal(["a/", "a/one=12345"], Listing());
    }

    [Theory]
    [InlineData("Copy")]
    [InlineData("Hardlink")]
    [InlineData("Symlink")]
    public void A_store_that_cannot_hold_trees_is_no_reason_to_fail(string how)
    {
        Write("repo/base/a/one", "1");
        Write("store/v1/trees", "no folder");

        StagedTree staged = Stage(Linked(Enum.Parse<TreePlacement>(how)));

        Assert.Equal(["a/", "a/one=1"], Listing());
        Assert.Null(new FileInfo(Destination).LinkTarget);
        Assert.Equal(how == "Copy" ? [] : [Diagnostics.TreeCopied.Code], Log.Codes);
        Assert.Equal(staged.Key, Stage(Linked(TreePlacement.Copy)).Key);
    }

    /// <summary>Writes as somebody does who hides it: of what the file system tells, only the time of the change is another.</summary>
    private static void WriteUnseen(string path, string content)
    {
        LetTheClockTick();
        UnixFileMode mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // .NET's times have a hundred nanoseconds; those of the file have one.
        using (Process written = Process.Start("sh", ["-c", "touch -r \"$1\" \"$1.time\" && printf %s \"$2\" > \"$1\" && touch -r \"$1.time\" \"$1\" && rm \"$1.time\"", "sh", path, content]))
        {
            written.WaitForExit();
            Assert.Equal(0, written.ExitCode);
        }

        File.SetUnixFileMode(path, mode);
    }

    private static ulong Inode(string path)
    {
        Assert.True(FileStamp.TryRead(path, out FileStamp stamp));
        return stamp.Inode;
    }

    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddDays(2);
    }
}
