using System.Buffers;
using System.Xml;
using System.Xml.Linq;

namespace BuildCache.Facts;

/// <summary>A pattern that an item or an import names files with.</summary>
/// <param name="Pattern">As written, with properties.</param>
/// <param name="Exclude">What the item excludes, as written.</param>
/// <param name="IsImport">Whether it is an import, which is relative to its file instead of the project.</param>
/// <param name="Conditions">The conditions of the item and of its group: unless all hold, the item is not there. None for an import.</param>
internal sealed record GlobUse(string Pattern, string Exclude, bool IsImport, string[] Conditions);

/// <summary>What a build file looks at while it is evaluated, besides itself and what it imports.</summary>
/// <remarks>Targets are left out: what they read is a matter of <see cref="ForeignTargets"/>.</remarks>
internal sealed record BuildFileReach
{
    private static readonly SearchValues<char> s_noName = SearchValues.Create("$()[]/\\'");

    /// <summary>What is asked for whether it is there, as written.</summary>
    public List<string> Probes { get; } = [];

    /// <summary>Files that property functions read, as written.</summary>
    public List<string> Reads { get; } = [];

    public List<GlobUse> Globs { get; } = [];

    /// <summary>What items include through properties: a property may hold a pattern.</summary>
    public List<GlobUse> Indirect { get; } = [];

    /// <summary>Names of files that are looked for in every folder upwards.</summary>
    public HashSet<string> SearchedAbove { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How often each property is set.</summary>
    public Dictionary<string, int> Assigned { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Something that cannot be looked at again without evaluating; <see langword="null"/> if there is nothing.</summary>
    public string? Unmodelled { get; private set; }

    /// <summary>Reads a file.</summary>
    public static BuildFileReach Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new BuildFileReach { Unmodelled = "cannot be read" };
        }
    }

    internal static BuildFileReach Parse(string text)
    {
        BuildFileReach reach = new();
        try
        {
            reach.Visit(XDocument.Parse(text.TrimStart('\uFEFF')).Root!, group: "");
        }
        catch (XmlException)
        {
            reach.Unmodelled = "is no XML";
        }

        return reach;
    }

    private void Visit(XElement element, string group)
    {
        string name = element.Name.LocalName;
        if (name is "Target" or "UsingTask" or "ProjectExtensions")
        {
            return;
        }

        bool isItem = group == "ItemGroup";
        foreach (XAttribute attribute in element.Attributes())
        {
            string attributeName = attribute.Name.LocalName;
            ScanExpression(attribute.Value);
            if (attributeName == "Include" && isItem)
            {
                string[] conditions = [.. ((XElement?[])[element, element.Parent]).Select(static at => at?.Attribute("Condition")?.Value ?? "").Where(static condition => condition.Length > 0)];
                AddInclude(attribute.Value, element.Attribute("Exclude")?.Value ?? "", conditions);
            }
            else if (attributeName == "Project" && name == "Import" && HasWildcard(attribute.Value))
            {
                Globs.Add(new GlobUse(attribute.Value, "", IsImport: true, []));
            }
        }

        if (group == "PropertyGroup")
        {
            Assigned[name] = Assigned.GetValueOrDefault(name) + 1;
        }

        if (!element.HasElements)
        {
            ScanExpression(element.Value);
        }

        foreach (XElement child in element.Elements())
        {
            Visit(child, name is "PropertyGroup" or "ItemGroup" ? name : isItem ? "metadata" : "");
        }
    }

    private void AddInclude(string include, string exclude, string[] conditions)
    {
        foreach (string part in include.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Contains("@(", StringComparison.Ordinal))
            {
                if (HasWildcard(part))
                {
                    Unmodelled ??= $"includes '{part}'";
                }
            }
            else if (HasWildcard(part))
            {
                Globs.Add(new GlobUse(part, exclude, IsImport: false, conditions));
            }
            else if (part.Contains("$(", StringComparison.Ordinal))
            {
                Indirect.Add(new GlobUse(part, exclude, IsImport: false, conditions));
            }
        }
    }

    private void ScanExpression(string text)
    {
        if (PropertyFunctions.FindImpure(text) is { } impure)
        {
            Unmodelled ??= $"calls {impure}";
        }

        foreach (FileQuestion question in PropertyFunctions.QuestionsIn(text))
        {
            if (question.Path is null)
            {
                Unmodelled ??= $"calls {question.Function}";
            }
            else
            {
                (question.IsContent ? Reads : Probes).Add(question.Path);
            }
        }

        if (text.Contains("->", StringComparison.Ordinal) && text.Contains("->Exists", StringComparison.OrdinalIgnoreCase))
        {
            Unmodelled ??= "asks items whether their files exist";
        }

        ScanProbes(text);
        ScanSearches(text);
    }

    private void ScanProbes(string text)
    {
        const string Probe = "Exists(";
        for (int at = text.IndexOf(Probe, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(Probe, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            // [System.IO.File]::Exists( and the like have been found already.
            if (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is ':' or '.'))
            {
                continue;
            }

            ReadOnlySpan<char> rest = text.AsSpan(at + Probe.Length).TrimStart();
            int end = rest.IsEmpty || rest[0] != '\'' ? -1 : rest[1..].IndexOf('\'');
            if (end < 0 || rest[1..(end + 1)].Contains("$([", StringComparison.Ordinal) || rest[1..(end + 1)].ContainsAny('@', '%', '*'))
            {
                Unmodelled ??= $"asks {text[at..Math.Min(text.Length, at + 80)]}";
                return;
            }

            Probes.Add(rest[1..(end + 1)].ToString());
        }
    }

    private void ScanSearches(string text)
    {
        foreach ((string function, int position) in (ReadOnlySpan<(string, int)>)[("GetPathOfFileAbove(", 0), ("GetDirectoryNameOfFileAbove(", 1)])
        {
            for (int at = text.IndexOf(function, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(function, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                string[] arguments = text[(at + function.Length)..].Split(',');
                string name = position < arguments.Length ? arguments[position].Trim().TrimEnd(')', ' ').Trim('\'', '"', '`', ' ') : "";
                if (name.Length == 0 || name.AsSpan().ContainsAny(s_noName))
                {
                    Unmodelled ??= $"searches with {text[at..Math.Min(text.Length, at + 80)]}";
                    return;
                }

                SearchedAbove.Add(name);
            }
        }
    }

    internal static bool HasWildcard(string text) => text.AsSpan().ContainsAny('*', '?');
}
