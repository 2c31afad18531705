namespace BuildCache.Reporting;

/// <summary>Where the library says what happened. Safe for concurrent use.</summary>
internal interface ICacheLog
{
    /// <summary>Raises a diagnostic of the catalogue.</summary>
    void Report(Diagnostic diagnostic, params string[] arguments);

    /// <summary>Says something that only a person who looks for it should see.</summary>
    void Detail(string text);
}
