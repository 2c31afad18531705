using BuildCache.Reporting;
using BuildCache.Scheduling;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Writes the history of durations into a file, or takes from one what is not known here.</summary>
[MSBuildMultiThreadableTask]
public sealed class CarryHistory : HistoryTask
{
    /// <summary>The JSON file; a relative path is the project's.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <summary>Whether to read the file instead of writing it.</summary>
    public bool Import { get; set; }

    private protected override void Run(ICacheLog log)
    {
        WorkHistory history = OpenHistory(log).History;
        string path = ProjectTask.Absolute(File, TaskEnvironment.ProjectDirectory);
        try
        {
            if (Import)
            {
                IReadOnlyList<WorkRecord> records = HistoryJson.Read(System.IO.File.ReadAllText(path));
                Log.LogMessage(MessageImportance.High, "BuildCache: {0} of {1} durations taken from '{2}'", history.Adopt(records), records.Count, path);
            }
            else
            {
                WorkRecord[] records = [.. history.All()];
                System.IO.File.WriteAllText(path, HistoryJson.Write(records));
                Log.LogMessage(MessageImportance.High, "BuildCache: {0} durations written to '{1}'", records.Length, path);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CacheException(Diagnostics.HistoryUnusable, path, failure.Message);
        }
    }
}
