using BuildCache.Reporting;
using BuildCache.Session;

namespace BuildCache.Tests.Session;

public class CacheSessionTests : TestFolder
{
    [Fact]
    public async Task Work_that_fails_in_the_background_holds_up_nothing_and_is_said()
    {
        using CacheSession session = new(new SessionPlaces(PathOf("cache"), PathOf("repo"), PathOf("packages"), PathOf("sdk")), new Dictionary<string, string>(), new BuildCache.Facts.ReadBefore());
        bool isDone = false;
        session.Post(_ => throw new InvalidOperationException("not foreseen"));
        session.Post(_ => isDone = true);

        // Before, the first failure ended the worker, and whoever waited for it waited for ever.
        await Task.Run(session.Flush);

        Assert.True(isDone);
        session.DrainReports(Log);
        Assert.Equal([Diagnostics.Unforeseen.Code], Log.Codes);
    }

    [Fact]
    public void A_fault_of_the_cache_is_one_warning_and_the_rest_is_detail()
    {
        SessionLog log = new();
        log.Report(Diagnostics.DamagedContent, "one");
        log.Report(Diagnostics.DamagedContent, "two");
        log.Report(Diagnostics.OutputClash, "a", "A", "B");
        log.Report(Diagnostics.OutputClash, "b", "A", "B");

        log.Drain(Log);

        Assert.Equal([Diagnostics.DamagedContent.Code, Diagnostics.OutputClash.Code, Diagnostics.OutputClash.Code], Log.Codes);
        Assert.Contains("two", Assert.Single(Log.Details), StringComparison.Ordinal);
    }
}
