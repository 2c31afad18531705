using BuildCache.Facts;
using BuildCache.Hashing;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>Files and projects that a build used because a target added an item, or set a property, that names them: no key made before it can know them.</summary>
/// <remarks>What lies in the project's folder is part of the key anyway; what the build itself made, and packages, need not be.</remarks>
internal static class InputsOfTargets
{
    /// <summary>What the compilers read.</summary>
    private static readonly string[] s_compiled =
    [
        "Compile", "CompileBefore", "CompileAfter", "EmbeddedResource", "AdditionalFiles", "EditorConfigFiles", "Analyzer", "CodeAnalysisDictionary", "Resource", "Page", "ApplicationDefinition", "Protobuf",
    ];

    /// <summary>What is copied to the output folder where it says so, as MSBuild's targets collect it.</summary>
    private static readonly string[] s_copied = ["ContentWithTargetPath", "_NoneWithTargetPath", "_CompileItemsToCopyWithTargetPath"];

    /// <summary>Items whose files may name further ones.</summary>
    private static readonly string[] s_naming = ["Compile", "EmbeddedResource", "Protobuf"];

    /// <summary>The first such file that is no fact of the project; <see langword="null"/> if there is none, as nearly always.</summary>
    /// <param name="project">The project after its build.</param>
    /// <param name="evaluated">The project before it.</param>
    /// <param name="fingerprint">What its key was made of.</param>
    /// <param name="context">The build.</param>
    /// <param name="stop">Stops the reading.</param>
    public static string? Unknown(ProjectInstance project, EvaluatedProject evaluated, Fingerprint fingerprint, FactContext context, CancellationToken stop)
    {
        string[] made = [.. WrittenPlaces.OfAllBuilds(evaluated), .. WrittenPlaces.ElsewhereOfThisBuild(evaluated)];
        bool IsUnknown(string path) => !fingerprint.Files.ContainsKey(path) && !context.IsFixed(path) && !made.Any(place => RootMap.IsWithin(path, place)) && File.Exists(path);

        IEnumerable<ProjectItemInstance> items = s_compiled.SelectMany(project.GetItems)
            .Concat(s_copied.SelectMany(project.GetItems).Where(item => item.GetMetadataValue("CopyToOutputDirectory").Length > 0));
        foreach (ProjectItemInstance item in items)
        {
            string path = ProjectTask.Absolute(item.EvaluatedInclude, evaluated.Directory);
            if (IsUnknown(path) && !FoundReferences.IsOfPackageOrProject(item))
            {
                return path;
            }
        }

        // Whether such a reference is asked depends on when the key is made.
        HashSet<string> asked = new(evaluated.ItemsOf("ProjectReference").Select(item => item.Include).Concat(project.GetItems("_TransitiveProjectReferences").Select(item => item.EvaluatedInclude))
            .Select(include => ProjectTask.Absolute(include, evaluated.Directory)), RootMap.Comparer);
        if (project.GetItems("ProjectReference").Select(item => ProjectTask.Absolute(item.EvaluatedInclude, evaluated.Directory)).FirstOrDefault(path => !asked.Contains(path)) is { } reference)
        {
            return reference;
        }

        return ItemFacts.PathsInProperties(project.GetPropertyValue).Select(value => ProjectTask.Absolute(value, evaluated.Directory)).FirstOrDefault(IsUnknown)
            ?? NamedInAdded(project, evaluated, context, made, stop).FirstOrDefault(IsUnknown);
    }

    /// <summary>What the added files name in turn.</summary>
    private static IEnumerable<string> NamedInAdded(ProjectInstance project, EvaluatedProject evaluated, FactContext context, string[] made, CancellationToken stop)
    {
        List<EvaluatedItemType> added = [];
        foreach (string type in s_naming)
        {
            HashSet<string> known = new(evaluated.ItemsOf(type).Select(item => item.Include), RootMap.Comparer);
            EvaluatedItem[] items = [.. project.GetItems(type)
                .Where(item => !known.Contains(item.EvaluatedInclude) && !made.Any(place => RootMap.IsWithin(ProjectTask.Absolute(item.EvaluatedInclude, evaluated.Directory), place)))
                .Select(item => new EvaluatedItem(item.EvaluatedInclude, [.. item.MetadataNames.Cast<string>().Select(name => KeyValuePair.Create(name, item.GetMetadataValue(name)))]))];
            if (items.Length > 0)
            {
                added.Add(new EvaluatedItemType(type, items));
            }
        }

        return added.Count == 0 ? [] : FactCollector.NamedInFiles(context, evaluated with { ItemTypes = added }, stop);
    }
}
