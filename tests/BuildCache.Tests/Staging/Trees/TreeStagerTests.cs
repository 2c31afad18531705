using BuildCache.Reporting;
using BuildCache.Staging.Trees;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>What lies at the destination after staging, whatever lay there before.</summary>
public class TreeStagerTests : TreeTest
{
    [Fact]
    public void Sources_are_put_together_in_order()
    {
        Write("repo/base/bin/tool", "tool");
        Write("repo/base/readme", "base");
        Write("repo/more/x/y", "y");
        Write("repo/single.txt", "single");

        StagedTree staged = Stage(Folder("repo/base"), Folder("repo/more", into: "lib/more"), Files(new NamedFile(PathOf("repo/single.txt"), "named/other.txt")));

        Assert.Equal(["bin/", "bin/tool=tool", "lib/", "lib/more/", "lib/more/x/", "lib/more/x/y=y", "named/", "named/other.txt=single", "readme=base"], Listing());
        Assert.Equal(("placed", 4), (staged.How, staged.Files));
    }

    [Fact]
    public void A_tree_that_is_there_is_not_touched()
    {
        Write("repo/base/a/one", "1");
        LetTheClockTick();
        StagedTree first = Stage(Folder("repo/base"));
        DateTime written = File.GetLastWriteTimeUtc(PathOf("repo/app/deps/a/one"));

        StagedTree second = Stage(Folder("repo/base"));

        Assert.Equal(("in place", 0, first.Key), (second.How, second.Written, second.Key));
        Assert.Equal(written, File.GetLastWriteTimeUtc(PathOf("repo/app/deps/a/one")));
    }

    [Fact]
    public void Only_what_differs_is_written()
    {
        Write("repo/base/a/one", "1");
        Write("repo/base/a/two", "2");
        Write("repo/base/b/three", "3");
        Stage(Folder("repo/base"));
        DateTime untouched = File.GetLastWriteTimeUtc(PathOf("repo/app/deps/a/two"));

        Write("repo/base/a/one", "another");
        Write("repo/base/c/four", "4");
        File.Delete(PathOf("repo/base/b/three"));
        Directory.Delete(PathOf("repo/base/b"));
        StagedTree staged = Stage(Folder("repo/base"));

        Assert.Equal(["a/", "a/one=another", "a/two=2", "c/", "c/four=4"], Listing());
        Assert.Equal(untouched, File.GetLastWriteTimeUtc(PathOf("repo/app/deps/a/two")));
        Assert.Equal("updated", staged.How);
    }

    [Theory]
    [InlineData("same size")]
    [InlineData("same time")]
    [InlineData("gone")]
    [InlineData("a folder instead")]
    [InlineData("a link instead")]
    public void Whatever_was_done_to_the_tree_is_repaired(string damage)
    {
        Write("repo/base/a/one", "12345");
        Write("repo/elsewhere", "12345");
        Stage(Folder("repo/base"));
        string path = PathOf("repo/app/deps/a/one");
        DateTime time = File.GetLastWriteTimeUtc(path);
        LetTheClockTick();
        File.Delete(path);
        switch (damage)
        {
            case "same size":
                File.WriteAllText(path, "54321");
                break;
            case "same time":
                File.WriteAllText(path, "54321");
                File.SetLastWriteTimeUtc(path, time);
                break;
            case "a folder instead":
                Directory.CreateDirectory(path);
                break;
            case "a link instead":
                File.CreateSymbolicLink(path, PathOf("repo/elsewhere"));
                break;
        }

        Stage(Folder("repo/base"));

        Assert.Equal(["a/", "a/one=12345"], Listing());
        Assert.Equal("12345", File.ReadAllText(PathOf("repo/elsewhere")));
    }

    [Fact]
    public void A_folder_becomes_a_file_and_the_reverse()
    {
        Write("repo/one/name/inner", "inner");
        Write("repo/one/other", "other");
        Write("repo/two/name", "file");
        Write("repo/two/other/inner", "inner");
        Stage(Folder("repo/one"));

        Stage(Folder("repo/two"));

        Assert.Equal(["name=file", "other/", "other/inner=inner"], Listing());
    }

