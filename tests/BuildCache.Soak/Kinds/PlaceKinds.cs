namespace BuildCache.Soak;

/// <summary>Other branches, fresh clones, other folders.</summary>
internal static class PlaceKinds
{
    public static readonly Kind[] All = [new(5, SwitchAsync), new(4, CloneAsync), Kind.Of(2, ChangePlaces), new(3, GoElsewhereAsync)];

    private const int Branches = 3;

    /// <summary>What is there is committed to its branch first.</summary>
    private static async Task<string?> SwitchAsync(Repository repository, Random random)
    {
        Sandbox sandbox = repository.Sandbox;
        await sandbox.CommitAsync("Before a switch");
        string branch = "branch" + random.Next(Branches);
        (_, string branches) = await Tool.RunAsync(repository.Root, sandbox.Environment, "git", "branch", "--list", branch);
        if (branches.StartsWith('*'))
        {
            return null;
        }

        await sandbox.GitAsync(branches.Length == 0 ? ["switch", "-q", "-c", branch] : ["switch", "-q", branch]);
        return $"switches to {(branches.Length == 0 ? "a new " : "")}{branch}";
    }

    private static async Task<string?> CloneAsync(Repository repository, Random random)
    {
        await repository.CloneInPlaceAsync();
        return "clones the repository afresh, in its place";
    }

    private static string? ChangePlaces(Repository repository, Random random)
    {
        if (!Directory.Exists(repository.Before))
        {
            return null;
        }

        repository.ChangePlaces();
        return "changes places with the folder that was there before a clone";
    }

    private static async Task<string?> GoElsewhereAsync(Repository repository, Random random)
    {
        bool afresh = random.OneIn(2);
        await repository.GoElsewhereAsync(afresh);
        return $"goes on in {Path.GetFileName(repository.Root)}{(afresh ? ", in a fresh clone" : "")}";
    }
}
