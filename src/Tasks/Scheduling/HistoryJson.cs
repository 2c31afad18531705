using System.Text.Json;
using System.Text.Json.Serialization;

namespace BuildCache.Scheduling;

/// <summary>The history as a file that people read and carry to another machine.</summary>
/// <remarks>{ "schemaVersion": 1, "work": [ { "kind", "name", "framework", "configuration", "seconds", "runs", "hitSeconds", "sourceBytes", "references" } ] }</remarks>
internal static class HistoryJson
{
    private const int Version = 1;

    /// <summary>The text of a history, in the order of its keys.</summary>
    public static string Write(IEnumerable<WorkRecord> records) => JsonSerializer.Serialize(
        new HistoryDocument(Version, [.. records
            .OrderBy(record => record.Key.ToString(), StringComparer.Ordinal)
            .Select(record => new HistoryRow(
                record.Key.Kind, record.Key.Name, record.Key.Framework, record.Key.Configuration,
                Math.Round(record.Seconds, 4), record.Runs, record.HitSeconds is { } hit ? Math.Round(hit, 4) : null, record.Shape.SourceBytes, record.Shape.References))]),
        HistoryJsonContext.Default.HistoryDocument);

    /// <summary>The records in a text. Rows that say what cannot be are left out.</summary>
    /// <exception cref="InvalidDataException">It is no history, or one of another version.</exception>
    public static IReadOnlyList<WorkRecord> Read(string text)
    {
        HistoryDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(text, HistoryJsonContext.Default.HistoryDocument);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"it is no JSON of a history: {failure.Message}", failure);
        }

        return document is not { SchemaVersion: Version, Work: { } work }
            ? throw new InvalidDataException($"its schemaVersion is not {Version}")
            : [.. work.Where(row => row is { Kind: not null, Name: not null }).Select(row => new WorkRecord(
                new WorkKey(row.Kind, row.Name, row.Framework ?? "", row.Configuration ?? ""), row.Seconds, row.Runs, row.HitSeconds,
                new WorkShape(row.SourceBytes, [.. row.References?.Where(name => name is not null) ?? []]))).Where(WorkFormat.IsSound)];
    }
}

internal sealed record HistoryDocument(int SchemaVersion, IReadOnlyList<HistoryRow> Work);

internal sealed record HistoryRow(
    string Kind, string Name, string Framework, string Configuration, double Seconds, long Runs, double? HitSeconds, long SourceBytes, IReadOnlyList<string> References);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HistoryDocument))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
