using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>An output as it was left on disk.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Digest">The digest of what the build made: of the source, for a file that is the user's.</param>
/// <param name="Stamp">Its stamp, of a link itself.</param>
internal sealed record PlacedFile(string Path, Digest Digest, FileStamp Stamp)
{
    /// <summary>Whether it was a copy of what it was copied from, to the byte.</summary>
    public bool IsCopy { get; init; }

    /// <summary>For a copy that somebody changed after it was made, and that stays (<see cref="UsersCopies"/>): what it was copied from, absolute. "" for all others.</summary>
    public string UsersCopyOf { get; init; } = "";

    /// <summary>Whether it still is what was left: a file of ours by its stamp, one of the user's as long as MSBuild would not copy over it either.</summary>
    public bool IsIntact() => IsIntact(out _);

    /// <param name="now">Its stamp, of a link itself.</param>
    /// <inheritdoc cref="IsIntact()"/>
    public bool IsIntact(out FileStamp now) => FileStamp.TryReadLink(Path, out now) &&
        (now == Stamp || (UsersCopyOf.Length > 0 && UsersCopies.IsNewer(now, UsersCopyOf)));
}

/// <summary>What one project's folders hold: put there by us, or built and then published by us.</summary>
internal sealed record Placement
{
    /// <summary>Absolute path of the project. Two projects may share a folder in obj.</summary>
    public required string Project { get; init; }

    /// <summary>The key of what lies there; none while a build is under way that is not published yet, or that failed.</summary>
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

    /// <summary>Whether a file with the stamp that was noted is what it was; if not, only its content tells.</summary>
    /// <remarks>
    /// False after a restart of the machine, because what an earlier boot wrote may not have reached the disk. False
    /// where the file system keeps whole seconds and a file was young when it was noted. <see cref="Believes"/> also
    /// asks which file system a file lies on.
    /// </remarks>
    public bool IsBelieved { get; init; } = true;

    /// <summary>Which file systems show changes; <see langword="null"/> to believe all.</summary>
    public FileSystems? FileSystems { get; init; }

    /// <summary>Whether a file that has the stamp that was noted is what it was.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="now">Its stamp.</param>
    public bool Believes(string path, FileStamp now) => IsBelieved && FileSystems?.ShowChanges(path, now) != false;

    /// <summary>
    /// Whether every file still is what was placed. Nothing is read: size, times, number and mode tell, as long as they
    /// are believed.
    /// </summary>
    public bool IsIntact() => IsBelieved && !ActionKey.IsNone &&
        Files.All(file => file.IsIntact(out FileStamp now) && Believes(file.Path, now));
}

/// <summary>Keeps one placement for each intermediate folder, on this machine only.</summary>
/// <remarks>
/// placement = "bc-placed/2" boot project actionKey visible facts targetPath seconds count file* warnings checksum
/// file      = path digest stamp (0 | 1: a copy | 2 source: a copy of the user's)
/// Versions: 1, the first; 2, the boot, the project, copies, and those of the user's.
/// </remarks>
/// <param name="layout">The store.</param>
/// <param name="boot">What tells this boot of the machine from others.</param>
/// <param name="fileSystems">Which file systems show changes; <see langword="null"/> to believe all.</param>
internal sealed class PlacementStore(StoreLayout layout, string boot, FileSystems? fileSystems = null)
{
    private const string Magic = "bc-placed/2";
    private const int Copy = 1;
    private const int UsersCopy = 2;

    /// <summary>What a project's build left in its intermediate folder; <see langword="null"/> if that is not known, or another project was there last.</summary>
    /// <param name="intermediateFolder">The folder, absolute.</param>
    /// <param name="project">The project, absolute.</param>
    public Placement? Read(string intermediateFolder, string project) =>
        Read(intermediateFolder) is { } placement && placement.Project.Equals(project, RootMap.Comparison) ? placement : null;

    /// <summary>What the last build left in an intermediate folder, whichever project's it was; <see langword="null"/> if that is not known.</summary>
    public Placement? Read(string intermediateFolder)
    {
        string path = layout.PlacementPath(intermediateFolder);
        Placement? placement = RecordReader.Read(LocalStore.TryRead(path), Magic, reader => new Placement
        {
            FileSystems = fileSystems,
            IsBelieved = reader.ReadString() == boot,
            Project = reader.ReadString(),
            ActionKey = reader.ReadDigest(),
            Visible = reader.ReadDigest(),
            Facts = reader.ReadDigest(),
            TargetPath = reader.ReadString(),
            Seconds = reader.ReadDouble(),
            Files = EntryFormat.ReadList(reader, ReadFile),
            Warnings = EntryFormat.ReadWarnings(reader),
        });
        return placement is null || !IsYoung(placement, path) ? placement : placement with { IsBelieved = false };
    }

    /// <summary>
    /// Whether a file may have changed after it was noted without another stamp, since the file system keeps whole
    /// seconds.
    /// </summary>
    private static bool IsYoung(Placement placement, string notedIn)
    {
        long noted = 0;
        foreach (PlacedFile file in placement.Files)
        {
            if (file.Stamp.IsCoarse && file.Stamp != default)
            {
                noted = noted > 0 ? noted : FileStamp.Nanoseconds(File.GetLastWriteTimeUtc(notedIn));
                if (file.Stamp.LatestChangeNs > noted)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static PlacedFile ReadFile(RecordReader reader)
    {
        PlacedFile file = new(reader.ReadString(), reader.ReadDigest(), new FileStamp(
            reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), (ulong)reader.ReadNumber(), (ushort)reader.ReadNumber()));
        return reader.ReadNumber() switch
        {
            0 => file,
            Copy => file with { IsCopy = true },
            _ => file with { IsCopy = true, UsersCopyOf = reader.ReadString() },
        };
    }

    public void Write(string intermediateFolder, Placement placement)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(placement.IsBelieved ? boot : "");
        writer.Write(placement.Project);
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
            writer.Write(file.UsersCopyOf.Length > 0 ? UsersCopy : file.IsCopy ? Copy : 0);
            if (file.UsersCopyOf.Length > 0)
            {
                writer.Write(file.UsersCopyOf);
            }
        }

        EntryFormat.WriteWarnings(writer, placement.Warnings);
        AtomicFile.Write(layout, layout.PlacementPath(intermediateFolder), writer.Finish());
    }

    /// <summary>Notes that a folder is about to change: what lies there is nobody's result any more. What was placed last stays known, since only that is ours to take away.</summary>
    /// <param name="intermediateFolder">The folder, absolute.</param>
    /// <param name="before">What was known of it; <see langword="null"/> for nothing.</param>
    public void Suspend(string intermediateFolder, Placement? before)
    {
        if (before is null)
        {
            // Of another project, or damaged: a killed process must not leave a record of what is not there.
            AtomicFile.TryDelete(layout.PlacementPath(intermediateFolder));
            return;
        }

        if (before.ActionKey.IsNone)
        {
            return;
        }

        try
        {
            Write(intermediateFolder, before with { ActionKey = default });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            AtomicFile.TryDelete(layout.PlacementPath(intermediateFolder));
        }
    }
}
