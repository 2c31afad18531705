namespace BuildCache.Facts;

/// <summary>A file or a folder that a property function asks for.</summary>
/// <param name="Function">The function, as type::function.</param>
/// <param name="Path">The path as written, with properties; <see langword="null"/> if it cannot be told.</param>
/// <param name="IsContent">Whether its content is asked for, rather than whether it is there.</param>
internal sealed record FileQuestion(string Function, string? Path, bool IsContent);

/// <summary>Which property functions depend on nothing but their arguments and the facts that a record holds.</summary>
/// <remarks>A list of what is known to be harmless: a function that is not on it makes the project a case for the project gate.</remarks>
internal static class PropertyFunctions
{
    /// <summary>Types whose every function is pure.</summary>
    private static readonly HashSet<string> s_pureTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "System.String", "System.StringComparison", "System.Char", "System.Byte", "System.Int16", "System.Int32", "System.Int64", "System.UInt32", "System.UInt64",
        "System.Double", "System.Decimal", "System.Boolean", "System.Convert", "System.Math", "System.Version", "System.Text.RegularExpressions.Regex", "System.Uri",
        "System.UriBuilder", "System.TimeSpan", "System.StringComparer", "System.Globalization.CultureInfo",
        "System.Runtime.InteropServices.OSPlatform", "System.Runtime.InteropServices.Architecture",
    };

    /// <summary>Pure functions of types that have others, as type::function.</summary>
    private static readonly HashSet<string> s_pure = new(
        [
            .. Of("System.IO.Path", "Combine", "Join", "GetFileName", "GetFileNameWithoutExtension", "GetDirectoryName", "GetExtension", "ChangeExtension", "GetFullPath",
                "DirectorySeparatorChar", "AltDirectorySeparatorChar", "PathSeparator", "IsPathRooted", "GetPathRoot", "HasExtension", "GetRelativePath"),

            // Literal names are facts of the environment; others are refused where mentions are scanned.
            .. Of("System.Environment", "GetEnvironmentVariable", "NewLine"),
            .. Of("System.Runtime.InteropServices.RuntimeInformation", "ProcessArchitecture", "OSArchitecture", "IsOSPlatform"),

            // Not those that compare the system's version: an update of the system changes it.
            .. Of("System.OperatingSystem", "IsOSPlatform", "IsWindows", "IsLinux", "IsMacOS", "IsFreeBSD", "IsAndroid", "IsBrowser", "IsIOS", "IsMacCatalyst", "IsTvOS", "IsWasi", "IsWatchOS"),
            .. Of("MSBuild", "Add", "Subtract", "Multiply", "Divide", "Modulo", "Escape", "Unescape", "BitwiseOr", "BitwiseAnd", "BitwiseXor", "BitwiseNot", "LeftShift", "RightShift",
                "RightShiftUnsigned", "EnsureTrailingSlash", "ValueOrDefault", "MakeRelative", "NormalizePath", "NormalizeDirectory", "IsOSPlatform", "IsOSUnixLike", "IsOSWindows",
                "IsOsPlatform", "IsOsUnixLike", "IsOsBsdLike", "VersionEquals", "VersionNotEquals", "VersionGreaterThan", "VersionGreaterThanOrEquals", "VersionLessThan",
                "VersionLessThanOrEquals", "GetTargetFrameworkIdentifier", "GetTargetFrameworkVersion", "IsTargetFrameworkCompatible", "GetTargetPlatformIdentifier",
                "GetTargetPlatformVersion", "FilterTargetFrameworks", "IntersectTargetFrameworks", "ConvertToBase64", "ConvertFromBase64", "StableStringHash", "AreFeaturesEnabled",
                "CheckFeatureAvailability", "SubstringByAsciiChars", "GetPathOfFileAbove", "GetDirectoryNameOfFileAbove"),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions that ask for a file or a folder, and what for: whether it is there, or its content.</summary>
    private static readonly Dictionary<string, bool> s_questions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["System.IO.File::ReadAllText"] = true, ["System.IO.File::Exists"] = false, ["System.IO.Directory::Exists"] = false,
    };

    /// <summary>Parts of expressions that read something although no function is called: the registry, and the times of items' files.</summary>
    private static readonly string[] s_reading = ["$(Registry:", "ModifiedTime)", "CreatedTime)", "AccessedTime)"];

    /// <summary>The files and folders that an expression's functions ask for, as written.</summary>
    public static IEnumerable<FileQuestion> QuestionsIn(string expression) => Calls(expression)
        .Where(call => s_questions.ContainsKey(call.Name))
        .Select(call => new FileQuestion(call.Name, Argument(expression.AsSpan(call.End)), s_questions[call.Name]));

    /// <summary>The first function in an expression that can read something else, as written; <see langword="null"/> if there is none.</summary>
    public static string? FindImpure(string expression) => Calls(expression)
        .Where(call => !s_pureTypes.Contains(call.Type) && !s_pure.Contains(call.Name) && !s_questions.ContainsKey(call.Name))
        .Select(call => call.Name)
        .FirstOrDefault() ?? s_reading.FirstOrDefault(part => expression.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The static functions that an expression calls, and where their arguments begin.</summary>
    private static IEnumerable<(string Type, string Name, int End)> Calls(string expression)
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

            yield return (type, $"{type}::{expression[(at + 3)..end]}", end);
        }
    }

    /// <summary>The only argument of a call, without its quotation marks; <see langword="null"/> if it is more than a text with properties.</summary>
    private static string? Argument(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        if (rest is not ['(', ..])
        {
            return null;
        }

        rest = rest[1..].TrimStart();
        bool isQuoted = rest is ['\'' or '`' or '"', ..];
        int end = isQuoted ? rest[1..].IndexOf(rest[0]) + 1 : rest.StartsWith("$(") ? rest.IndexOf(')') + 1 : 0;
        if (end <= 0 || rest[(isQuoted ? end + 1 : end)..].TrimStart() is not [')', ..])
        {
            return null;
        }

        ReadOnlySpan<char> argument = isQuoted ? rest[1..end] : rest[..end];
        return argument.ContainsAny('@', '%', '*') || argument.Contains("$([", StringComparison.Ordinal) ? null : argument.ToString();
    }

    private static IEnumerable<string> Of(string type, params string[] names) => names.Select(name => $"{type}::{name}");
}
