using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging;

public class RestoreJournalTests : TestFolder
{
    private string Journal => PathOf($"obj/{RestoreJournal.FileName}");

    [Fact]
    public void What_a_killed_restore_listed_is_removed()
    {
        string half = Write("bin/half", "ha");
        string beside = Write("bin/whole.bc-new", "new");
        string other = Write("bin/other", "not listed");
        Write("obj/" + RestoreJournal.FileName, $"{half}\n{PathOf("bin/whole")}\n{PathOf("none/at/all")}\nend");

        Assert.True(RestoreJournal.Recover(PathOf("obj")));

        Assert.False(File.Exists(half) || File.Exists(beside) || File.Exists(Journal));
        Assert.True(File.Exists(other));
        Assert.False(RestoreJournal.Recover(PathOf("obj")));
    }

    [Fact]
    public void A_list_that_was_cut_off_counts_for_nothing()
    {
        // The last line is half of a path, and another file has that name. Nothing had been touched yet.
        string source = Write("App/App", "a source");
        Write("obj/" + RestoreJournal.FileName, $"{PathOf("App/bin/x")}\n{source}");

        Assert.True(RestoreJournal.Recover(PathOf("obj")));

        Assert.True(File.Exists(source));
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task A_restore_at_work_is_left_alone_and_the_next_waits_for_it()
    {
        string output = Write("bin/output", "of the one at work");
        RestoreJournal first = RestoreJournal.Begin(PathOf("obj"), [output], CancellationToken.None);

        Assert.False(RestoreJournal.Recover(PathOf("obj")));
        Task<RestoreJournal> second = Task.Run(() => RestoreJournal.Begin(PathOf("obj"), [output], CancellationToken.None));
        await Task.WhenAny(second, Task.Delay(100));
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();

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
            OutputRestorer restorer = new(store, Roots(), new StatMemo(null, Log));
            for (int round = 0; round < 10; round++)
            {
                Assert.Equal(31, restorer.Restore(entry, PathOf("repo/App/obj"), before: null, CancellationToken.None)!.Count);
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
        OutputRestorer restorer = new(store, Roots(), new StatMemo(null, Log));
        CacheEntry entry = Entries.Entry("key", Entries.Output(store, "{repo}/App/bin/a", "new"), Entries.Output(store, "{repo}/App/bin/b", "new"));

        Assert.ThrowsAny<Exception>(() => restorer.Restore(entry, PathOf("repo/App/obj"), before: null, CancellationToken.None));

        Assert.Empty(Directory.GetFiles(PathOf("repo/App"), "*", SearchOption.AllDirectories));
    }
}
