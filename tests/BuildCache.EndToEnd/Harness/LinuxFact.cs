namespace BuildCache.EndToEnd;

/// <summary>A scenario that works with tools that only Linux has. Elsewhere it is shown as skipped; on Linux a missing tool fails it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute(string tool) => Skip = OperatingSystem.IsLinux() ? null : $"{tool} is a tool of Linux.";

    /// <summary>
    /// For a tool that a package brings and that only root can use here. Where it cannot run, the scenario is skipped
    /// and says what to do; under <c>.ci/run</c> it fails.
    /// </summary>
    public LinuxFactAttribute(string tool, string package)
        : this(tool) => Skip ??= IsRequired || (Environment.IsPrivilegedProcess && IsInstalled(tool))
            ? null : $"It needs {tool} (install {package}) and root.";

    /// <summary>Whether nothing may be skipped that this system can run.</summary>
    private static bool IsRequired => Environment.GetEnvironmentVariable("BUILDCACHE_TESTS_NEED_TOOLS") == "1";

    private static bool IsInstalled(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
}

/// <inheritdoc cref="LinuxFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute(string tool) => Skip = OperatingSystem.IsLinux() ? null : $"{tool} is a tool of Linux.";
}
