using System.Globalization;
using System.Text.RegularExpressions;

namespace BuildCache.Soak;

/// <summary>What kinds draw from a walk's random numbers.</summary>
internal static partial class Draw
{
    // Few, so that states come back that the cache has seen.
    private const int Numbers = 4;

    /// <summary>One of these; <see langword="null"/> if there are none.</summary>
    public static T? OneOf<T>(this Random random, IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : from[random.Next(from.Count)];

    /// <summary>Whether one in so many times.</summary>
    public static bool OneIn(this Random random, int times) => random.Next(times) == 0;

    /// <summary>A file that has a numbered text, one that edits change.</summary>
    public static string? NumberedFile(this Random random, Repository repository, string pattern) =>
        random.OneOf(repository.Sources(pattern).Where(path => Numbered().IsMatch(repository.Sandbox.Read(path))).ToArray());

    /// <summary>Another number in a file's numbered text, which takes as many bytes.</summary>
    public static string Renumber(this Random random, string text) => Numbered().Replace(text, match =>
    {
        int now = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        int next = (now + 1 + random.Next(Numbers - 1)) % Numbers;
        return string.Create(CultureInfo.InvariantCulture, $"{match.Groups[1].Value}{next}");
    }, 1);

    /// <summary>A number for a new file.</summary>
    public static string Number(this Random random) => random.Next(Numbers + 2).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("((?:body|text) )([0-9])", RegexOptions.IgnoreCase)]
    private static partial Regex Numbered();
}