    [Fact]
    public void Only_the_permission_to_execute_is_taken_over()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(Write("repo/base/run", "run"), (UnixFileMode)0b111_101_000);
        File.SetUnixFileMode(Write("repo/base/secret", "secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Stage(Folder("repo/base"));

        Assert.Equal(["run=run x", "secret=secret"], Listing());
        Assert.True(File.GetUnixFileMode(PathOf("repo/app/deps/secret")).HasFlag(UnixFileMode.UserWrite));
        Stage(Request(Folder("repo/base")) with { ReadOnly = true });
        Assert.False(File.GetUnixFileMode(PathOf("repo/app/deps/secret")).HasFlag(UnixFileMode.UserWrite));
        Assert.False(File.GetUnixFileMode(PathOf("repo/app/deps/run")).HasFlag(UnixFileMode.UserWrite));
    }

    [Fact]
    public void Globs_choose_what_is_taken()
    {
        Write("repo/base/a.cs", "");
        Write("repo/base/x/b.cs", "");
        Write("repo/base/x/b.txt", "");
        Write("repo/base/x/obj/c.cs", "");
        Write("repo/base/x/y/d.cs", "");

        Stage(Folder("repo/base", filter: "**/*.cs;*.none", without: "**/obj/**;x/y/?.cs"));

        Assert.Equal(["a.cs=", "x/", "x/b.cs="], Listing());
    }

    [Fact]
    public void Strangers_files_go_or_stay_as_told()
    {
        Write("repo/base/one", "1");
        Write("repo/base/old", "old");
        Stage(Folder("repo/base"));
        Write("repo/app/deps/mine/notes", "mine");
        File.Delete(PathOf("repo/base/old"));

        StagedTree kept = Stage(Request(Folder("repo/base")) with { Clean = CleanMode.Keep });
        Assert.Equal(["mine/", "mine/notes=mine", "one=1"], Listing());
        Assert.NotEqual(kept.Key, kept.Content);

        Write("repo/app/deps/mine/notes", "changed");
        StagedTree changed = Stage(Request(Folder("repo/base")) with { Clean = CleanMode.Keep });
        Assert.Equal(kept.Key, changed.Key);
        Assert.NotEqual(kept.Content, changed.Content);

        StagedTree cleaned = Stage(Folder("repo/base"));
        Assert.Equal(["one=1"], Listing());
        Assert.Equal(cleaned.Key, cleaned.Content);
    }

    [Fact]
    public void A_folder_that_was_never_a_tree_is_not_emptied_unless_told()
    {
        Write("repo/base/one", "1");
        Write("repo/app/deps/precious", "precious");

        Assert.Equal(Diagnostics.TreeStrangers, Fails(Request(Folder("repo/base")), says: "precious"));
        Assert.Equal(["precious=precious"], Listing());

        Stage(Request(Folder("repo/base")) with { Clean = CleanMode.Remove });
        Assert.Equal(["one=1"], Listing());
    }

    [Fact]
    public void A_persons_file_of_the_same_name_is_not_written_over_the_first_time()
    {
        Write("repo/base/settings.json", "the tree's");
        Write("repo/app/deps/settings.json", "a person's");

        Assert.Equal(Diagnostics.TreeStrangers, Fails(Request(Folder("repo/base")), says: "settings.json"));
        Assert.Equal(["settings.json=a person's"], Listing());
        Stage(Request(Folder("repo/base")) with { Clean = CleanMode.Keep });
        Assert.Equal(["settings.json=the tree's"], Listing());
    }

    [Fact]
    public void In_the_builds_own_folders_a_file_of_the_same_name_is_that_of_an_earlier_run()
    {
        TreeRequest request = Request(Folder("repo/base")) with { Destination = PathOf("repo/app/obj/deps") };
        Write("repo/base/one", "2");
        Write("repo/app/obj/deps/one", "1");

        Stage(request);

        Assert.Equal(["one=2"], Listing(request.Destination));
    }

    [Fact]
    public void A_file_that_git_has_is_no_strangers()
    {
        Write("repo/base/one", "1");
        Stage(Folder("repo/base"));
        Write("repo/app/deps/notes.md", "tracked");
        Git("init", "-q");
        Git("add", "-f", "app/deps/notes.md");

        Assert.Equal(Diagnostics.TreeStrangers, Fails(Request(Folder("repo/base")), says: "notes.md"));
        Assert.Equal(["notes.md=tracked", "one=1"], Listing());
        Stage(Request(Folder("repo/base")) with { Clean = CleanMode.Keep });
        Assert.Equal(["notes.md=tracked", "one=1"], Listing());
    }

    private void Git(params string[] arguments)
    {
        using System.Diagnostics.Process git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = PathOf("repo") })!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    [Fact]
    public void A_folder_that_took_the_place_of_a_tree_is_not_emptied()
    {
        Write("repo/base/one", "1");
        Write("repo/base/old", "old");
        Stage(Folder("repo/base"));
        Directory.Delete(PathOf("repo/app/deps"), recursive: true);
        Write("repo/app/deps/one", "1");
        Write("repo/app/deps/precious", "precious");

        Assert.Equal(Diagnostics.TreeStrangers, Fails(Request(Folder("repo/base")), says: "precious"));
        Assert.Equal(["one=1", "precious=precious"], Listing());
    }

