namespace BuildCache.Facts;

/// <summary>What evaluation made of a project, without any type of MSBuild's.</summary>
internal sealed record EvaluatedProject
{
    /// <summary>Absolute path of the project file.</summary>
    public required string Path { get; init; }

    /// <summary>When the evaluation was under way, in nanoseconds since 1970: a build file that changed later may not be what was evaluated.</summary>
    public required long EvaluatedNs { get; init; }

    /// <summary>What changed before this time is what the evaluation saw: it ended at <see cref="EvaluatedNs"/>, and begins within the time before that one project takes.</summary>
    public long SteadyNs => EvaluatedNs - 200_000_000;

    public string Directory => field ??= System.IO.Path.GetDirectoryName(Path)!;

    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>Absolute paths of all imported files, without the project itself.</summary>
    public required IReadOnlyList<string> Imports { get; init; }

    /// <summary>The properties that the command line, a solution or a referencing project set.</summary>
    public required IReadOnlyDictionary<string, string> GlobalProperties { get; init; }

    /// <summary>All properties with their values, those from the environment included.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; }

    /// <summary>The items by their type, less those of types that say nothing about this project (<see cref="ItemFacts.IsTable"/>).</summary>
    public required IReadOnlyList<EvaluatedItemType> ItemTypes { get; init; }

    /// <summary>The items of a type; none if there is no such type.</summary>
    public IReadOnlyList<EvaluatedItem> ItemsOf(string type)
    {
        foreach (EvaluatedItemType candidate in ItemTypes)
        {
            if (candidate.Name.Equals(type, StringComparison.OrdinalIgnoreCase))
            {
                return candidate.Items;
            }
        }

        return [];
    }

    /// <summary>The value of a property, "" if it has none.</summary>
    public required Func<string, string> Property { get; init; }

    /// <summary>The targets that run before anything else, as evaluated.</summary>
    public IReadOnlyList<string> InitialTargets { get; init; } = [];

    /// <summary>The targets that run where none is named.</summary>
    public IReadOnlyList<string> DefaultTargets { get; init; } = [];

    /// <summary>All targets by name.</summary>
    public required IReadOnlyDictionary<string, TargetShape> Targets { get; init; }
}

/// <summary>Targets of which those of some files can be picked without describing the others.</summary>
internal interface ITargetsByFile
{
    /// <summary>The targets that files define which are not to be left out.</summary>
    IEnumerable<TargetShape> NotOf(Func<string, bool> isLeftOut);
}

/// <summary>All items of a type, in order. Projects of one build whose items of a type are the same share the object.</summary>
internal sealed class EvaluatedItemType(string name, IReadOnlyList<EvaluatedItem> items)
{
    public string Name => name;

    public IReadOnlyList<EvaluatedItem> Items => items;

    /// <summary>What <see cref="ItemFacts"/> made of them, for the next project that shares them.</summary>
    public ItemTypeFacts? Facts { get; set; }
}

/// <summary>An item with its metadata in order.</summary>
internal sealed record EvaluatedItem(string Include, KeyValuePair<string, string>[] Metadata)
{
    /// <summary>The value of a metadata, "" if the item has none of that name.</summary>
    public string Value(string name)
    {
        foreach ((string key, string value) in Metadata)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return "";
    }
}

/// <summary>A target as far as its place in the build and its effects go. A project has a thousand: everything is found only when asked.</summary>
internal abstract class TargetShape
{
    public abstract string Name { get; }

    /// <summary>The file that defines it.</summary>
    public abstract string File { get; }

    /// <summary>The targets that it depends on, expanded.</summary>
    public abstract string[] DependsOn();

    /// <summary>The targets it hooks before.</summary>
    public abstract string[] Before();

    /// <summary>The targets it hooks after.</summary>
    public abstract string[] After();

    /// <summary>
    /// The targets that it calls by a task in this project, as written: a property among them may have another value by
    /// then. To them come those that such a text stands for as far as evaluation tells; a name that ends in * stands for
    /// all that begin so.
    /// </summary>
    public abstract string[] Calls();

    /// <summary>The names of its tasks, without those that only say or decide something.</summary>
    public abstract IReadOnlyList<string> Tasks();

    /// <summary>Whether it may raise a warning of its own.</summary>
    public abstract bool Warns();

    /// <summary>Whether it calls targets of other projects.</summary>
    public abstract bool CallsOtherProjects();

    /// <summary>What it does beyond setting properties and items, as a word for people; <see langword="null"/> if nothing.</summary>
    public abstract string? Effect();

    /// <summary>The items (<c>@(Name)</c>) and properties (<c>$(Name)</c>) that its text names.</summary>
    public abstract IEnumerable<string> Reads();

    /// <summary>The items and properties that it sets, in the same form.</summary>
    public abstract IEnumerable<string> Sets();
}
