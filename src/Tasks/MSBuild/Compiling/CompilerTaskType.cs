using System.Reflection;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildCache.MSBuild.Compiling;

/// <summary>A compiler's own task, by reflection: it comes with the .NET SDK or a package, in any version.</summary>
internal sealed class CompilerTaskType
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Type _type;
    private readonly Dictionary<string, PropertyInfo> _properties;
    private readonly MethodInfo? _options;
    private readonly MethodInfo? _responseFile;

    private CompilerTaskType(Type type)
    {
        _type = type;
        _options = type.GetMethod("GenerateCommandLineCommands", Members, []);
        _responseFile = type.GetMethod("GenerateResponseFileCommands", Members, []);
        _properties = type
            .GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.GetIndexParameters().Length == 0 && !IsOfTheEngine(property) && (property.GetSetMethod() is not null || IsOutput(property)))
            .DistinctBy(property => property.Name)
            .ToDictionary(property => property.Name);
        Parameters = [.. _properties.Values.Select(property =>
            new TaskPropertyInfo(property.Name, property.PropertyType, IsOutput(property), property.IsDefined(typeof(RequiredAttribute), inherit: true)))];
    }

    public string Name => _type.Name;

    public string AssemblyPath => _type.Assembly.Location;

    /// <summary>What MSBuild may set and read.</summary>
    public TaskPropertyInfo[] Parameters { get; }

    /// <summary>Finds the task. Takes the assembly that MSBuild has loaded already for another task, if it has.</summary>
    public static CompilerTaskType Load(string assembly, string task)
    {
        Assembly loaded = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(candidate =>
            !candidate.IsDynamic && Hashing.RootMap.Comparer.Equals(candidate.Location, assembly)) ?? Assembly.LoadFrom(assembly);
        return new CompilerTaskType(loaded.GetExportedTypes().FirstOrDefault(type => type.Name == task && typeof(ToolTask).IsAssignableFrom(type))
            ?? throw new InvalidOperationException($"'{assembly}' holds no task '{task}'."));
    }

    public ITask Create() => (ITask)Activator.CreateInstance(_type)!;

    public void Set(ITask task, string property, object value) => _properties[property].SetValue(task, value);

    public object? Get(ITask task, string property) => _properties[property].GetValue(task);

    /// <summary>The command line that the task would run the compiler with; <see langword="null"/> if this version does not tell.</summary>
    public string? CommandLine(ITask task) =>
        _options is null || _responseFile is null ? null : $"{_options.Invoke(task, null)}\n{_responseFile.Invoke(task, null)}";

    private static bool IsOutput(PropertyInfo property) => property.IsDefined(typeof(OutputAttribute), inherit: true);

    private static bool IsOfTheEngine(PropertyInfo property) =>
        property.Name is nameof(ITask.BuildEngine) or nameof(ITask.HostObject) or nameof(IMultiThreadableTask.TaskEnvironment);
}
