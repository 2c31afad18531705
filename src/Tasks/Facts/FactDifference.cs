using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>One fact that two builds saw differently.</summary>
internal readonly record struct FactChange(Fact? Before, Fact? After)
{
    public Fact Either => After ?? Before!;
}

/// <summary>What differs between two lists of facts, and how to say it.</summary>
internal static class FactDifference
{
    /// <summary>The changes from one list to another, in the order of facts. Fresh facts must be given as stored ones.</summary>
    public static IReadOnlyList<FactChange> Between(IReadOnlyList<Fact> before, IReadOnlyList<Fact> after)
    {
        Dictionary<(FactKind, string), Fact> old = [];
        foreach (Fact fact in before)
        {
            old[(fact.Kind, fact.Name)] = fact;
        }

        List<FactChange> changes = [];
        foreach (Fact fact in after)
        {
            if (!old.Remove((fact.Kind, fact.Name), out Fact? previous))
            {
                changes.Add(new FactChange(null, fact));
            }
            else if (previous.Value != fact.Value)
            {
                changes.Add(new FactChange(previous, fact));
            }
        }

        changes.AddRange(old.Values.Select(fact => new FactChange(fact, null)));
        changes.Sort((left, right) => Fact.Compare(left.Either, right.Either));
        return changes;
    }

    /// <summary>The changes in words, the most telling first, at most <paramref name="most"/> of them.</summary>
    public static string InWords(IReadOnlyList<FactChange> changes, int most)
    {
        // A changed file also changes properties and items that were made from it: those are said only when no file did.
        List<FactChange> telling = [.. changes.Where(static change => change.Either.Text.Length > 0 ||
            change.Either.Kind is not (FactKind.Property or FactKind.Items or FactKind.Listing or FactKind.Published))];
        if (telling.Count == 0)
        {
            telling = [.. changes];
        }

        IEnumerable<string> words = telling.Take(most).Select(Say);
        string said = string.Join("; ", words);
        return telling.Count > most ? $"{said}; and {telling.Count - most} more" : said;
    }

    private static string Say(FactChange change)
    {
        Fact fact = change.Either;
        string what = fact.Kind switch
        {
            FactKind.File or FactKind.Absence => fact.Name.Replace("{repo}/", "", StringComparison.Ordinal),
            FactKind.Environment when CultureFacts.Contains(fact.Name) => fact.Name.ToLowerInvariant(),
            FactKind.Environment => $"environment variable {fact.Name}",
            FactKind.Property => fact.Name,
            FactKind.Items => $"the {fact.Name} items",
            FactKind.Listing => "the list of files in the project's folder",
            FactKind.Executable => $"whether {fact.Name.Replace("{repo}/", "", StringComparison.Ordinal)} may be executed",
            FactKind.Beside => $"the list of assemblies in {fact.Name.Replace("{repo}/", "", StringComparison.Ordinal)}",
            FactKind.Tree or FactKind.Names => $"the list of files in {fact.Name.Replace("{repo}/", "", StringComparison.Ordinal)}",
            FactKind.Packages when fact.Name != PackageFacts.Closure => $"the package {fact.Name}",
            FactKind.Packages => "the resolved packages",
            FactKind.Published when fact.Name.Length == 0 => "the order of the published items",
            FactKind.Published => $"the published item {fact.Name}",
            FactKind.Build => "what its build depends on",
            FactKind.Staged => $"the tree staged at {fact.Name.Replace("{repo}/", "", StringComparison.Ordinal)}",
            FactKind.Reference => $"the output of {fact.Name.Replace("{repo}/", "", StringComparison.Ordinal)}",
            FactKind.Git => "what git's settings say of the repository",
            FactKind.Toolset when fact.Name == GitFacts.Name => "what git ignores here, or the address of the repository",
            _ => $"the toolset ({fact.Name})",
        };

        return (change.Before, change.After) switch
        {
            ({ Text.Length: > 0 } before, { Text.Length: > 0 } after) => $"{what} {before.Text} → {after.Text}",
            (null, _) => $"{what} appeared",
            (_, null) => $"{what} disappeared",
            ({ Value.IsNone: true }, _) => $"{what} appeared",
            (_, { Value.IsNone: true }) => $"{what} disappeared",
            _ => $"{what} changed",
        };
    }
}
