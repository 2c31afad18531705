namespace BuildCache.EndToEnd;

/// <summary>A scenario that works with tools that only Linux has. Elsewhere it is shown as skipped; on Linux a missing tool fails it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute(string tool) => Skip = OperatingSystem.IsLinux() ? null : $"{tool} is a tool of Linux.";
}

/// <inheritdoc cref="LinuxFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute(string tool) => Skip = OperatingSystem.IsLinux() ? null : $"{tool} is a tool of Linux.";
}
