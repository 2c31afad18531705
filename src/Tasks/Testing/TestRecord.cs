using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Testing;

/// <summary>What is known of the tests behind one key.</summary>
internal enum TestVerdict
{
    /// <summary>Every run passed, with the same outcome of every test.</summary>
    Passed = 1,

    /// <summary>Every run failed. Nothing to show again; kept to see whether a later run with the same inputs passes.</summary>
    Failed = 2,

    /// <summary>Runs with the same inputs ended differently: never to be shown again.</summary>
    Unsteady = 3,
}

/// <summary>A verdict with the run behind it.</summary>
/// <remarks>
/// record  = "bc-tests/1" verdict durationTicks count result* count message* checksum
/// result  = name outcome durationTicks
/// message = level text
/// Versions: 1, the first.
/// </remarks>
internal sealed record TestRecord(TestVerdict Verdict, TestReport Report)
{
    private const string Magic = "bc-tests/1";

    /// <summary>Stands for the outcome of every test, whatever their order and times.</summary>
    public static Digest OutcomesOf(TestReport report)
    {
        using CanonicalHasher hasher = new("test-outcomes/1");
        foreach (TestResult result in report.Results.OrderBy(static result => result.Name, StringComparer.Ordinal).ThenBy(static result => result.Outcome))
        {
            hasher.Add(1, result.Name);
            hasher.Add(2, (long)result.Outcome);
        }

        return hasher.Finish();
    }

    public byte[] ToBytes()
    {
        using RecordWriter writer = new(Magic);
        writer.Write((long)Verdict);
        writer.Write(Report.Duration.Ticks);
        writer.Write(Report.Results.Count);
        foreach (TestResult result in Report.Results)
        {
            writer.Write(result.Name);
            writer.Write((long)result.Outcome);
            writer.Write(result.Duration.Ticks);
        }

        writer.Write(Report.Messages.Count);
        foreach (TestMessage message in Report.Messages)
        {
            writer.Write(message.Level);
            writer.Write(message.Text);
        }

        return writer.Finish();
    }

    /// <summary>The record; <see langword="null"/> when the bytes are not a whole one of this version.</summary>
    public static TestRecord? Read(byte[] bytes) => RecordReader.Read(bytes, Magic, static reader =>
    {
        TestVerdict verdict = (TestVerdict)reader.ReadNumber();
        TimeSpan duration = TimeSpan.FromTicks(reader.ReadNumber());
        return new TestRecord(verdict, new TestReport
        {
            Duration = duration,
            Results = EntryFormat.ReadList(reader, static reader => new TestResult(reader.ReadString(), (TestOutcome)reader.ReadNumber(), TimeSpan.FromTicks(reader.ReadNumber()))),
            Messages = EntryFormat.ReadList(reader, static reader => new TestMessage((int)reader.ReadNumber(), reader.ReadString())),
        });
    });
}
