namespace BuildCache.Soak;

/// <summary>Changes of resources and of files that are copied.</summary>
internal static class ContentKinds
{
    public static readonly Kind[] All =
    [
        Kind.Of(5, Edit), Kind.Of(5, Swap), Kind.Of(3, Resource), Kind.Of(3, Add), Kind.Of(3, Remove), Kind.Of(2, RenameByCase), Kind.Of(2, Culture), Kind.Of(2, Mode),
    ];

    private static readonly string[] s_folders = ["Data/content", "Data/always", "Data/templates"];

    private static string? Edit(Repository repository, Random random) =>
        random.OneOf(Content(repository)) is { } path && repository.Edit(path, random.Renumber) ? $"edits {path}" : null;

    private static string? Swap(Repository repository, Random random) =>
        random.OneOf(Content(repository)) is { } path && repository.EditUnseen(path, random.Renumber) ? $"swaps {path} for another of its size and time" : null;

    private static string? Resource(Repository repository, Random random) =>
        random.OneOf(repository.Sources("*.resx")) is { } path && repository.Edit(path, random.Renumber) ? $"edits {path}" : null;

    private static string? Add(Repository repository, Random random)
    {
        string path = $"{random.OneOf(s_folders)}/more{random.Number()}.txt";
        if (File.Exists(repository.Sandbox.PathOf(path)))
        {
            return null;
        }

        repository.Sandbox.Write(path, "text 0\n");
        return $"adds {path}";
    }

    private static string? Remove(Repository repository, Random random)
    {
        if (random.OneOf(Content(repository).Where(static path => path.StartsWith("Data/", StringComparison.Ordinal)).ToArray()) is not { } path)
        {
            return null;
        }

        File.Delete(repository.Sandbox.PathOf(path));
        return $"removes {path}";
    }

    private static string? RenameByCase(Repository repository, Random random)
    {
        string? path = random.OneOf(Content(repository).Where(static path => path.Contains("/more", StringComparison.OrdinalIgnoreCase)).ToArray());
        string? to = path is null ? null : path.Contains("/more", StringComparison.Ordinal) ? path.Replace("/more", "/More", StringComparison.Ordinal) : path.Replace("/More", "/more", StringComparison.Ordinal);
        return repository.Move(path, to);
    }

    /// <summary>Another language comes or goes.</summary>
    private static string? Culture(Repository repository, Random random)
    {
        string path = random.OneIn(2) ? "Core/Texts.fr.resx" : "Core/Texts.de.resx";
        string full = repository.Sandbox.PathOf(path);
        if (File.Exists(full))
        {
            File.Delete(full);
            return $"removes {path}";
        }

        File.Copy(repository.Sandbox.PathOf("Core/Texts.resx"), full);
        return $"adds {path}";
    }

    private static string? Mode(Repository repository, Random random)
    {
        if (OperatingSystem.IsWindows() || random.OneOf(Content(repository)) is not { } path)
        {
            return null;
        }

        string full = repository.Sandbox.PathOf(path);
        File.SetUnixFileMode(full, File.GetUnixFileMode(full) ^ (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
        return $"makes {path} executable, or not";
    }

    private static string[] Content(Repository repository) =>
        [.. repository.Sources("*.txt"), .. repository.Sources("settings.json")];
}
