using BuildCache.Scheduling;
using BuildCache.Storage;

namespace BuildCache.Tests.Scheduling;

public class WorkHistoryTests : TestFolder
{
    private static readonly WorkKey s_app = new(WorkKey.Build, "src/App/App.csproj", "net10.0", "Debug");

    private StoreLayout Layout => new(Scratch);

    private WorkHistory History() => new(Layout, Log);

    [Fact]
    public void A_run_is_remembered_by_the_next_build()
    {
        History().NoteRun(s_app, 12.5, new WorkShape(4000, ["src/Lib/Lib.csproj"]));

        WorkRecord? known = History().Find(s_app);
        Assert.NotNull(known);
        Assert.Equal(12.5, known.Seconds);
        Assert.Equal(1, known.Runs);
        Assert.Equal(4000, known.Shape.SourceBytes);
        Assert.Equal(["src/Lib/Lib.csproj"], known.Shape.References);
    }

    [Fact]
    public void The_last_run_counts_a_fifth()
    {
        WorkHistory history = History();
        history.NoteRun(s_app, 10);
        history.NoteRun(s_app, 20);

        Assert.Equal(12, history.Find(s_app)!.Seconds, 9);
    }

    [Fact]
    public void Hits_do_not_change_the_duration_of_the_work()
    {
        WorkHistory history = History();
        history.NoteRun(s_app, 10);
        history.NoteHit(s_app, 0.2);

        Assert.Equal(10, history.Find(s_app)!.Seconds);
        Assert.Equal(0.2, history.Find(s_app)!.HitSeconds);
    }

    [Fact]
    public void A_hit_that_takes_what_hits_take_is_not_written_again()
    {
        WorkHistory history = History();
        history.NoteHit(s_app, 0.20);
        history.NoteHit(s_app, 0.22);

        Assert.Equal(0.20, history.Find(s_app)!.HitSeconds);
        history.NoteHit(s_app, 5.20);
        Assert.Equal(1.20, history.Find(s_app)!.HitSeconds!.Value, 9);
    }

    [Fact]
    public void Work_that_was_only_spared_has_no_duration()
    {
        WorkHistory history = History();
        history.NoteHit(s_app, 0.2);

        Assert.False(history.Find(s_app)!.IsMeasured);
        history.NoteRun(s_app, 8);
        Assert.Equal(8, history.Find(s_app)!.Seconds);
    }

    [Fact]
    public void Kind_framework_and_configuration_tell_work_apart()
    {
        WorkHistory history = History();
        history.NoteRun(s_app, 1);

        Assert.Null(history.Find(s_app with { Kind = WorkKey.Test }));
        Assert.Null(history.Find(s_app with { Framework = "net9.0" }));
        Assert.Null(history.Find(s_app with { Configuration = "Release" }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e12)]
    public void What_cannot_be_a_duration_is_not_noted(double seconds)
    {
        History().NoteRun(s_app, seconds);
        History().NoteHit(s_app, seconds);

        Assert.Null(History().Find(s_app));
    }

    [Fact]
    public void A_damaged_file_is_none_and_is_written_anew()
    {
        History().NoteRun(s_app, 10);
        string file = Assert.Single(Directory.GetFiles(Layout.History, "*", SearchOption.AllDirectories));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[20] ^= 1;
        File.WriteAllBytes(file, bytes);

        Assert.Null(History().Find(s_app));
        Assert.Empty(History().All());
        History().NoteRun(s_app, 3);
        Assert.Equal(3, History().Find(s_app)!.Seconds);
    }

    [Fact]
    public void A_file_of_other_work_is_not_believed()
    {
        History().NoteRun(s_app, 10);
        string file = Assert.Single(Directory.GetFiles(Layout.History, "*", SearchOption.AllDirectories));
        WorkKey other = s_app with { Name = "src/Other/Other.csproj" };
        Write(Path.GetRelativePath(Scratch, Layout.WorkPath(other.ToString())), File.ReadAllBytes(file));

        Assert.Null(History().Find(other));
    }

    [Fact]
    public void Many_threads_and_histories_lose_nothing_but_measurements_of_the_same_work()
    {
        WorkHistory one = History();
        WorkHistory two = History();
        Parallel.For(0, 200, at => (at % 2 == 0 ? one : two).NoteRun(s_app with { Name = $"P{at % 50}" }, 1 + (at % 50)));

        WorkRecord[] all = [.. History().All()];
        Assert.Equal(50, all.Length);
        Assert.All(all, record => Assert.Equal(1 + int.Parse(record.Key.Name[1..], System.Globalization.CultureInfo.InvariantCulture), record.Seconds, 9));
    }

    [Fact]
    public void A_history_that_cannot_be_written_fails_nothing()
    {
        Write("v1", "a file where the store should be");
        History().NoteRun(s_app, 1);

        Assert.NotEmpty(Log.Details);
        Assert.Null(History().Find(s_app));
    }

    [Fact]
    public void Records_from_elsewhere_fill_only_what_is_not_known()
    {
        WorkHistory history = History();
        history.NoteRun(s_app, 10);
        WorkKey other = s_app with { Name = "src/Other/Other.csproj" };
        int taken = history.Adopt([
            new WorkRecord(s_app, 99, 1, null, WorkShape.Unknown),
            new WorkRecord(other, 7, 3, 0.1, WorkShape.Unknown),
            new WorkRecord(other with { Name = "Bad" }, double.NaN, 1, null, WorkShape.Unknown)]);

        Assert.Equal(1, taken);
        Assert.Equal(10, history.Find(s_app)!.Seconds);
        Assert.Equal(7, history.Find(other)!.Seconds);
    }
}
