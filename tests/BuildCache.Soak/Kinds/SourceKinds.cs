namespace BuildCache.Soak;

/// <summary>Changes of sources.</summary>
internal static class SourceKinds
{
    private const string Broken = "#error broken\n";

    public static readonly Kind[] All =
    [
        Kind.Of(8, Body), Kind.Of(4, Signature), Kind.Of(4, Comment), Kind.Of(4, Add), Kind.Of(3, Remove), Kind.Of(3, Rename), Kind.Of(3, RenameByCase),
        Kind.Of(4, Swap), Kind.Of(2, Older), Kind.Of(1, Break), Kind.Of(60, Mend),
    ];

    private static string? Body(Repository repository, Random random) =>
        random.NumberedFile(repository, "*.cs") is { } path && repository.Edit(path, random.Renumber) ? $"edits a method of {path}" : null;

    private static string? Signature(Repository repository, Random random)
    {
        string name = random.OneOf(repository.Projects)!;
        string path = $"{name}/{name}.cs";
        return repository.Edit(path, static text => text.Contains("Describe(int", StringComparison.Ordinal)
            ? text.Replace("Describe(int", "Describe(long", StringComparison.Ordinal)
            : text.Replace("Describe(long", "Describe(int", StringComparison.Ordinal)) ? $"edits a signature of {path}" : null;
    }

    private static string? Comment(Repository repository, Random random)
    {
        string path = random.OneOf(repository.Sources("*.cs"))!;
        string line = $"// Comment {random.Number()}\n";
        repository.Edit(path, text => text.StartsWith("// ", StringComparison.Ordinal) ? line + text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : line + text);
        return $"edits the comment of {path}";
    }

    private static string? Add(Repository repository, Random random)
    {
        string type = "Part" + random.Number();
        string project = random.OneOf(repository.Projects)!;
        string path = $"{project}/{type}.cs";
        if (Parts(repository).Any(part => part.StartsWith(project + "/", StringComparison.Ordinal) && part.Contains(type, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        bool warns = random.OneIn(3);
        repository.Sandbox.Write(path, GeneratedSolution.Part(type, warns));
        return $"adds {path}{(warns ? ", which warns" : "")}";
    }

    private static string? Remove(Repository repository, Random random)
    {
        if (random.OneOf(Parts(repository)) is not { } path)
        {
            return null;
        }

        File.Delete(repository.Sandbox.PathOf(path));
        return $"removes {path}";
    }

    private static string? Rename(Repository repository, Random random)
    {
        string? path = random.OneOf(Parts(repository));
        string? to = path switch
        {
            null => null,
            _ when path.Contains("/inner/", StringComparison.Ordinal) => path.Replace("/inner/", "/", StringComparison.Ordinal),
            _ when random.OneIn(2) => path.Replace("/", "/inner/", StringComparison.Ordinal),
            _ when path.EndsWith("Moved.cs", StringComparison.OrdinalIgnoreCase) => path[..^"Moved.cs".Length] + ".cs",
            _ => path[..^".cs".Length] + "Moved.cs",
        };
        return repository.Move(path, to);
    }

    private static string? RenameByCase(Repository repository, Random random)
    {
        string? path = random.OneOf(Parts(repository));
        string? to = path is null ? null : path.Contains("Part", StringComparison.Ordinal) ? path.Replace("Part", "part", StringComparison.Ordinal) : path.Replace("part", "Part", StringComparison.Ordinal);
        return repository.Move(path, to);
    }

    private static string? Swap(Repository repository, Random random) =>
        random.NumberedFile(repository, "*.cs") is { } path && repository.EditUnseen(path, random.Renumber) ? $"swaps {path} for another of its size and time" : null;

    private static string? Older(Repository repository, Random random)
    {
        if (random.NumberedFile(repository, "*.cs") is not { } path || !repository.Edit(path, random.Renumber))
        {
            return null;
        }

        File.SetLastWriteTimeUtc(repository.Sandbox.PathOf(path), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return $"puts an older file in place of {path}";
    }

    private static string? Break(Repository repository, Random random)
    {
        string path = random.OneOf(repository.Sources("*.cs"))!;
        return Unmended(repository) is not null || !repository.Edit(path, static text => text + Broken) ? null : $"breaks {path}";
    }

    private static string? Mend(Repository repository, Random random) =>
        Unmended(repository) is { } path && repository.Edit(path, static text => text.Replace(Broken, "", StringComparison.Ordinal)) ? $"mends {path}" : null;

    /// <summary>The source that <see cref="Break"/> has changed; <see langword="null"/> if there is none.</summary>
    public static string? Unmended(Repository repository) =>
        repository.Sources("*.cs").FirstOrDefault(path => repository.Sandbox.Read(path).Contains(Broken, StringComparison.Ordinal));

    private static string[] Parts(Repository repository) =>
        [.. repository.Sources("*.cs").Where(static path => Path.GetFileName(path).StartsWith("part", StringComparison.OrdinalIgnoreCase))];
}
