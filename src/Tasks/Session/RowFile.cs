using System.Text.Json;
using BuildCache.Reporting;

namespace BuildCache.Session;

/// <summary>The rows of this process in this build: a line of JSON each, in a file of its own beside those of the other nodes.</summary>
internal sealed class RowFile(string folder) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ProjectRow> _own = [];
    private StreamWriter? _writer;
    private string _path = "";

    public void Add(ProjectRow row)
    {
        lock (_lock)
        {
            _own.Add(row);
            if (_writer is null)
            {
                Directory.CreateDirectory(folder);
                _path = Path.Combine(folder, $"{Environment.ProcessId:x}-{Guid.NewGuid():N}.jsonl");
                _writer = new StreamWriter(new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
            }

            _writer.WriteLine(JsonSerializer.Serialize(row, SummaryJson.Lines.ProjectRow));
        }
    }

    /// <summary>The rows of all nodes that were written since a time. Those of this process do not depend on the disk.</summary>
    public IReadOnlyList<ProjectRow> ReadAll(DateTime since)
    {
        List<ProjectRow> rows;
        lock (_lock)
        {
            rows = [.. _own.Where(row => row.At >= since)];
        }

        if (!Directory.Exists(folder))
        {
            return rows;
        }

        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*.jsonl").Where(file => file.LastWriteTimeUtc >= since && file.FullName != _path))
        {
            using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream);
            while (reader.ReadLine() is { } line)
            {
                if (Parse(line) is { } row && row.At >= since)
                {
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    /// <summary>A row; <see langword="null"/> for half of one, which another build that was killed, or is just writing, leaves.</summary>
    private static ProjectRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, SummaryJson.Lines.ProjectRow);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        try
        {
            _writer?.Dispose();
        }
        catch (IOException)
        {
            // A full disk: the rows were shown already.
        }
    }
}
