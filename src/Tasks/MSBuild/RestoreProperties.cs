namespace BuildCache.MSBuild;

/// <summary>The global properties that MSBuild and the command line add to the restore of a build.</summary>
internal static class RestoreProperties
{
    private const string Session = "MSBuildRestoreSessionId";

    private static readonly string[] s_always = [Session, "ExcludeRestorePackageImports", "MSBuildIsRestoring"];

    /// <summary>What the command line adds: no item that a pattern finds matters to restore.</summary>
    private static readonly string[] s_patterns = ["EnableDefaultCompileItems", "EnableDefaultEmbeddedResourceItems", "EnableDefaultNoneItems", "EnableDefaultItems"];

    /// <summary>Whether a global property is there only because of restore.</summary>
    /// <param name="name">The property.</param>
    /// <param name="properties">All global properties.</param>
    public static bool IsAdded(string name, IReadOnlyDictionary<string, string> properties) =>
        s_always.Contains(name, StringComparer.OrdinalIgnoreCase) || (properties.ContainsKey(Session) && s_patterns.Contains(name, StringComparer.OrdinalIgnoreCase));
}
