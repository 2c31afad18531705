using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>An output as it was left on disk.</summary>
internal sealed record PlacedFile(string Path, Digest Digest, FileStamp Stamp);

/// <summary>What one project's folders hold: put there by us, or built and then published by us.</summary>
internal sealed record Placement
{
    public required Digest ActionKey { get; init; }

    public required Digest Visible { get; init; }

    /// <summary>The blob with the facts that these outputs were made of.</summary>
    public required Digest Facts { get; init; }

    /// <summary>Absolute path of the main output.</summary>
    public required string TargetPath { get; init; }

    /// <summary>How long the build took that made them, in seconds.</summary>
    public required double Seconds { get; init; }

    public required IReadOnlyList<PlacedFile> Files { get; init; }

    public required IReadOnlyList<CachedWarning> Warnings { get; init; }

    /// <summary>The newest time of any output: a changed input must be newer for MSBuild to notice it.</summary>
    public long NewestNs => Files.Count == 0 ? 0 : Files.Max(file => file.Stamp.ModifiedNs);

    /// <summary>Whether every file still is what was placed. Nothing is read: size, times, number and mode tell.</summary>
    public bool IsIntact() =>
        Files.All(file => FileStamp.TryReadLink(file.Path, out FileStamp now) && now == file.Stamp);
}

/// <summary>Keeps one placement for each intermediate folder, on this machine only.</summary>
/// <remarks>placement = "bc-placed/1" actionKey visible facts targetPath seconds count (path digest stamp)* warnings checksum. Versions: 1, the first.</remarks>
internal sealed class PlacementStore(StoreLayout layout)
{
    private const string Magic = "bc-placed/1";

    /// <summary>The placement of the project whose intermediate folder this is; <see langword="null"/> if none is known.</summary>
    public Placement? Read(string intermediateFolder)
    {
        if (LocalStore.TryRead(layout.PlacementPath(intermediateFolder)) is not { } bytes)
        {
            return null;
        }

        try
        {
            using RecordReader? reader = RecordReader.Open(bytes, Magic);
            return reader is null ? null : new Placement
            {
                ActionKey = reader.ReadDigest(),
                Visible = reader.ReadDigest(),
                Facts = reader.ReadDigest(),
                TargetPath = reader.ReadString(),
                Seconds = reader.ReadDouble(),
                Files = EntryFormat.ReadList(reader, static reader => new PlacedFile(
                    reader.ReadString(), reader.ReadDigest(),
                    new FileStamp(reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), (ulong)reader.ReadNumber(), (ushort)reader.ReadNumber()))),
                Warnings = EntryFormat.ReadWarnings(reader),
            };
        }
        catch (Exception failure) when (failure is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public void Write(string intermediateFolder, Placement placement)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(placement.ActionKey);
        writer.Write(placement.Visible);
        writer.Write(placement.Facts);
        writer.Write(placement.TargetPath);
        writer.Write(placement.Seconds);
        writer.Write(placement.Files.Count);
        foreach (PlacedFile file in placement.Files)
        {
            writer.Write(file.Path);
            writer.Write(file.Digest);
            writer.Write(file.Stamp.Size);
            writer.Write(file.Stamp.ModifiedNs);
            writer.Write(file.Stamp.ChangedNs);
            writer.Write((long)file.Stamp.Inode);
            writer.Write(file.Stamp.Mode);
        }

        EntryFormat.WriteWarnings(writer, placement.Warnings);
        AtomicFile.Write(layout, layout.PlacementPath(intermediateFolder), writer.Finish());
    }

    /// <summary>Forgets what the folder holds, before it is changed: a killed process must not leave a record of what is not there.</summary>
    public void Forget(string intermediateFolder) => AtomicFile.TryDelete(layout.PlacementPath(intermediateFolder));
}
