using System.Collections.Frozen;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>A project that the solution gate found unchanged and put in place.</summary>
internal readonly record struct UnchangedProject(Digest ActionKey, Digest Visible);

/// <summary>Tells the other nodes of a build which projects the solution gate has already answered, by their folders in obj.</summary>
/// <remarks>list = "bc-unchanged/1" count (place actionKey visible)* checksum. One file for each build, under a name of its own.</remarks>
internal static class UnchangedList
{
    private const string Magic = "bc-unchanged/1";

    /// <summary>Writes the list, and returns its path.</summary>
    public static string Write(StoreLayout layout, IReadOnlyCollection<(string Place, UnchangedProject Project)> projects)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(projects.Count);
        foreach ((string place, UnchangedProject project) in projects)
        {
            writer.Write(place);
            writer.Write(project.ActionKey);
            writer.Write(project.Visible);
        }

        string path = Path.Combine(layout.Verdicts, Guid.NewGuid().ToString("N"));
        AtomicFile.Write(layout, path, writer.Finish());
        return path;
    }

    /// <summary>The list; empty if it cannot be read.</summary>
    public static FrozenDictionary<string, UnchangedProject> Read(string path) => RecordReader.Read(
        LocalStore.TryRead(path), Magic, static reader => EntryFormat
            .ReadList(reader, static reader => (Place: reader.ReadString(), Project: new UnchangedProject(reader.ReadDigest(), reader.ReadDigest())))
            .ToFrozenDictionary(each => each.Place, each => each.Project, RootMap.Comparer))
        ?? FrozenDictionary<string, UnchangedProject>.Empty;
}
