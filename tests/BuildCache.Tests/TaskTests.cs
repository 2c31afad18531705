using System.Reflection;
using System.Runtime.CompilerServices;
using BuildCache.MSBuild;
using BuildCache.MSBuild.Compiling;

namespace BuildCache.Tests;

/// <summary>What MSBuild's threads ask of the task assembly.</summary>
public class TaskTests
{
    private static readonly Assembly s_assembly = typeof(CacheTask).Assembly;

    [Fact]
    public void Every_task_says_itself_that_it_may_run_on_any_thread()
    {
        Type[] tasks = [.. s_assembly.GetTypes().Where(type => !type.IsAbstract && type.GetInterfaces().Any(contract => contract.FullName == "Microsoft.Build.Framework.ITask"))];

        Assert.NotEmpty(tasks);
        Assert.All(tasks, task => Assert.Contains(task.CustomAttributes, attribute => attribute.AttributeType.Name == "MSBuildMultiThreadableTaskAttribute"));
        Assert.All(tasks, task => Assert.Contains(task.GetInterfaces(), contract => contract.Name == "IMultiThreadableTask"));
    }

    [Fact]
    public void There_is_no_static_field_that_can_change()
    {
        string[] mutable = [.. s_assembly.GetTypes()
            .Where(type => !IsGenerated(type))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly && !field.IsLiteral && !IsGenerated(field) && !field.Name.StartsWith('<'))
            .Select(field => $"{field.DeclaringType}.{field.Name}")];

        Assert.Empty(mutable);
    }

    [Fact]
    public void Every_task_that_the_targets_name_exists_and_the_reverse()
    {
        string targets = string.Concat(Directory.GetFiles(Repository.PathOf("src", "Sdk", "targets")).Select(File.ReadAllText));
        foreach (Type task in s_assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.GetInterfaces().Any(contract => contract.Name is "ITask" or "ITaskFactory")))
        {
            // The factory makes the task around a compiler: no target names that one.
            string attribute = task == typeof(CompilerTaskFactory) || task == typeof(CompileThroughCache) ? "TaskFactory" : "TaskName";
            string name = task == typeof(CompileThroughCache) ? typeof(CompilerTaskFactory).FullName! : task.FullName!;
            Assert.Contains($"{attribute}=\"{name}\"", targets, StringComparison.Ordinal);
        }

        foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(targets, "Task(?:Name|Factory)=\"(BuildCache[^\"]+)\""))
        {
            Assert.NotNull(s_assembly.GetType(match.Groups[1].Value));
        }
    }

    /// <summary>The code of a source generator counts as the compiler's.</summary>
    private static bool IsGenerated(MemberInfo member) =>
        member.Name.StartsWith('<') ||
        member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) ||
        member.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false) ||
        (member.DeclaringType is { } outer && IsGenerated(outer));
}
