namespace BuildCache.Reporting;

/// <summary>How loud a diagnostic is.</summary>
internal enum Severity
{
    /// <summary>Shown with -v:detailed.</summary>
    Detail,

    /// <summary>Shown with -v:normal.</summary>
    Message,
    Warning,
    Error,
}

/// <summary>A row of the catalogue: a code, how loud it is, and its text with holes.</summary>
/// <param name="Code">BCSDK and four digits, the first of which names the area.</param>
/// <param name="Severity">The loudness when nobody changes it.</param>
/// <param name="Text">What happened, why, and what to do; {0} and so on are filled in.</param>
/// <param name="IsFault">A fault of the cache itself, not of the project: never an error, even where warnings are errors, since the build is as right as without the cache.</param>
internal sealed record Diagnostic(string Code, Severity Severity, string Text, bool IsFault = false)
{
    /// <summary>The page about this code, in the package and in the repository.</summary>
    public string Page => $"docs/diagnostics/{Code}.md";
}
