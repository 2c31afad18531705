using System.Collections.Concurrent;
using System.Text;

namespace BuildCache.Facts;

/// <summary>The property names that a build file mentions, and what in it cannot be modelled.</summary>
/// <param name="Names">Every name after "$(", and every literal argument of GetEnvironmentVariable.</param>
/// <param name="Unmodelled">A property function that can read anything; <see langword="null"/> if there is none.</param>
internal sealed record Mentions(IReadOnlySet<string> Names, string? Unmodelled);

/// <summary>Scans build files for mentions, each file once a build.</summary>
/// <remarks>
/// MSBuild turns every environment variable into a property, but only those that a file names can matter. The
/// scan looks at the text, not at the XML: a mention in a comment costs a needless miss at worst.
/// </remarks>
internal sealed class MentionScanner
{
    private readonly ConcurrentDictionary<string, Mentions> _files = new(StringComparer.Ordinal);

    /// <summary>The mentions of one file; none if it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isOfSdk">Whether it is one of the .NET SDK's, which compute the same in every culture.</param>
    public Mentions Scan(string path, bool isOfSdk = false) => _files.GetOrAdd(path, static (path, isOfSdk) =>
    {
        try
        {
            string text = File.ReadAllText(path, Encoding.UTF8);
            Mentions mentions = ScanText(text);
            return isOfSdk || !CultureFacts.AreFormatsUsed(text) ? mentions : mentions with { Names = new HashSet<string>([.. mentions.Names, CultureFacts.Formats], StringComparer.OrdinalIgnoreCase) };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Mentions(new HashSet<string>(), null);
        }
    }, isOfSdk);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    internal static Mentions ScanText(string text)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> rest = text;
        for (int at = rest.IndexOf("$("); at >= 0; at = rest.IndexOf("$("))
        {
            rest = rest[(at + 2)..].TrimStart();
            int length = 0;
            while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] is '_' or '-'))
            {
                length++;
            }

            if (length > 0)
            {
                lookup.Add(rest[..length]);
            }
        }

        return new Mentions(names, ScanFunctions(text, names));
    }

    private static string? ScanFunctions(string text, HashSet<string> names)
    {
        const string Getter = "GetEnvironmentVariable(";
        string? unmodelled = text.Contains("ExpandEnvironmentVariables(", StringComparison.OrdinalIgnoreCase) ? "ExpandEnvironmentVariables" : null;
        for (int at = text.IndexOf(Getter, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(Getter, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            ReadOnlySpan<char> argument = text.AsSpan(at + Getter.Length).TrimStart();
            char quote = argument.IsEmpty ? ' ' : argument[0];
            if (argument.StartsWith("&quot;") || quote is '\'' or '"' or '`')
            {
                argument = argument.StartsWith("&quot;") ? argument[6..] : argument[1..];
            }

            int end = argument.IndexOfAny("'\"`&)");
            ReadOnlySpan<char> name = end < 0 ? argument : argument[..end].Trim();
            if (name.Contains('$') || name.IsEmpty)
            {
                unmodelled = "GetEnvironmentVariable with a computed name";
            }
            else
            {
                names.Add(name.ToString());
            }
        }

        return unmodelled;
    }
}
