namespace BuildCache.Tests;

/// <summary>A test that works with a tool that only Linux has. Elsewhere it is shown as skipped; on Linux a missing tool fails it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "It makes symbolic links, which not every system lets every user make.";

    public LinuxFactAttribute(string tool) => Skip = OperatingSystem.IsLinux() ? null : $"{tool} is a tool of Linux.";
}

/// <inheritdoc cref="LinuxFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute(string tool) => Skip = OperatingSystem.IsLinux() ? null : $"{tool} is a tool of Linux.";
}
