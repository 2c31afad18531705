using System.Globalization;
using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Says that a project was built once more with its commit, and how long that took.</summary>
[MSBuildMultiThreadableTask]
public sealed class ReportExact : CacheTask
{
    /// <summary>Path of the project.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>When it began, in ticks.</summary>
    [Required]
    public string Since { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        double seconds = TimeSpan.FromTicks(DateTime.UtcNow.Ticks - long.Parse(Since, CultureInfo.InvariantCulture)).TotalSeconds;
        string text = string.Format(CultureInfo.InvariantCulture, Diagnostics.BuiltOnceMore.Text, Path.GetFileName(Project), seconds.ToString("0.0", CultureInfo.InvariantCulture));

        // A message that is seen: it took time that one setting spares.
        Log.LogMessage(MessageImportance.High, "{0}: {1}", Diagnostics.BuiltOnceMore.Code, $"{text} ({Diagnostics.BuiltOnceMore.Page})");
    }
}
