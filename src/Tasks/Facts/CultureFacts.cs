using System.Globalization;

namespace BuildCache.Facts;

/// <summary>What the culture of a build changes in the values that build files compute, as two more variables of its environment.</summary>
/// <remarks>
/// MSBuild calls property functions, and turns their results into text, in the culture that the system asks for: 1.5
/// and 1 make 2,5 in German, and 'title' in capital letters is another word in Turkish. Most build files compute no
/// such thing, and people who work in several languages share a cache: so formats count only where a file outside
/// the .NET SDK may ask for them. Letters are the same nearly everywhere, so they count always.
/// </remarks>
internal static class CultureFacts
{
    /// <summary>How numbers, dates and names are written. No variable can have this name.</summary>
    public const string Formats = "THE CULTURE'S FORMATS";

    /// <summary>How letters become capital and small, and which of them a comparison takes for one.</summary>
    public const string Letters = "THE CULTURE'S LETTERS";

    /// <summary>Parts of functions that read or write numbers or dates, or do something in a named culture.</summary>
    private static readonly string[] s_functions =
    [
        "ToString(", "Parse(", "Format(", "Concat(", "Convert]", "Math]", "Double]", "Single]", "Decimal]", "DateTime", "TimeSpan", "CultureInfo",
        "]::Add(", "]::Subtract(", "]::Multiply(", "]::Divide(", "]::Modulo(", "Compare",
    ];

    /// <summary>Pairs of letters that some culture has as one, so that a text which begins with the pair does not begin with its first letter.</summary>
    private static readonly string[] s_pairs = ["aa", "ch", "cs", "dz", "gy", "lj", "ll", "ly", "nj", "ny", "rr", "sz", "th", "ty", "zs"];

    /// <summary>Whether a name is one of the two.</summary>
    public static bool Contains(string name) => name is Formats or Letters;

    /// <summary>Whether what a build file computes may depend on how numbers and dates are written.</summary>
    public static bool AreFormatsUsed(string text) => s_functions.Any(function => text.Contains(function, StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds both for the culture of this thread, which MSBuild sets to the build's.</summary>
    public static void AddTo(Dictionary<string, string> environment)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;

        // On Windows a person may have other formats than the culture of that name.
        environment[Formats] = string.Join('|', culture.Name, (-1234567.5).ToString("N2", culture), DateTime.UnixEpoch.ToString("F", culture), DateTime.UnixEpoch.ToString("G", culture));
        environment[Letters] = string.Concat("iI".ToUpper(culture), "iI".ToLower(culture), string.Join(',', s_pairs.Where(pair => !culture.CompareInfo.IsPrefix(pair, pair[..1]))));
    }
}
