using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>Reads and writes entries.</summary>
/// <remarks>
/// entry   = "bc-entry/1" key visible targetPath boundTo seconds provenance facts count output* count warning* checksum
/// output  = path kind digest size permissions source
/// warning = subcategory code helpLink file line column endLine endColumn message
/// Versions: 1, the first.
/// </remarks>
internal static class EntryFormat
{
    private const string Magic = "bc-entry/1";

    public static byte[] Write(CacheEntry entry)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(entry.ActionKey);
        writer.Write(entry.Visible);
        writer.Write(entry.TargetPath);
        writer.Write(entry.BoundTo);
        writer.Write(entry.Seconds);
        writer.Write(entry.Provenance);
        writer.Write(entry.Facts);
        writer.Write(entry.Outputs.Count);
        foreach (CachedOutput output in entry.Outputs)
        {
            writer.Write(output.Path);
            writer.Write((long)output.Kind);
            writer.Write(output.Digest);
            writer.Write(output.Size);
            writer.Write((long)output.Permissions);
            writer.Write(output.Source);
        }

        WriteWarnings(writer, entry.Warnings);
        return writer.Finish();
    }

    /// <summary>The entry; <see langword="null"/> when the bytes are not a whole entry of this version for this key.</summary>
    public static CacheEntry? Read(byte[] bytes, Digest expectedKey) => RecordReader.Read(
        bytes, Magic, reader => reader.ReadDigest() != expectedKey ? null : new CacheEntry
        {
            ActionKey = expectedKey,
            Visible = reader.ReadDigest(),
            TargetPath = reader.ReadString(),
            BoundTo = reader.ReadString(),
            Seconds = reader.ReadDouble(),
            Provenance = reader.ReadString(),
            Facts = reader.ReadDigest(),
            Outputs = ReadList(reader, static reader => new CachedOutput(
                reader.ReadString(), (OutputKind)reader.ReadNumber(), reader.ReadDigest(), reader.ReadNumber(), (UnixFileMode)reader.ReadNumber(), reader.ReadString())),
            Warnings = ReadWarnings(reader),
        });

    public static void WriteWarnings(RecordWriter writer, IReadOnlyList<CachedWarning> warnings)
    {
        writer.Write(warnings.Count);
        foreach (CachedWarning warning in warnings)
        {
            writer.Write(warning.Subcategory);
            writer.Write(warning.Code);
            writer.Write(warning.HelpLink);
            writer.Write(warning.File);
            writer.Write(warning.Line);
            writer.Write(warning.Column);
            writer.Write(warning.EndLine);
            writer.Write(warning.EndColumn);
            writer.Write(warning.Message);
        }
    }

    public static IReadOnlyList<CachedWarning> ReadWarnings(RecordReader reader) =>
        ReadList(reader, static reader => new CachedWarning(
            reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(),
            (int)reader.ReadNumber(), (int)reader.ReadNumber(), (int)reader.ReadNumber(), (int)reader.ReadNumber(), reader.ReadString()));

    /// <summary>A count, then that many items.</summary>
    public static T[] ReadList<T>(RecordReader reader, Func<RecordReader, T> readItem)
    {
        T[] items = new T[reader.ReadCount()];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = readItem(reader);
        }

        return items;
    }
}
