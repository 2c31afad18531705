using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Facts;

/// <summary>Reads and writes records of projects and solutions.</summary>
/// <remarks>
/// project  = "bc-project/3" facts shared project checksum
/// solution = "bc-solution/4" packages facts count shared* count project* count restored* count (path entry)* checksum
/// facts    = count (kind name value text)*: each distinct fact once; the rest names facts by their number
/// Versions: project 1, solution 1, the first; solution 2, which projects each restore covers; project 2, solution 3, where a project's outputs lie; project 3, solution 4, which projects must be built though restore is spared.
/// </remarks>
internal static class SolutionRecordFormat
{
    private const string ProjectMagic = "bc-project/3";
    private const string SharedMagic = "bc-shared/1";
    private const string SolutionMagic = "bc-solution/4";

    /// <summary>A project without its shared facts, which are a file of their own.</summary>
    public static byte[] Write(ProjectRecord project)
    {
        using RecordWriter writer = new(ProjectMagic);
        FactTable table = new();
        table.Add(project);
        table.Write(writer);
        writer.Write(project.Shared.Key);
        Write(writer, project, table);
        return writer.Finish();
    }

    public static byte[] Write(SharedFacts shared)
    {
        using RecordWriter writer = new(SharedMagic);
        FactTable table = new();
        table.Add(shared.Facts);
        table.Write(writer);
        WriteShared(writer, shared, table);
        return writer.Finish();
    }

    public static byte[] Write(SolutionRecord solution)
    {
        using RecordWriter writer = new(SolutionMagic);
        FactTable table = new();
        SharedFacts[] shared = [.. solution.Projects.Select(project => project.Shared).DistinctBy(facts => facts.Key)];
        foreach (SharedFacts facts in shared)
        {
            table.Add(facts.Facts);
        }

        foreach (ProjectRecord project in solution.Projects)
        {
            table.Add(project);
        }

        foreach (RestoredPackages restored in solution.Restored.Values)
        {
            table.Add(restored.Required);
        }

        writer.Write(solution.Packages);
        table.Write(writer);
        WriteList(writer, shared, facts => WriteShared(writer, facts, table));
        Dictionary<Digest, int> numbers = shared.Index().ToDictionary(facts => facts.Item.Key, facts => facts.Index);
        WriteList(writer, solution.Projects, project =>
        {
            writer.Write(numbers[project.Shared.Key]);
            Write(writer, project, table);
        });
        WriteList(writer, solution.Restored, restored =>
        {
            writer.Write(restored.Key);
            writer.Write(restored.Value.Key);
            WriteList(writer, restored.Value.Covered, writer.Write);
            table.WriteNumbers(writer, restored.Value.Required);
            EntryFormat.WriteWarnings(writer, restored.Value.Warnings);
            writer.Write(restored.Value.Graph);
            writer.Write(restored.Value.GraphHash);
            writer.Write(restored.Value.Ineligible);
        });
        WriteList(writer, solution.Entries, entry =>
        {
            writer.Write(entry.Key);
            writer.Write(entry.Value);
        });
        return writer.Finish();
    }

    /// <summary>The project; <see langword="null"/> when the bytes are not a whole record of this version, or what it shares is gone.</summary>
    public static ProjectRecord? ReadProject(byte[] bytes, Func<Digest, SharedFacts?> findShared) => RecordReader.Read(bytes, ProjectMagic, reader =>
    {
        Fact[] facts = FactTable.Read(reader);
        return findShared(reader.ReadDigest()) is { } shared ? ReadProject(reader, facts, shared) : null;
    });

    public static SharedFacts? ReadShared(byte[] bytes) => RecordReader.Read(bytes, SharedMagic, static reader => ReadShared(reader, FactTable.Read(reader)));

    public static SolutionRecord? ReadSolution(byte[] bytes) => RecordReader.Read(bytes, SolutionMagic, static reader =>
    {
        string packages = reader.ReadString();
        Fact[] facts = FactTable.Read(reader);
        SharedFacts[] shared = EntryFormat.ReadList(reader, reader => ReadShared(reader, facts));
        ProjectRecord[] projects = EntryFormat.ReadList(reader, reader => ReadProject(reader, facts, shared[(int)reader.ReadNumber()]));
        (string Path, RestoredPackages Packages)[] restored = EntryFormat.ReadList(reader, reader => (
            reader.ReadString(),
            new RestoredPackages(
                reader.ReadDigest(), EntryFormat.ReadList(reader, static reader => reader.ReadString()), FactTable.ReadNumbers(reader, facts), EntryFormat.ReadWarnings(reader),
                reader.ReadDigest(), reader.ReadString(), reader.ReadString())));
        (string Path, string Value)[] entries = EntryFormat.ReadList(reader, static reader => (reader.ReadString(), reader.ReadString()));
        return new SolutionRecord(
            packages,
            projects,
            restored.ToDictionary(each => each.Path, each => each.Packages, RootMap.Comparer),
            entries.ToDictionary(each => each.Path, each => each.Value, RootMap.Comparer));
    });

