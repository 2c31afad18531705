using System.Globalization;

namespace BuildCache.Testing;

/// <summary>The lines that VSTest's console logger writes of a run, for one that is shown again.</summary>
internal sealed class TestLines(FoundTests found, string assembly, string framework)
{
    /// <summary>What marks a result that was not made now.</summary>
    public const string Mark = "(from the cache)";

    /// <summary>Whether passed tests have a line each, as with the verbosity normal.</summary>
    public static bool IsDetailed(TestRun run)
    {
        string verbosity = run.Loggers.Select(TestLogger.Parse).FirstOrDefault(static logger => logger.IsConsole)?.Parameters.GetValueOrDefault("verbosity") ?? run.Setting("VSTestVerbosity");
        return verbosity.ToLowerInvariant() is "n" or "normal" or "d" or "detailed" or "diag" or "diagnostic";
    }

    /// <summary>All lines, the totals last.</summary>
    public IEnumerable<string> All(bool detailed)
    {
        foreach (TestMessage message in found.Report.Messages.Where(message => detailed || message.Level > 0))
        {
            yield return message.Text;
        }

        foreach (TestResult result in found.Report.Results.Where(result => detailed || result.Outcome != TestOutcome.Passed))
        {
            yield return $"{(result.Outcome == TestOutcome.Passed ? "Passed" : "Skipped")} {result.Name} [{Duration(result.Duration)}]";
        }

        foreach (string file in found.Files)
        {
            yield return $"Results File: {file}";
        }

        yield return Total();
    }

    /// <summary>The line of the totals.</summary>
    public string Total() => string.Create(CultureInfo.InvariantCulture,
        $"Passed!  - Failed: {found.Report.Failed,5}, Passed: {found.Report.Passed,5}, Skipped: {found.Report.Skipped,5}, Total: {found.Report.Results.Count,5}, Duration: {Duration(found.Report.Duration)} - {Path.GetFileName(assembly)} ({framework}) {Mark}");

    /// <summary>A duration in the console logger's words.</summary>
    internal static string Duration(TimeSpan time) =>
        time.TotalDays >= 1 ? "> 1 d" :
        time.Hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} m") :
        time.Minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} m {time.Seconds} s") :
        time.Seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s") :
        time.Milliseconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.Milliseconds} ms") : "< 1 ms";
}
