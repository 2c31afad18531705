namespace BuildCache.Facts;

/// <summary>Settings of a project under which comments, or the lines that code stands on, reach an output or a warning.</summary>
internal static class SourceVisibility
{
    /// <summary>Settings that must be empty, with what they would let be seen.</summary>
    private static readonly (string Name, string Why)[] s_empty =
    [
        ("DocumentationFile", "comments go into its documentation file"),
        ("ErrorLog", "lines go into its error log"),
        ("CodePage", "another encoding than UTF-8 may be meant"),
        ("Features", "features of the compiler may show lines"),
        ("Instrument", "lines go into the instrumented code"),
        ("CompilerResponseFile", "a response file may ask for anything"),
        ("CodeAnalysisRuleSet", "its rule set may ask for rules that count lines"),
        ("CscToolPath", "its compiler is not the known one"),
        ("CscToolExe", "its compiler is not the known one"),
    ];

    /// <summary>Settings that must not be true.</summary>
    private static readonly (string Name, string Why)[] s_notTrue =
    [
        ("GenerateDocumentationFile", "comments go into its documentation file"),
        ("EnforceCodeStyleInBuild", "rules of style look at comments and blank lines"),
        ("EmitCompilerGeneratedFiles", "generated files are kept, which may copy comments"),
        ("UseWPF", "the compiler of XAML reads sources, too"),
        ("UseWindowsForms", "tools for forms read sources, too"),
    ];

    /// <summary>Rules of code metrics, which count lines. They are off unless a project asks for them.</summary>
    private static readonly string[] s_lineRules = ["CA1501", "CA1502", "CA1505", "CA1506", "CA1509"];

    /// <summary>What speaks against ignoring comments, in words; <see langword="null"/> if nothing does.</summary>
    /// <param name="value">Gives the value of a property, "" if it has none.</param>
    public static string? Find(Func<string, string> value)
    {
        if (value("Language") != "C#")
        {
            return "only C# sources can be read without comments";
        }

        // "pdbonly", "portable" and "embedded" all hold a checksum of each source and the lines of its statements.
        if (!value("DebugType").Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return "its pdb holds the lines of the sources; DebugType=none makes none";
        }

        if (value("Deterministic").Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            return "it is not compiled deterministically";
        }

        foreach ((string name, string why) in s_empty)
        {
            if (value(name).Trim().Length > 0)
            {
                return $"{why} ({name} is set)";
            }
        }

        foreach ((string name, string why) in s_notTrue)
        {
            if (value(name).Equals("true", StringComparison.OrdinalIgnoreCase))
            {
                return $"{why} ({name} is true)";
            }
        }

        return NamesLineRule(value("WarningsAsErrors")) ? "a rule that counts lines is on (WarningsAsErrors)" : null;
    }

    /// <summary>Whether a text, such as a config file of analyzers, names a rule that counts lines.</summary>
    public static bool NamesLineRule(string text) => s_lineRules.Any(rule => text.Contains(rule, StringComparison.OrdinalIgnoreCase));
}
