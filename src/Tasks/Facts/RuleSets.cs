using BuildCache.Hashing;
using System.Xml;
using System.Xml.Linq;

namespace BuildCache.Facts;

/// <summary>The rule sets that a project's rule set includes: no item names them, and the compiler reads them.</summary>
internal static class RuleSets
{
    /// <summary>Absolute paths, whether the files are there or not.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        string name = project.Property("CodeAnalysisRuleSet").Trim();
        if (name.Length == 0)
        {
            return [];
        }

        // A bare name is looked for in these folders, too.
        string[] first = [.. project.Property("CodeAnalysisRuleSetDirectories").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => AbsolutePath.Of(folder, project.Directory))
            .Prepend(project.Directory)
            .Select(folder => AbsolutePath.Of(name, folder))];
        return first.Concat(FilesInFiles.Of(context, "rulesets/1", first, static text => text.Contains("<Include", StringComparison.Ordinal), NamedIn, stop));

        // Relative to the rule set; one that is not there is looked for beside it.
        IEnumerable<string> NamedIn(string path, string text) => Read(text).Select(Environment.ExpandEnvironmentVariables).SelectMany(name => (string[])
            [AbsolutePath.Of(name, Path.GetDirectoryName(path)!), AbsolutePath.Of(Path.GetFileName(name.Replace('\\', '/')), Path.GetDirectoryName(path)!)]);
    }

    /// <summary>The names of rule sets in a rule set; none where it is no XML, which the compiler refuses.</summary>
    internal static IReadOnlyList<string> Read(string text)
    {
        try
        {
            return [.. XDocument.Parse(text).Descendants("Include").Select(include => include.Attribute("Path")?.Value.Trim() ?? "").Where(path => path.Length > 0)];
        }
        catch (XmlException)
        {
            return [];
        }
    }
}
