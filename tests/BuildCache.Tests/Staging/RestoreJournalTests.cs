using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging;

public class RestoreJournalTests : TestFolder
{
    private static readonly Func<string, bool> NotTracked = static _ => false;

    private string Journal => PathOf($"obj/{RestoreJournal.FileName}");

    [Fact]
    public void What_a_killed_restore_listed_is_removed()
    {
        string half = Write("bin/half", "ha");
        string beside = Write("bin/whole.bc-new", "new");
        string other = Write("bin/other", "not listed");
        Write("obj/" + RestoreJournal.FileName, $"{half}\n{PathOf("bin/whole")}\n{PathOf("none/at/all")}\nend");

        Assert.True(RestoreJournal.Recover(PathOf("obj"), NotTracked));

        Assert.False(File.Exists(half) || File.Exists(beside) || File.Exists(Journal));
        Assert.True(File.Exists(other));
        Assert.False(RestoreJournal.Recover(PathOf("obj"), NotTracked));
    }

    /// <summary>Nobody can delete a file of /proc.</summary>
    [LinuxFact("/proc")]
    public void The_list_stays_until_all_of_it_was_done()
    {
        string half = Write("bin/half", "ha");
        string list = $"/proc/self/status\n{half}\nend";
        Write("obj/" + RestoreJournal.FileName, list);

        Assert.ThrowsAny<Exception>(() => RestoreJournal.Recover(PathOf("obj"), NotTracked));
        Assert.ThrowsAny<Exception>(() => RestoreJournal.Begin(PathOf("obj"), ["/other"], NotTracked, CancellationToken.None));

        Assert.False(File.Exists(half));
        Assert.Equal(list, File.ReadAllText(Journal));
        Write("obj/" + RestoreJournal.FileName, $"{half}\nend");
        Assert.True(RestoreJournal.Recover(PathOf("obj"), NotTracked));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public void A_file_that_git_has_in_its_index_is_never_removed()
    {
        string tracked = Write("bin/tracked", "of the user");
        string made = Write("bin/made", "half");
        Write("obj/" + RestoreJournal.FileName, $"{tracked}\n{made}\nend");

        Assert.True(RestoreJournal.Recover(PathOf("obj"), path => path == tracked));

        Assert.True(File.Exists(tracked));
        Assert.False(File.Exists(made));
    }

    [Fact]
    public void A_list_that_was_cut_off_counts_for_nothing()
    {
        // The last line is half of a path, and another file has that name. Nothing had been touched yet.
        string source = Write("App/App", "a source");
        Write("obj/" + RestoreJournal.FileName, $"{PathOf("App/bin/x")}\n{source}");

        Assert.True(RestoreJournal.Recover(PathOf("obj"), NotTracked));

        Assert.True(File.Exists(source));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task A_restore_at_work_is_left_alone_and_the_next_waits_for_it()
    {
        string output = Write("bin/output", "of the one at work");
        RestoreJournal first = RestoreJournal.Begin(PathOf("obj"), [output], NotTracked, CancellationToken.None);

        Assert.False(RestoreJournal.Recover(PathOf("obj"), NotTracked));
        Task<RestoreJournal> second = Task.Run(() => RestoreJournal.Begin(PathOf("obj"), [output], NotTracked, CancellationToken.None));
        await Task.WhenAny(second, Task.Delay(100));
        Assert.False(second.IsCompleted);
        first.Complete();
        first.Dispose();
        RestoreJournal next = await second;
        next.Complete();
        next.Dispose();

        Assert.True(File.Exists(output));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task Many_restores_into_one_folder_at_once_all_leave_it_whole()
    {
        LocalStore store = new(new StoreLayout(PathOf("cache")), Log);
        Directory.CreateDirectory(PathOf("repo"));
        CacheEntry entry = Entries.Entry("key", [.. Enumerable.Range(0, 30).Select(number => Entries.Output(store, $"{{repo}}/App/obj/file{number}", $"content {number}")), Entries.Output(store, "{repo}/App/obj/App.dll", "assembly")]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            OutputRestorer restorer = new(store, Roots(), new StatMemo(null, Log), new TrackedFiles());
            for (int round = 0; round < 10; round++)
            {
                Assert.Equal(31, restorer.Restore(entry, new RestorePlace(new BuildFolders(PathOf("repo/App/obj"), PathOf("repo/App/bin")), null), CancellationToken.None)!.Count);
            }
        })));

        Assert.Equal(31, Directory.GetFiles(PathOf("repo/App/obj")).Length);
        Assert.All(Enumerable.Range(0, 30), number => Assert.Equal($"content {number}", File.ReadAllText(PathOf($"repo/App/obj/file{number}"))));
        Assert.Empty(Log.Reports);
    }

    [Fact]
    public void What_fails_when_files_have_been_replaced_leaves_none_of_them()
    {
        LocalStore store = new(new StoreLayout(PathOf("cache")), Log);
        Write("repo/App/bin/a", "old");
        Directory.CreateDirectory(PathOf("repo/App/bin/b/in the way"));
        OutputRestorer restorer = new(store, Roots(), new StatMemo(null, Log), new TrackedFiles());
        CacheEntry entry = Entries.Entry("key", Entries.Output(store, "{repo}/App/bin/a", "new"), Entries.Output(store, "{repo}/App/bin/b", "new"));

        Assert.ThrowsAny<Exception>(() => restorer.Restore(entry, new RestorePlace(new BuildFolders(PathOf("repo/App/obj"), PathOf("repo/App/bin")), null), CancellationToken.None));

        Assert.Empty(Directory.GetFiles(PathOf("repo/App"), "*", SearchOption.AllDirectories));
    }
}
