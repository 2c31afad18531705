using BuildCache.Hashing;
using System.Xml;
using System.Xml.Linq;

namespace BuildCache.Facts;

/// <summary>The files whose content a resource file (.resx) takes in: no item names them, and GenerateResource reads them.</summary>
internal static class ResourceReferences
{
    private const string Type = "System.Resources.ResXFileRef";

    /// <summary>Absolute paths, whether the files are there or not.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        IEnumerable<string> resources = project.ItemsOf("EmbeddedResource")
            .Where(item => item.Include.EndsWith(".resx", StringComparison.OrdinalIgnoreCase) || item.Include.EndsWith(".resw", StringComparison.OrdinalIgnoreCase))
            .Select(item => AbsolutePath.Of(item.Include, project.Directory));
        return FilesInFiles.Of(context, "resources/1", resources, static text => text.Contains(Type, StringComparison.Ordinal), NamedIn, stop);

        // Relative to the resource file, or with UseSourcePath=false to the project's folder.
        IEnumerable<string> NamedIn(string path, string text) => Read(text).SelectMany(name => (string[])
            [AbsolutePath.Of(name, Path.GetDirectoryName(path)!), AbsolutePath.Of(name, project.Directory)]);
    }

    /// <summary>The names of files in a resource file; none where it is no XML, which GenerateResource refuses.</summary>
    internal static IReadOnlyList<string> Read(string text)
    {
        try
        {
            // The value is "path;type" or "path;type;encoding", with the path in quotation marks where it has a semicolon.
            return [.. XDocument.Parse(text).Descendants("data")
                .Where(data => data.Attribute("type")?.Value.StartsWith(Type, StringComparison.Ordinal) == true)
                .Select(data => data.Element("value")?.Value.Trim() ?? "")
                .Select(value => value.StartsWith('"') ? value[1..].Split('"')[0] : value.Split(';')[0])
                .Where(name => name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal))];
        }
        catch (XmlException)
        {
            return [];
        }
    }
}
