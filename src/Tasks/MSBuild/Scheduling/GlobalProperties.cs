namespace BuildCache.MSBuild;

/// <summary>Puts global properties together as MSBuild's own task does.</summary>
internal static class GlobalProperties
{
    /// <summary>The global properties that MSBuild's own task would give a project, escaped as it escapes them: with others the project would be evaluated and built once more.</summary>
    /// <param name="escape">MSBuild's escaping.</param>
    /// <param name="own">The global properties of the project that the task runs in.</param>
    /// <param name="given">Texts such as "Name=value", as a task's parameter has them.</param>
    public static Dictionary<string, string?> Merge(Func<string, string> escape, IReadOnlyDictionary<string, string> own, params IEnumerable<string>[] given)
    {
        Dictionary<string, string?> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in own)
        {
            properties[name] = escape(value);
        }

        foreach (IEnumerable<string> texts in given)
        {
            string? last = null;
            foreach (string text in texts)
            {
                int at = text.IndexOf('=', StringComparison.Ordinal);
                if (at >= 0)
                {
                    last = text[..at].Trim();
                    properties[last] = escape(text[(at + 1)..].Trim());
                }
                else if (last is not null)
                {
                    // A value with a semicolon in it came apart.
                    properties[last] += ";" + escape(text.Trim());
                }
            }
        }

        return properties;
    }
}
