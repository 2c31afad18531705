using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>One earlier build under a weak key: its action key, and the blob with its facts.</summary>
internal readonly record struct InputRecord(Digest ActionKey, Digest Facts);

/// <summary>The input records of the last eight builds under each weak key, the last match first.</summary>
/// <remarks>record = "bc-record/1" count (actionKey facts)* checksum. Versions: 1, the first.</remarks>
internal sealed class InputRecords(StoreLayout layout)
{
    private const int Most = 8;
    private const string Magic = "bc-record/1";

    /// <summary>The records under a weak key, newest first.</summary>
    public IReadOnlyList<InputRecord> Read(Digest weakKey) =>
        LocalStore.TryRead(layout.RecordPath(weakKey)) is { } bytes ? Read(bytes) ?? [] : [];

    /// <summary>Records; <see langword="null"/> when the bytes are not a whole file of this version.</summary>
    public static IReadOnlyList<InputRecord>? Read(byte[] bytes) => RecordReader.Read(bytes, Magic, static reader =>
        EntryFormat.ReadList(reader, static reader => new InputRecord(reader.ReadDigest(), reader.ReadDigest())));

    /// <summary>The bytes of a file with these records.</summary>
    public static byte[] Write(IReadOnlyCollection<InputRecord> records)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(records.Count);
        foreach (InputRecord each in records)
        {
            writer.Write(each.ActionKey);
            writer.Write(each.Facts);
        }

        return writer.Finish();
    }

    /// <summary>Puts a record first. Two builds that do so at once may lose one of the two: only an explanation or a prediction is lost.</summary>
    public void Add(Digest weakKey, InputRecord record)
    {
        InputRecord[] records = [record, .. Read(weakKey).Where(old => old.ActionKey != record.ActionKey).Take(Most - 1)];
        AtomicFile.Write(layout, layout.RecordPath(weakKey), Write(records));
    }
}
