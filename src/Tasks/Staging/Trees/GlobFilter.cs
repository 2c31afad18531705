using System.Text;
using System.Text.RegularExpressions;

namespace BuildCache.Staging.Trees;

/// <summary>Globs as MSBuild has them: * and ? within a name, ** for any folders. Paths have forward slashes.</summary>
/// <remarks>Turned into one expression each, once: a tree has a hundred thousand names.</remarks>
internal sealed class GlobFilter
{
    private readonly Regex? _taken;
    private readonly Regex? _leftOut;
    private readonly Regex? _foldersLeftOut;

    public GlobFilter(string filter, string without)
    {
        if (filter.Length == 0 && without.Length == 0)
        {
            // Most sources are taken whole, and loading .NET's expressions would be a good part of what a link to a tree takes.
            return;
        }

        _taken = Build(Split(filter));
        _leftOut = Build(Split(without));
        _foldersLeftOut = Build(Split(without).Where(static glob => glob.EndsWith("/**", StringComparison.Ordinal)).Select(static glob => glob[..^3]));
    }

    /// <summary>Whether everything is taken.</summary>
    public bool TakesAll => _taken is null && _leftOut is null;

    public bool Takes(ReadOnlySpan<char> path) => _taken?.IsMatch(path) != false && _leftOut?.IsMatch(path) != true;

    /// <summary>Whether a folder need not be looked into.</summary>
    public bool Skips(ReadOnlySpan<char> folder) => _foldersLeftOut?.IsMatch(folder) == true;

    private static IEnumerable<string> Split(string globs) =>
        globs.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static glob => glob.Replace('\\', '/').TrimStart('/'));

    private static Regex? Build(IEnumerable<string> globs)
    {
        string[] parts = [.. globs.Select(Translate)];
        return parts.Length == 0 ? null : new Regex($"^(?:{string.Join('|', parts)})$",
            RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking | (OperatingSystem.IsLinux() ? 0 : RegexOptions.IgnoreCase));
    }

    private static string Translate(string glob)
    {
        StringBuilder pattern = new();
        for (int i = 0; i < glob.Length; i++)
        {
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                pattern.Append("(?:.*/)?");
                i += 2;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                pattern.Append(".*");
                i++;
            }
            else
            {
                pattern.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", char other => Regex.Escape(other.ToString()) });
            }
        }

        return pattern.ToString();
    }
}
