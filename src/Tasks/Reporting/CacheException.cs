namespace BuildCache.Reporting;

/// <summary>A failure that has a row in the catalogue.</summary>
internal sealed class CacheException(Diagnostic diagnostic, params string[] arguments) : Exception($"{diagnostic.Code}: {string.Join(", ", arguments)}")
{
    public Diagnostic Diagnostic { get; } = diagnostic;

    public IReadOnlyList<string> Arguments { get; } = arguments;
}
