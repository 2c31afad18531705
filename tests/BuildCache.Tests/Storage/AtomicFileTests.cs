using System.Globalization;
using BuildCache.Storage;

namespace BuildCache.Tests.Storage;

public class AtomicFileTests : TestFolder
{
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
