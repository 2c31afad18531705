namespace BuildCache.Testing;

/// <summary>A logger of VSTest as a command line names it.</summary>
/// <param name="Name">Its friendly name or address.</param>
/// <param name="Parameters">Its parameters, by name without regard to case.</param>
internal sealed record TestLogger(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Whether it writes a TRX file.</summary>
    public bool IsTrx => Name.Equals("trx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is the console's.</summary>
    public bool IsConsole => Name.Equals("console", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file name that a person gave; "" if the logger makes one up.</summary>
    public string FileName => Parameters.GetValueOrDefault("LogFileName", "");

    /// <summary>Reads <c>name;parameter=value;...</c>.</summary>
    public static TestLogger Parse(string text)
    {
        string[] parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in parts.Skip(1))
        {
            int at = part.IndexOf('=', StringComparison.Ordinal);
            parameters[at < 0 ? part : part[..at]] = at < 0 ? "" : part[(at + 1)..];
        }

        return new TestLogger(parts.Length == 0 ? "" : parts[0], parameters);
    }
}
