using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using BuildCache.Facts;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>The targets of a project, described one by one and only when asked.</summary>
internal sealed partial class TargetShapes(ProjectInstance project) : IReadOnlyDictionary<string, TargetShape>, ITargetsByFile
{
    /// <summary>Tasks that say or decide something, and write nothing. GetAssemblyIdentity reads analyzers and references, which are facts.</summary>
    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Message", "Warning", "Error", "CallTarget", "NETSdkWarning", "NETSdkError", "NETSdkInformation", "NetSdkWarning", "AssignCulture",
        "RemoveDuplicates", "FindInList", "Hash", "GetAssemblyIdentity", "CreateItem", "CreateProperty", "FindUnderPath", "CombinePath", "ConvertToAbsolutePath", "AssignTargetPath",
    };

    private static readonly HashSet<string> s_warning = new(StringComparer.OrdinalIgnoreCase) { "Warning", "NETSdkWarning" };

    /// <summary>What a property function reads that no fact covers.</summary>
    private static readonly string[] s_reads =
    [
        "System.IO.File", "System.IO.Directory", "System.DateTime", "System.Guid", "System.Random", "System.Environment", "GetRegistryValue",
    ];

    public IEnumerable<string> Keys => project.Targets.Keys;

    public IEnumerable<TargetShape> Values => project.Targets.Values.Select(Shape);

    public int Count => project.Targets.Count;

    public TargetShape this[string key] => Shape(project.Targets[key]);

    public bool ContainsKey(string key) => project.Targets.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TargetShape value)
    {
        bool found = project.Targets.TryGetValue(key, out ProjectTargetInstance? target);
        value = found ? Shape(target!) : null;
        return found;
    }

    public IEnumerator<KeyValuePair<string, TargetShape>> GetEnumerator() =>
        project.Targets.Select(target => KeyValuePair.Create(target.Key, Shape(target.Value))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <remarks>A thousand targets of a hundred files, which are asked about once each: targets of a file share its name.</remarks>
    public IEnumerable<TargetShape> NotOf(Func<string, bool> isLeftOut)
    {
        Dictionary<string, bool> known = new(256, ReferenceEqualityComparer.Instance);
        foreach (ProjectTargetInstance target in project.Targets.Values)
        {
            if (!known.TryGetValue(target.FullPath, out bool isOut))
            {
                known.Add(target.FullPath, isOut = isLeftOut(target.FullPath));
            }

            if (!isOut)
            {
                yield return Shape(target);
            }
        }
    }

    private TargetShape Shape(ProjectTargetInstance target) => new LiveTarget(project, target);

    private sealed class LiveTarget(ProjectInstance project, ProjectTargetInstance target) : TargetShape
    {
        public override string Name => target.Name;

        public override string File => target.FullPath;

        public override string[] DependsOn() => Names(target.DependsOnTargets);

        public override string[] Before() => Names(target.BeforeTargets);

        public override string[] After() => Names(target.AfterTargets);

        public override string[] Calls() => TargetCalls.Of(project, target);

        public override IReadOnlyList<string> Tasks() =>
            [.. target.Children.OfType<ProjectTaskInstance>().Select(task => task.Name).Where(name => !s_harmless.Contains(name)).Distinct(StringComparer.OrdinalIgnoreCase)];

        public override bool Warns() => target.Children.OfType<ProjectTaskInstance>().Any(task => s_warning.Contains(task.Name));

        public override bool CallsOtherProjects() => TargetCalls.GoElsewhere(project, target);

        public override string? Effect() => TargetShapes.Effect(target, path => IsOfPackage(project, target.FullPath, path));

        public override IEnumerable<string> Reads() => TargetState.Reads(target);

        public override IEnumerable<string> Sets() => TargetState.Sets(project, target);

        private string[] Names(string list) => list.Length == 0 ? [] : project
            .ExpandString(list)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Whether a path, as written in a package's target, leads to a file of a package, which is there or is not for good.</summary>
    private static bool IsOfPackage(ProjectInstance project, string file, string path)
    {
        const string Folder = "$(MSBuildThisFileDirectory)";
        string packages = project.GetPropertyValue("NuGetPackageRoot");
        return packages.Length > 0 && path.StartsWith(Folder, StringComparison.OrdinalIgnoreCase) && !path.AsSpan(Folder.Length).ContainsAny('$', '@', '%') &&
            Hashing.RootMap.IsWithin(file, ProjectTask.Absolute(packages, project.Directory)) &&
            Hashing.RootMap.IsWithin(ProjectTask.Absolute(path[Folder.Length..].TrimStart('/', '\\'), Path.GetDirectoryName(file)!), ProjectTask.Absolute(packages, project.Directory));
    }

    private static string? Effect(ProjectTargetInstance target, Func<string, bool> isOfPackage)
    {
        string? Reads(IEnumerable<string> expressions) => TargetShapes.Reads(expressions, isOfPackage);

        if (Reads([target.Condition, target.Inputs, target.Outputs]) is { } read)
        {
            return read;
        }

        foreach (ProjectTargetInstanceChild child in target.Children)
        {
            string? effect = child switch
            {
                ProjectTaskInstance task when !s_harmless.Contains(task.Name) => $"runs the task {task.Name}",
                ProjectTaskInstance task => Reads(task.Parameters.Values.Append(task.Condition)),
                ProjectPropertyGroupTaskInstance group => Reads(group.Properties.SelectMany(property => (string[])[property.Value, property.Condition]).Append(group.Condition)),
                ProjectItemGroupTaskInstance group when group.Items.Any(item => item.Include.AsSpan().ContainsAny('*', '?')) => "lists files",
                ProjectItemGroupTaskInstance group => Reads(group.Items.SelectMany(item =>
                    (IEnumerable<string>)[item.Include, item.Exclude, item.Condition, .. item.Metadata.SelectMany(data => (string[])[data.Value, data.Condition])]).Append(group.Condition)),
                _ => null,
            };
            if (effect is not null)
            {
                return effect;
            }
        }

        return null;
    }

    private static string? Reads(IEnumerable<string> expressions, Func<string, bool> isOfPackage)
    {
        foreach (string expression in expressions)
        {
            // Whether a file is there is seen by evaluation where evaluation asks, but not where a target does.
            if (expression.Contains("Exists(", StringComparison.OrdinalIgnoreCase) && !Questions().Matches(expression).All(question => isOfPackage(question.Groups["path"].Value)))
            {
                return "asks whether a file exists";
            }

            foreach (string function in s_reads)
            {
                if (expression.Contains("[" + function, StringComparison.OrdinalIgnoreCase))
                {
                    return $"calls {function}";
                }
            }
        }

        return null;
    }

    /// <summary>Each question whether a file exists; one that is put otherwise than as a text in quotation marks has no path.</summary>
    [GeneratedRegex(@"Exists\(\s*(?:'(?<path>[^']*)'\s*\))?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Questions();
}
