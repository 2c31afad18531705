using BuildCache.Gates;
using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Tells what dependents see of a project that was built without the gate, or behind whose build something may have written.</summary>
[MSBuildMultiThreadableTask]
public sealed class DescribeProject : ProjectTask
{
    /// <summary>The digest of what dependents see; "" when it cannot be told.</summary>
    [Output]
    public string Visible { get; private set; } = "";

    /// <summary>The project's rooted path, with its framework.</summary>
    [Output]
    public string Name { get; private set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            return;
        }

        Name = ReferenceName(scope);
        BuiltOutputs outputs = Outputs(scope);
        if (scope.Session.SeenOf(scope.Identity) is { } before)
        {
            Visible = before.Now(outputs, scope.Session.Context, Stop).ToString();
            return;
        }

        CollectedOutputs collected = OutputCollector.Collect(outputs, scope.Project, scope.Session.Context.Roots, scope.Session.Context.Tracked, RefreshedCopies.None.Seen);
        Visible = scope.Session.Publisher.Describe(collected.Found, Stop).Visible.ToString();
        if (collected.Refusal is { } refused)
        {
            log.Report(refused.Diagnostic, [.. refused.Arguments]);
        }
    }
}
