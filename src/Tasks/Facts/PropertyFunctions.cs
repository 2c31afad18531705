namespace BuildCache.Facts;

/// <summary>Which property functions depend on nothing but their arguments and the facts that a record holds.</summary>
/// <remarks>A list of what is known to be harmless: a function that is not on it makes the project a case for the project gate.</remarks>
internal static class PropertyFunctions
{
    /// <summary>Types whose every function is pure.</summary>
    private static readonly HashSet<string> s_pureTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "System.String", "System.StringComparison", "System.Char", "System.Byte", "System.Int16", "System.Int32", "System.Int64", "System.UInt32", "System.UInt64",
        "System.Double", "System.Decimal", "System.Boolean", "System.Convert", "System.Math", "System.Version", "System.Text.RegularExpressions.Regex", "System.Uri",
        "System.UriBuilder", "System.TimeSpan", "System.StringComparer", "System.Globalization.CultureInfo", "System.OperatingSystem",
        "System.Runtime.InteropServices.OSPlatform", "System.Runtime.InteropServices.Architecture",
    };

    /// <summary>Pure functions of types that have others, as type::function.</summary>
    private static readonly HashSet<string> s_pure = new(
        [
            .. Of("System.IO.Path", "Combine", "Join", "GetFileName", "GetFileNameWithoutExtension", "GetDirectoryName", "GetExtension", "ChangeExtension", "GetFullPath",
                "DirectorySeparatorChar", "AltDirectorySeparatorChar", "PathSeparator", "IsPathRooted", "GetPathRoot", "HasExtension", "GetRelativePath"),

            // Literal names are facts of the environment; others are refused where mentions are scanned.
            .. Of("System.Environment", "GetEnvironmentVariable", "NewLine"),
            .. Of("System.Runtime.InteropServices.RuntimeInformation", "ProcessArchitecture", "OSArchitecture", "IsOSPlatform", "FrameworkDescription"),
            .. Of("MSBuild", "Add", "Subtract", "Multiply", "Divide", "Modulo", "Escape", "Unescape", "BitwiseOr", "BitwiseAnd", "BitwiseXor", "BitwiseNot", "LeftShift", "RightShift",
                "RightShiftUnsigned", "EnsureTrailingSlash", "ValueOrDefault", "MakeRelative", "NormalizePath", "NormalizeDirectory", "IsOSPlatform", "IsOSUnixLike", "IsOSWindows",
                "IsOsPlatform", "IsOsUnixLike", "IsOsBsdLike", "VersionEquals", "VersionNotEquals", "VersionGreaterThan", "VersionGreaterThanOrEquals", "VersionLessThan",
                "VersionLessThanOrEquals", "GetTargetFrameworkIdentifier", "GetTargetFrameworkVersion", "IsTargetFrameworkCompatible", "GetTargetPlatformIdentifier",
                "GetTargetPlatformVersion", "FilterTargetFrameworks", "IntersectTargetFrameworks", "ConvertToBase64", "ConvertFromBase64", "StableStringHash", "AreFeaturesEnabled",
                "CheckFeatureAvailability", "SubstringByAsciiChars", "GetPathOfFileAbove", "GetDirectoryNameOfFileAbove"),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The first function in an expression that can read something else, as written; <see langword="null"/> if there is none.</summary>
    public static string? FindImpure(string expression)
    {
        for (int at = expression.IndexOf("]::", StringComparison.Ordinal); at >= 0; at = expression.IndexOf("]::", at + 3, StringComparison.Ordinal))
        {
            int start = expression.LastIndexOf('[', at);
            string type = start < 0 ? "" : expression[(start + 1)..at].Trim();
            int end = at + 3;
            while (end < expression.Length && char.IsLetterOrDigit(expression[end]))
            {
                end++;
            }

            string name = $"{type}::{expression[(at + 3)..end]}";
            if (!s_pureTypes.Contains(type) && !s_pure.Contains(name))
            {
                return name;
            }
        }

        return null;
    }

    private static IEnumerable<string> Of(string type, params string[] names) => names.Select(name => $"{type}::{name}");
}
