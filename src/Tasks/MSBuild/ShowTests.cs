using BuildCache.Reporting;
using BuildCache.Testing;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Shows the result of an earlier run as the runner would, and says that it is from the cache.</summary>
[MSBuildMultiThreadableTask]
public sealed class ShowTests : TestTask
{
    /// <summary>"1" where the terminal logger is in use, which counts tests by messages of its own kind.</summary>
    public string Structured { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope || !SessionLease.Tests(BuildEngine4).TryRemove(scope.Identity, out FoundTests? found))
        {
            return;
        }

        TestLines lines = new(found, scope.Place.TargetPath, scope.Instance.GetPropertyValue("TargetFramework"));
        if (Structured == "1")
        {
            ShowStructured(found.Report, lines.Total());
        }

        foreach (string line in lines.All(TestLines.IsDetailed(RunOf(scope))))
        {
            Log.LogMessage(MessageImportance.High, "{0}", line);
        }
    }

    /// <summary>The terminal logger's own messages of a test run, as VSTest's task sends them.</summary>
    private void ShowStructured(TestReport report, string total)
    {
        BuildEngine.LogMessageEvent(new ExtendedBuildMessageEventArgs("TLTESTFINISH", total, null, null, MessageImportance.High)
        {
            ExtendedMetadata = new Dictionary<string, string?>
            {
                ["total"] = Text(report.Results.Count),
                ["passed"] = Text(report.Passed),
                ["skipped"] = Text(report.Skipped),
                ["failed"] = "0",
            },
        });
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
