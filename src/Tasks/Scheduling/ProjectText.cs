using System.Buffers;
using System.Xml;

namespace BuildCache.Scheduling;

/// <summary>What a project file says about references and frameworks without being evaluated.</summary>
/// <param name="References">Absolute paths of the project references that are written out in it.</param>
/// <param name="Frameworks">The target frameworks that are written out in it.</param>
/// <param name="BuildsByDefault">Whether its default target is Build, as far as can be told; if not, it is left to MSBuild.</param>
/// <remarks>Conditions are not looked at and imports not followed: what this misses or adds costs time only.</remarks>
internal sealed record ProjectText(IReadOnlyList<string> References, IReadOnlyList<string> Frameworks, bool BuildsByDefault)
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("$@*?%\0");

    private static readonly ProjectText s_unreadable = new([], [], false);

    public static ProjectText Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using XmlReader reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return Read(reader, Path.GetDirectoryName(path)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or XmlException or ArgumentException)
        {
            return s_unreadable;
        }
    }

    private static ProjectText Read(XmlReader reader, string folder)
    {
        List<string> references = [];
        List<string> frameworks = [];
        bool builds = false;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (reader.LocalName)
            {
                case "Project" when reader.Depth == 0:
                    string targets = reader.GetAttribute("DefaultTargets") ?? "";
                    builds = targets.Trim().Equals("Build", StringComparison.OrdinalIgnoreCase) || (targets.Length == 0 && reader.GetAttribute("Sdk") is not null);
                    break;
                case "ProjectReference" when reader.GetAttribute("Include") is { } include:
                    references.AddRange(Paths(include, folder));
                    break;
                case "TargetFramework" or "TargetFrameworks" when !reader.IsEmptyElement && reader.Read() && reader.NodeType == XmlNodeType.Text:
                    frameworks.AddRange(reader.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(IsPlain));
                    break;
            }
        }

        return new ProjectText(references, frameworks, builds);
    }

    private static IEnumerable<string> Paths(string include, string folder) =>
        from part in include.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        let path = part.Replace("$(MSBuildThisFileDirectory)", folder + "/", StringComparison.OrdinalIgnoreCase).Replace("$(MSBuildProjectDirectory)", folder, StringComparison.OrdinalIgnoreCase)
        where IsPlain(path)
        select Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), folder);

    /// <summary>Whether a text means itself: no property, item, pattern or escape.</summary>
    private static bool IsPlain(string text) => text.Length > 0 && text.AsSpan().IndexOfAny(s_special) < 0;
}
