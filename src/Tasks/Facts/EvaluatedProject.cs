namespace BuildCache.Facts;

/// <summary>What evaluation made of a project, without any type of MSBuild's.</summary>
internal sealed record EvaluatedProject
{
    /// <summary>Absolute path of the project file.</summary>
    public required string Path { get; init; }

    public string Directory => System.IO.Path.GetDirectoryName(Path)!;

    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>Absolute paths of all imported files, without the project itself.</summary>
    public required IReadOnlyList<string> Imports { get; init; }

    /// <summary>The properties that the command line, a solution or a referencing project set.</summary>
    public required IReadOnlyDictionary<string, string> GlobalProperties { get; init; }

    /// <summary>All properties with their values, those from the environment included.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; }

    public required IReadOnlyList<EvaluatedItem> Items { get; init; }

    /// <summary>The value of a property, "" if it has none.</summary>
    public required Func<string, string> Property { get; init; }

    /// <summary>All targets by name.</summary>
    public required IReadOnlyDictionary<string, TargetShape> Targets { get; init; }
}

/// <summary>An item with its metadata in order.</summary>
internal readonly record struct EvaluatedItem(string Type, string Include, IReadOnlyList<KeyValuePair<string, string>> Metadata)
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

/// <summary>A target as far as its place in the build and its effects go.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">The file that defines it.</param>
/// <param name="DependsOn">The targets that it depends on, expanded when asked.</param>
/// <param name="Before">The targets it hooks before.</param>
/// <param name="After">The targets it hooks after.</param>
/// <param name="Effect">What it does beyond setting properties and items, as a word for people; <see langword="null"/> if nothing.</param>
internal sealed record TargetShape(
    string Name, string File, Func<string[]> DependsOn, Func<string[]> Before, Func<string[]> After, Func<string?> Effect);
