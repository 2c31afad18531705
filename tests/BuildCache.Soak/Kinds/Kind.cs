namespace BuildCache.Soak;

/// <summary>A kind of change that a step makes.</summary>
/// <param name="Weight">How often it is drawn, beside the others.</param>
/// <param name="ApplyAsync">Makes the change and says what it was; <see langword="null"/> if there is nothing to
/// change.</param>
internal sealed record Kind(int Weight, Func<Repository, Random, Task<string?>> ApplyAsync)
{
    /// <summary>All kinds.</summary>
    public static readonly Kind[] All = [.. SourceKinds.All, .. ProjectKinds.All, .. ContentKinds.All, .. OutputKinds.All, .. PlaceKinds.All];

    /// <summary>A kind that is made at once.</summary>
    public static Kind Of(int weight, Func<Repository, Random, string?> apply) => new(weight, (repository, random) => Task.FromResult(apply(repository, random)));

    /// <summary>Makes a change of any kind.</summary>
    public static async Task<string> ApplyAnyAsync(Repository repository, Random random)
    {
        while (true)
        {
            int at = random.Next(All.Sum(static kind => kind.Weight));
            Kind drawn = All.First(kind => (at -= kind.Weight) < 0);
            if (await drawn.ApplyAsync(repository, random) is { } what)
            {
                return what;
            }
        }
    }
}