    [Fact]
    public void A_folder_that_took_the_place_of_a_linked_tree_is_not_emptied()
    {
        Write("repo/base/one", "1");
        Stage(Request(Folder("repo/base")) with { Placement = TreePlacement.Symlink, ReadOnly = true });
        File.Delete(PathOf("repo/app/deps"));
        Write("repo/app/deps/precious", "precious");

        Assert.Equal(Diagnostics.TreeStrangers, Fails(Request(Folder("repo/base")), says: "precious"));
        Assert.Equal(["precious=precious"], Listing());
    }

    [Fact]
    public void A_tree_that_was_copied_back_is_still_a_tree()
    {
        Write("repo/base/one", "1");
        Write("repo/base/old", "old");
        Stage(Folder("repo/base"));
        Directory.Delete(PathOf("repo/app/deps"), recursive: true);
        Write("repo/app/deps/one", "1");
        Write("repo/app/deps/old", "old");
        File.Delete(PathOf("repo/base/old"));

        Stage(Folder("repo/base"));

        Assert.Equal(["one=1"], Listing());
    }

    [Fact]
    public void A_tree_that_lies_there_already_is_adopted_without_writing()
    {
        Write("repo/base/a/one", "1");
        DateTime before = File.GetLastWriteTimeUtc(Write("repo/app/deps/a/one", "1"));

        StagedTree staged = Stage(Folder("repo/base"));

        Assert.Equal(("checked", 0), (staged.How, staged.Written));
        Assert.Equal(before, File.GetLastWriteTimeUtc(PathOf("repo/app/deps/a/one")));
    }

    [Fact]
    public void The_key_is_of_the_content_and_not_of_times_or_places()
    {
        Write("repo/base/a/one", "1");
        StagedTree first = Stage(Folder("repo/base"));
        Write("repo/copy/a/one", "1");
        File.SetLastWriteTimeUtc(PathOf("repo/copy/a/one"), DateTime.UtcNow.AddDays(-3));

        Assert.Equal(first.Key, Stage(Folder("repo/copy")).Key);
        Write("repo/copy/a/one", "2");
        Assert.NotEqual(first.Key, Stage(Folder("repo/copy")).Key);
        Write("repo/copy/a/one", "1");
        Assert.NotEqual(first.Key, Stage(Folder("repo/copy", into: "elsewhere")).Key);
    }

    [Fact]
    public void A_source_that_changes_twice_within_the_clocks_tick_is_seen()
    {
        for (int i = 0; i < 20; i++)
        {
            Write("repo/base/one", $"{i:00}");
            Stage(Folder("repo/base"));
            Assert.Equal([$"one={i:00}"], Listing());
        }
    }

    [Fact]
    public void Without_a_store_it_is_staged_all_the_same()
    {
        Write("repo/base/a/one", "1");
        Stage(Request(Folder("repo/base")), withStore: false);
        Write("repo/base/a/one", "2");
        Stage(Request(Folder("repo/base")), withStore: false);

        Assert.Equal(["a/", "a/one=2"], Listing());
        Assert.False(Directory.Exists(PathOf("store")));
    }

    [Fact]
    public void Empty_folders_and_odd_names_are_staged()
    {
        Directory.CreateDirectory(PathOf("repo/base/empty/er"));
        Write("repo/base/ä ö/€ 'quoted' {0} %25;x", "odd");

        Stage(Folder("repo/base"));

        Assert.Equal(["empty/", "empty/er/", "ä ö/", "ä ö/€ 'quoted' {0} %25;x=odd"], Listing());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_folders_that_change_places_are_seen(bool inTheTree)
    {
        Write("repo/base/v1/lib/file", "one");
        Write("repo/base/v2/lib/file", "two");
        LetTheClockTick();
        Stage(Folder("repo/base"));
        Assert.Equal("in place", Stage(Folder("repo/base")).How);

        string place = PathOf(inTheTree ? "repo/app/deps" : "repo/base");
        Directory.Move(Path.Combine(place, "v1"), Path.Combine(place, "x"));
        Directory.Move(Path.Combine(place, "v2"), Path.Combine(place, "v1"));
        Directory.Move(Path.Combine(place, "x"), Path.Combine(place, "v2"));

        // With the names of the files as they were, only the folders tell which content lies where.
        StagedTree staged = Stage(Folder("repo/base"));
        string[] expected = inTheTree ? ["one", "two"] : ["two", "one"];
        Assert.Equal(["v1/", "v1/lib/", $"v1/lib/file={expected[0]}", "v2/", "v2/lib/", $"v2/lib/file={expected[1]}"], Listing());
        Assert.Equal("updated", staged.How);

        Directory.Delete(Destination, recursive: true);
        Assert.Equal(staged.Key, Stage(Folder("repo/base")).Key);
    }
}
