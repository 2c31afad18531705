using System.Globalization;
using System.Text.RegularExpressions;

namespace BuildCache.Facts;

/// <summary>Property values as items see them: MSBuild evaluates all properties of all files before the first item.</summary>
/// <param name="project">The project, as evaluated. What its targets set since does not count.</param>
internal sealed partial class FinalProperties(EvaluatedProject project)
{
    private readonly Lazy<Dictionary<string, string>> _values = new(() =>
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in project.Properties)
        {
            values[name] = value;
        }

        return values;
    });

    /// <summary>Whether a property is another in each file.</summary>
    public static bool IsOfFile(string name) => name.StartsWith("MSBuildThisFile", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of such a property; <see langword="null"/> where it cannot be told.</summary>
    public static string? OfFile(string name, string file) => name.ToUpperInvariant() switch
    {
        "MSBUILDTHISFILEDIRECTORY" => Path.GetDirectoryName(file) + Path.DirectorySeparatorChar,
        "MSBUILDTHISFILE" => Path.GetFileName(file),
        "MSBUILDTHISFILENAME" => Path.GetFileNameWithoutExtension(file),
        "MSBUILDTHISFILEFULLPATH" => file,
        "MSBUILDTHISFILEEXTENSION" => Path.GetExtension(file),
        _ => null,
    };

    /// <summary>The value of a property for an item of a file; "" if it has none; <see langword="null"/> where it cannot be told.</summary>
    public string? Of(string name, string file) => IsOfFile(name) ? OfFile(name, file) : _values.Value.GetValueOrDefault(name, "");

    /// <summary>A text with the values of its properties; <see langword="null"/> if there is more in it than names of properties, such as a function.</summary>
    public string? Expand(string text, string file)
    {
        bool isKnown = true;
        string expanded = Reference().Replace(text, reference =>
        {
            string? value = Of(reference.Groups["name"].Value, file);
            isKnown &= value is not null;
            return value ?? "";
        });
        return isKnown && !Reference().Replace(text, "").AsSpan().ContainsAny('$', '@', '%') ? expanded : null;
    }

    /// <summary>Whether one of some conditions surely does not hold. Only comparisons of texts are looked at, alone or joined by "and".</summary>
    public bool IsFalse(IEnumerable<string> conditions, string file) => conditions.Any(condition =>
        !Compound().IsMatch(condition) && And().Split(condition).Any(part => Comparison().Match(part) is { Success: true } comparison &&
            Expand(comparison.Groups["left"].Value, file) is { } left && Expand(comparison.Groups["right"].Value, file) is { } right &&
            (comparison.Groups["operator"].Value == "==" ? SurelyDiffer(left, right) : left.Equals(right, StringComparison.OrdinalIgnoreCase))));

    // MSBuild also compares numbers and truth values by what they mean: 1.0 is 1, and on is true.
    private static bool SurelyDiffer(string left, string right) => Truth(left) is { } first && Truth(right) is { } second
        ? first != second
        : !left.Equals(right, StringComparison.OrdinalIgnoreCase) && (!IsNumber(left) || !IsNumber(right));

    private static bool? Truth(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "ON" or "YES" or "!FALSE" or "!OFF" or "!NO" => true,
        "FALSE" or "OFF" or "NO" or "!TRUE" or "!ON" or "!YES" => false,
        _ => null,
    };

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture, out _) || text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\$\((?<name>[A-Za-z_][A-Za-z0-9_\-]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\bor\b|\(\s*'|!\s*\(|^\s*\(", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Compound();

    [GeneratedRegex(@"\s+and\s+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*'(?<left>[^']*)'\s*(?<operator>==|!=)\s*'(?<right>[^']*)'\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Comparison();
}
