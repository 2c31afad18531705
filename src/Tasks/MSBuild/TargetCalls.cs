using System.Text.RegularExpressions;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>The targets that a target calls by the tasks CallTarget and MSBuild.</summary>
internal static partial class TargetCalls
{
    private const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    /// <summary>Those in the same project, as written, with what that stands for: <see cref="Facts.TargetShape.Calls"/>.</summary>
    /// <remarks>A call of the default targets is a build of its own, which the gate sees.</remarks>
    public static string[] Of(ProjectInstance project, ProjectTargetInstance target) => [.. target.Children.OfType<ProjectTaskInstance>().SelectMany(task =>
        Is(task, "CallTarget") ? Names(project, Parameter(task, "Targets"))
        : Is(task, "MSBuild") && IsOnSame(project, task) ? Names(project, Parameter(task, "Targets")).Concat(NamesInProperties(project, Parameter(task, "Properties")))
        : [])];

    /// <summary>Whether a target calls targets of other projects. A list of items that has none, and that no target fills, names no project.</summary>
    public static bool GoElsewhere(ProjectInstance project, ProjectTargetInstance target) => target.Children.OfType<ProjectTaskInstance>().Any(task =>
        Is(task, "MSBuild") && !IsOnSame(project, task) && !(ItemList().Match(Parameter(task, "Projects")) is { Success: true } list && IsAlwaysEmpty(project, list.Groups["item"].Value)));

    private static bool Is(ProjectTaskInstance task, string name) => task.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string Parameter(ProjectTaskInstance task, string name) => task.Parameters.TryGetValue(name, out string? value) ? value : "";

    private static bool IsOnSame(ProjectInstance project, ProjectTaskInstance task)
    {
        string projects = Parameter(task, "Projects");
        return projects.Length > 0 && !projects.AsSpan().ContainsAny('@', '%') &&
            ProjectTask.Absolute(project.ExpandString(projects).Trim(), project.Directory).Equals(project.FullPath, Hashing.RootMap.Comparison);
    }

    private static bool IsAlwaysEmpty(ProjectInstance project, string item) =>
        project.GetItems(item).Count == 0 && !project.Targets.Values.Any(target => TargetState.Sets(project, target).Contains($"@({item})", StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> Names(ProjectInstance project, string list) => list.Split(';', Clean).SelectMany(name =>
        name.AsSpan().ContainsAny('$', '@', '%') ? [name, .. Possible(project, name)] : (string[])[name]);

    /// <summary>Another instance of the project has these global properties: what targets are to depend on may be among them.</summary>
    private static IEnumerable<string> NamesInProperties(ProjectInstance project, string properties) => properties
        .Split(';', Clean)
        .Select(static property => property.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(property => property.Length == 2 && project.Targets.Values.Any(target => target.DependsOnTargets.Contains($"$({property[0]})", StringComparison.OrdinalIgnoreCase)))
        .SelectMany(property => Possible(project, property[1]));

    /// <summary>What a text may stand for: names, where properties alone decide that and have a value; else all that begin as it does.</summary>
    private static string[] Possible(ProjectInstance project, string text)
    {
        string expanded = text.AsSpan().ContainsAny('@', '%') ? "" : project.ExpandString(text);
        return expanded.Length > 0 ? expanded.Split(';', Clean) : [text[..Math.Max(0, text.AsSpan().IndexOfAny('$', '@', '%'))] + "*"];
    }

    [GeneratedRegex(@"^\s*@\(\s*(?<item>[A-Za-z_][\w-]*)\s*(?:->[^@]*)?\)\s*$")]
    private static partial Regex ItemList();
}