    private static void Write(RecordWriter writer, ProjectRecord project, FactTable table)
    {
        writer.Write(project.Path);
        writer.Write(project.Framework);
        writer.Write(project.Frameworks);
        writer.Write(project.Configuration);
        writer.Write(project.IntermediateFolder);
        writer.Write(project.OutputFolder);
        writer.Write(project.RestoreFolder);
        writer.Write(project.Ineligible);
        writer.Write(project.MustBuild);
        writer.Write(project.PublishedTo);
        writer.Write(project.ActionKey);
        writer.Write(project.Visible);
        writer.Write(project.Relocatable ? 1 : 0);
        writer.Write(project.At.Ticks);
        table.WriteNumbers(writer, project.Evaluation);
        table.WriteNumbers(writer, project.Sources);
        WriteList(writer, project.References, reference =>
        {
            writer.Write(reference.Name);
            writer.Write(reference.Visible);
        });
        WriteList(writer, project.Mentioned, writer.Write);
    }

    private static ProjectRecord ReadProject(RecordReader reader, Fact[] facts, SharedFacts shared) => new()
    {
        Path = reader.ReadString(),
        Framework = reader.ReadString(),
        Frameworks = reader.ReadString(),
        Configuration = reader.ReadString(),
        IntermediateFolder = reader.ReadString(),
        OutputFolder = reader.ReadString(),
        RestoreFolder = reader.ReadString(),
        Ineligible = reader.ReadString(),
        MustBuild = reader.ReadString(),
        PublishedTo = reader.ReadString(),
        ActionKey = reader.ReadDigest(),
        Visible = reader.ReadDigest(),
        Relocatable = reader.ReadNumber() == 1,
        At = new DateTime(reader.ReadNumber(), DateTimeKind.Utc),
        Evaluation = FactTable.ReadNumbers(reader, facts),
        Sources = FactTable.ReadNumbers(reader, facts),
        References = EntryFormat.ReadList(reader, static reader => new ReferenceState(reader.ReadString(), reader.ReadDigest())),
        Mentioned = EntryFormat.ReadList(reader, static reader => reader.ReadString()),
        Shared = shared,
    };

    private static void WriteShared(RecordWriter writer, SharedFacts shared, FactTable table)
    {
        writer.Write(shared.Key);
        table.WriteNumbers(writer, shared.Facts);
        WriteList(writer, shared.Mentioned, writer.Write);
    }

    private static SharedFacts ReadShared(RecordReader reader, Fact[] facts) =>
        new(reader.ReadDigest(), FactTable.ReadNumbers(reader, facts), EntryFormat.ReadList(reader, static reader => reader.ReadString()));

    private static void WriteList<T>(RecordWriter writer, IReadOnlyCollection<T> items, Action<T> write)
    {
        writer.Write(items.Count);
        foreach (T item in items)
        {
            write(item);
        }
    }

    /// <summary>The distinct facts of a record, by number.</summary>
    private sealed class FactTable
    {
        private readonly Dictionary<Fact, int> _numbers = [];

        public void Add(ProjectRecord project)
        {
            Add(project.Evaluation);
            Add(project.Sources);
        }

        public void Add(IEnumerable<Fact> facts)
        {
            foreach (Fact fact in facts)
            {
                _numbers.TryAdd(fact, _numbers.Count);
            }
        }

        public void Write(RecordWriter writer) => WriteList(writer, _numbers.Keys, fact =>
        {
            writer.Write((long)fact.Kind);
            writer.Write(fact.Name);
            writer.Write(fact.Value);
            writer.Write(fact.Text);
        });

        public void WriteNumbers(RecordWriter writer, IReadOnlyCollection<Fact> facts) =>
            WriteList(writer, facts, fact => writer.Write(_numbers[fact]));

        public static Fact[] Read(RecordReader reader) => EntryFormat.ReadList(reader, static reader =>
            new Fact((FactKind)reader.ReadNumber(), reader.ReadString(), reader.ReadDigest(), reader.ReadString()));

        public static Fact[] ReadNumbers(RecordReader reader, Fact[] facts) => EntryFormat.ReadList(reader, reader => facts[(int)reader.ReadNumber()]);
    }
}
