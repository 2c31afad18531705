using System.Text;
using BuildCache.Testing;

namespace BuildCache.Tests.Testing;

public class TestReportTests : TestFolder
{
    [Fact]
    public void A_report_tells_outcomes_messages_and_how_long_the_run_took()
    {
        TestReport report = TestReport.Read(WriteReport(isWhole: true))!;

        Assert.Equal((1, 1, 1, 3), (report.Passed, report.Failed, report.Skipped, report.Attachments));
        Assert.Equal(TimeSpan.FromTicks(70), report.Duration);
        Assert.Equal([new TestMessage(1, "careful")], report.Messages);
        Assert.Equal("/results", report.ResultsFolder);
        Assert.True(report.IsComplete);
    }

    [Fact]
    public void A_report_of_a_run_that_was_cut_off_is_none()
    {
        byte[] whole = File.ReadAllBytes(WriteReport(isWhole: true));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(TestReport.Read(Write("cut", whole[..length])));
        }
    }

    [Fact]
    public void What_is_no_report_is_none()
    {
        Assert.Null(TestReport.Read(PathOf("nowhere")));
        Assert.Null(TestReport.Read(Write("other", "something else")));
        Assert.Null(TestReport.Read(WriteReport(isWhole: false)));
    }

    [Fact]
    public void A_record_comes_back_as_it_was_and_a_damaged_one_does_not()
    {
        TestRecord record = new(TestVerdict.Passed, TestReport.Read(WriteReport(isWhole: true))!);
        byte[] bytes = record.ToBytes();

        TestRecord read = TestRecord.Read(bytes)!;
        Assert.Equal((TestVerdict.Passed, record.Report.Duration), (read.Verdict, read.Report.Duration));
        Assert.Equal(record.Report.Results, read.Report.Results);
        Assert.Equal(record.Report.Messages, read.Report.Messages);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] flipped = [.. bytes];
            flipped[at] ^= 4;
            Assert.Null(TestRecord.Read(flipped));
        }
    }

    [Fact]
    public void Outcomes_are_the_same_in_another_order_and_other_times_but_not_with_another_outcome()
    {
        TestResult a = new("A", TestOutcome.Passed, TimeSpan.FromSeconds(1));
        TestResult b = new("B", TestOutcome.Skipped, default);

        Assert.Equal(TestRecord.OutcomesOf(Report(a, b)), TestRecord.OutcomesOf(Report(b, a with { Duration = default })));
        Assert.NotEqual(TestRecord.OutcomesOf(Report(a, b)), TestRecord.OutcomesOf(Report(a, b with { Outcome = TestOutcome.Passed })));
        Assert.NotEqual(TestRecord.OutcomesOf(Report(a, b)), TestRecord.OutcomesOf(Report(a)));
    }

    [Fact]
    public void The_totals_read_as_VSTest_writes_them()
    {
        FoundTests found = new(Report(new TestResult("A", TestOutcome.Passed, default)) with { Duration = TimeSpan.FromMilliseconds(64) }, [], 1);

        Assert.Equal("Passed!  - Failed:     0, Passed:     1, Skipped:     0, Total:     1, Duration: 64 ms - App.Tests.dll (net10.0) (from the cache)", new TestLines(found, "/bin/App.Tests.dll", "net10.0").Total());
        Assert.Equal("< 1 ms", TestLines.Duration(default));
        Assert.Equal("2 m 3 s", TestLines.Duration(new TimeSpan(0, 2, 3)));
    }

    private static TestReport Report(params TestResult[] results) => new() { Results = results, Messages = [], Duration = default };

    /// <summary>As the logger writes it.</summary>
    private string WriteReport(bool isWhole)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write(isWhole ? "bc-test-report/1" : "bc-test-report/0");
        writer.Write("/results");
        writer.Write('M');
        writer.Write(1);
        writer.Write("careful");
        foreach ((int outcome, long start) in (ReadOnlySpan<(int, long)>)[(1, 100), (2, 120), (3, 150)])
        {
            writer.Write('T');
            writer.Write("test " + outcome);
            writer.Write(outcome);
            writer.Write(20L);
            writer.Write(start);
            writer.Write(start + 20);
            writer.Write(0);
        }

        writer.Write('E');
        writer.Write(true);
        writer.Write(3);
        writer.Flush();
        return Write("report", bytes.ToArray());
    }
}
