using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using BuildCache.Facts;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>The project that a task runs in, as evaluation left it.</summary>
/// <remarks>
/// MSBuild has no public way from a task to its project. The task's engine leads there through private members
/// (tried on MSBuild 18.9); where they are missing, nothing is cached and one warning says so.
/// </remarks>
internal static class LiveProject
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // Every task of every project goes this way: MSBuild's types are looked through once a process.
    private static readonly ConcurrentDictionary<(Type Type, string Name), FieldInfo?> s_fields = new();
    private static readonly ConcurrentDictionary<(Type Type, string Name), PropertyInfo?> s_properties = new();

    /// <summary>The instance; <see langword="null"/> when this MSBuild hides it.</summary>
    public static ProjectInstance? Find(IBuildEngine engine)
    {
        object? entry = Field(engine, "_requestEntry");
        object? configuration = Property(entry, "RequestConfiguration");
        return Property(configuration, "Project") as ProjectInstance;
    }

    /// <summary>Whether the command line itself asked for this project, rather than a solution or another project.</summary>
    public static bool IsRoot(IBuildEngine engine) =>
        Property(Property(Field(engine, "_requestEntry"), "Request"), "IsRootRequest") is true;

    /// <summary>How many nodes the build may use; 0 when this MSBuild hides it.</summary>
    /// <remarks>The property MSBuildNodeCount says 1 in the project of a solution (tried on MSBuild 18.9).</remarks>
    public static int NodeCount(IBuildEngine engine) =>
        Property(Property(Field(engine, "_host"), "BuildParameters"), "MaxNodeCount") is int count ? count : 0;

    /// <summary>Whether a warning would come out as an error.</summary>
    /// <remarks>MSBuild's own answer is wrong where all warnings are errors and the project also names some, as the .NET SDK does.</remarks>
    public static bool TreatsAsError(IBuildEngine engine, string code) =>
        (engine is IBuildEngine8 strict && strict.ShouldTreatWarningAsError(code)) ||
        "true".Equals(Find(engine)?.GetPropertyValue("MSBuildTreatWarningsAsErrors"), StringComparison.OrdinalIgnoreCase) ||
        Property(Property(Field(engine, "_host"), "BuildParameters"), "WarningsAsErrors") is ICollection<string> { Count: 0 };

    /// <summary>Takes our compiler tasks away again under <c>-mt</c>, where MSBuild refuses every task factory that is not its own.</summary>
    /// <remarks>Whether a build is multithreaded cannot be told while a project is evaluated, which is when tasks are registered.</remarks>
    public static void KeepOwnCompilersIfMultithreaded(IBuildEngine engine, ProjectInstance project)
    {
        object? parameters = Property(Field(engine, "_host"), "BuildParameters");
        if (Property(parameters, "MultiThreaded") is not true || Property(project, "TaskRegistry") is not { } registry)
        {
            return;
        }

        foreach (IDictionary registered in ((object?[])[Field(registry, "_overriddenTasks"), Field(registry, "_taskRegistrations")]).OfType<IDictionary>())
        {
            foreach (object name in registered.Keys.Cast<object>().ToArray())
            {
                IList records = (IList)registered[name]!;
                foreach (object record in records.Cast<object>().Where(IsOurs).ToArray())
                {
                    records.Remove(record);
                }

                if (records.Count == 0)
                {
                    registered.Remove(name);
                }
            }
        }
    }

    private static bool IsOurs(object record) => Property(record, "TaskFactoryAttributeName") is string factory && factory == typeof(Compiling.CompilerTaskFactory).FullName;

    /// <summary>When the task's project was evaluated; <see langword="null"/> if that cannot be told.</summary>
    public static DateTime? EvaluatedAt(IBuildEngine engine) => Find(engine) is { } project ? EvaluatedAt(project) : null;

    /// <summary>When our props were evaluated, which may be long ago: a graph build evaluates all projects before it builds the first.</summary>
    private static DateTime? EvaluatedAt(ProjectInstance project) =>
        long.TryParse(project.GetPropertyValue("_BuildCacheEvaluated"), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) ? new DateTime(ticks, DateTimeKind.Utc) : null;

    /// <summary>The project without MSBuild's types.</summary>
    /// <param name="project">The project before its first target.</param>
    /// <param name="items">What it has in common with others.</param>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static EvaluatedProject Describe(ProjectInstance project, EvaluatedItems items)
    {
        List<KeyValuePair<string, string>> properties = new(1024);
        foreach (ProjectPropertyInstance property in project.Properties)
        {
            properties.Add(new(property.Name, property.EvaluatedValue));
        }

        return new EvaluatedProject
        {
            Path = project.FullPath,
            EvaluatedNs = Hashing.FileStamp.Nanoseconds(EvaluatedAt(project) ?? DateTime.UtcNow),
            Imports = [.. project.ImportPaths],
            GlobalProperties = new Dictionary<string, string>(project.GlobalProperties, StringComparer.OrdinalIgnoreCase),
            Properties = properties,
            ItemTypes = items.Of(project),
            Property = project.GetPropertyValue,
            InitialTargets = [.. project.InitialTargets],
            DefaultTargets = [.. project.DefaultTargets],
            Targets = new TargetShapes(project),
        };
    }

    private static object? Field(object? from, string name) => from is null ? null :
        s_fields.GetOrAdd((from.GetType(), name), static at => at.Type.GetField(at.Name, Members))?.GetValue(from);

    private static object? Property(object? from, string name) => from is null ? null :
        s_properties.GetOrAdd((from.GetType(), name), static at => at.Type.GetProperty(at.Name, Members) ??
            at.Type.GetInterfaces().Select(implemented => implemented.GetProperty(at.Name, Members)).FirstOrDefault(static found => found is not null))?.GetValue(from);
}
