using System.Globalization;
using BuildCache.Storage;

namespace BuildCache.Tests.Storage;

public class AtomicFileTests : TestFolder
{
    [Fact]
    public void A_file_replaces_what_has_its_name_and_makes_its_folder()
    {
        AtomicFile.Commit(Write("temporary", "new"), Write("there/name", "old"));
        AtomicFile.Commit(Write("temporary", "first"), PathOf("not/there/name"));

        Assert.Equal("new", File.ReadAllText(PathOf("there/name")));
        Assert.Equal("first", File.ReadAllText(PathOf("not/there/name")));
        Assert.False(File.Exists(PathOf("temporary")));
    }

    [Fact]
    public void What_cannot_be_renamed_is_said()
    {
        Assert.Throws<FileNotFoundException>(() => AtomicFile.Commit(PathOf("absent"), PathOf("folder/name")));
        Directory.CreateDirectory(PathOf("name/full"));
        Assert.ThrowsAny<SystemException>(() => AtomicFile.Commit(Write("temporary", "text"), PathOf("name")));
        Assert.Equal("text", File.ReadAllText(PathOf("temporary")));
    }

    /// <summary>Whether the process's mask takes permissions away or not, the file gets the ones that it is to have.</summary>
    [Theory]
    [InlineData(0x1ED)] // rwxr-xr-x
    [InlineData(0x1FF)] // rwxrwxrwx
    [InlineData(0x124)] // r--r--r--
    [InlineData(0x1A4)] // rw-r--r--
    [InlineData(0x180)] // rw-------
    public void A_file_has_the_permissions_that_were_asked_for(int mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        AtomicFile.Write(new StoreLayout(PathOf("cache")), PathOf("file"), "text"u8, (UnixFileMode)mode);

        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(PathOf("file")));
    }

    [Fact]
    public async Task Many_threads_may_write_into_a_folder_that_is_not_there_yet()
    {
        const int Threads = 4;
        const int Rounds = 1500;
        using Barrier together = new(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(number => Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    string temporary = Write($"temporary/{number}", "text");
                    together.SignalAndWait();
                    AtomicFile.Commit(temporary, PathOf(string.Create(CultureInfo.InvariantCulture, $"new/{round}/{number}")));
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(Threads * Rounds, Directory.GetFiles(PathOf("new"), "*", SearchOption.AllDirectories).Length);
    }
}
