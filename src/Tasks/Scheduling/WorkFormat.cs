using BuildCache.Storage;

namespace BuildCache.Scheduling;

/// <summary>How a record of the history lies in its file.</summary>
/// <remarks>record = "bc-work/1" kind name framework configuration seconds runs hitSeconds(-1: none) sourceBytes references* checksum.</remarks>
internal static class WorkFormat
{
    private const string Magic = "bc-work/1";

    public static byte[] Write(WorkRecord record)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(record.Key.Kind);
        writer.Write(record.Key.Name);
        writer.Write(record.Key.Framework);
        writer.Write(record.Key.Configuration);
        writer.Write(record.Seconds);
        writer.Write(record.Runs);
        writer.Write(record.HitSeconds ?? -1);
        writer.Write(record.Shape.SourceBytes);
        writer.Write(record.Shape.References.Count);
        foreach (string reference in record.Shape.References)
        {
            writer.Write(reference);
        }

        return writer.Finish();
    }

    /// <summary>The record; <see langword="null"/> if it is damaged, of another version, or says what cannot be.</summary>
    public static WorkRecord? Read(byte[] bytes) => RecordReader.Read(bytes, Magic, static reader =>
    {
        WorkKey key = new(reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        double seconds = reader.ReadDouble();
        long runs = reader.ReadNumber();
        double hit = reader.ReadDouble();
        long bytesOfSources = reader.ReadNumber();
        string[] references = EntryFormat.ReadList(reader, static reader => reader.ReadString());
        WorkRecord record = new(key, seconds, runs, hit < 0 ? null : hit, new WorkShape(bytesOfSources, references));
        return IsSound(record) ? record : null;
    });

    /// <summary>Whether a record, from wherever, says what can be.</summary>
    public static bool IsSound(WorkRecord record) =>
        record.Key.Kind.Length > 0 && record.Key.Name.Length > 0 && WorkRecord.IsDuration(record.Seconds) && record.Runs >= 0 &&
        (record.HitSeconds is not { } hit || WorkRecord.IsDuration(hit)) && record.Shape.SourceBytes >= 0;
}
