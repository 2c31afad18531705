using System.Text;

namespace BuildCache.Testing;

/// <summary>How a test ended, with the numbers of VSTest.</summary>
internal enum TestOutcome
{
    None = 0,
    Passed = 1,
    Failed = 2,
    Skipped = 3,
    NotFound = 4,
}

/// <summary>One test as it ran.</summary>
/// <param name="Name">The name that people see.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct TestResult(string Name, TestOutcome Outcome, TimeSpan Duration);

/// <summary>Something that the test framework said.</summary>
/// <param name="Level">0 for information, 1 for a warning, 2 for an error.</param>
/// <param name="Text">The text.</param>
internal readonly record struct TestMessage(int Level, string Text);

/// <summary>How a run of one test assembly went, as the logger of this package wrote it down.</summary>
/// <remarks>The grammar stands at the logger, in src/TestLogger.</remarks>
internal sealed record TestReport
{
    private const string Magic = "bc-test-report/1";

    public required IReadOnlyList<TestResult> Results { get; init; }

    public required IReadOnlyList<TestMessage> Messages { get; init; }

    /// <summary>From the first test's start to the last one's end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether the run came to its end without being aborted. Says nothing about failures.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Files that tests or collectors attached.</summary>
    public int Attachments { get; init; }

    /// <summary>Where the run put its files.</summary>
    public string ResultsFolder { get; init; } = "";

    public int Passed => Results.Count(static result => result.Outcome == TestOutcome.Passed);

    public int Failed => Results.Count(static result => result.Outcome is TestOutcome.Failed or TestOutcome.NotFound);

    public int Skipped => Results.Count(static result => result.Outcome is TestOutcome.Skipped or TestOutcome.None);

    /// <summary>Reads a report; <see langword="null"/> if there is none, or the run was cut off before its end.</summary>
    public static TestReport? Read(string path)
    {
        try
        {
            using BinaryReader reader = new(File.OpenRead(path), Encoding.UTF8);
            return reader.ReadString() == Magic ? Read(reader) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static TestReport? Read(BinaryReader reader)
    {
        string folder = reader.ReadString();
        List<TestResult> results = [];
        List<TestMessage> messages = [];
        long first = long.MaxValue;
        long last = 0;
        int attachments = 0;
        while (true)
        {
            switch (reader.ReadChar())
            {
                case 'M':
                    messages.Add(new TestMessage(reader.ReadInt32(), reader.ReadString()));
                    break;
                case 'T':
                    results.Add(new TestResult(reader.ReadString(), (TestOutcome)reader.ReadInt32(), TimeSpan.FromTicks(reader.ReadInt64())));
                    first = Math.Min(first, reader.ReadInt64());
                    last = Math.Max(last, reader.ReadInt64());
                    attachments += reader.ReadInt32();
                    break;
                case 'E':
                    return new TestReport
                    {
                        Results = results,
                        Messages = messages,
                        Duration = TimeSpan.FromTicks(Math.Max(0, last - first)),
                        IsComplete = reader.ReadBoolean(),
                        Attachments = attachments + reader.ReadInt32(),
                        ResultsFolder = folder,
                    };
                default:
                    return null;
            }
        }
    }
}
