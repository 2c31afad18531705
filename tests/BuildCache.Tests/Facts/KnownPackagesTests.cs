using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class KnownPackagesTests
{
    [Theory]
    [InlineData("coverlet.collector", "CopyCoverletDataCollectorFiles", false, "Copy")]
    [InlineData("coverlet.collector", "copycoverletdatacollectorfiles", false, "Copy")]
    [InlineData("coverlet.collector", "SetXPlatDataCollectorPath", false, "")]
    [InlineData("coverlet.collector", "Another", false, null)]
    [InlineData("coverlet", "CopyCoverletDataCollectorFiles", false, null)]
    [InlineData("coverlet.collector.more", "CopyCoverletDataCollectorFiles", false, null)]
    [InlineData("xunit.v3.core", "_XunitCopyRunnerDependencies", false, "Copy")]
    [InlineData("xunit.v3.core.mtp-v2", "_XunitCopyRunnerDependencies", false, "Copy")]
    [InlineData("microsoft.codeanalysis.netanalyzers", "AddGlobalAnalyzerConfigForPackage_MicrosoftCodeAnalysisNetAnalyzersUsage", false, "")]
    [InlineData("aspire.apphost.sdk", "AddReferenceToDashboardAndDCP", true, "Exec, Microsoft.NET.Build.Tasks.PickBestRid")]
    [InlineData("aspire.apphost.sdk", "AddReferenceToDashboardAndDCP", false, null)]
    [InlineData("microsoft.extensions.apidescription.client", "_GenerateOpenApiCode", false, "MSBuild")]
    [InlineData("coverlet.collector", "ReferencedPathMaps", false, "MSBuild*, WriteLinesToFile")]
    public void A_target_is_known_with_the_tasks_it_was_looked_at_with(string package, string target, bool inRestore, string? tasks) =>
        Assert.Equal(tasks, KnownPackages.TasksOf(package, target, inRestore) is { } known ? string.Join(", ", known) : null);

    [Fact]
    public void The_table_is_in_order_and_names_nothing_twice()
    {
        string[] lines = KnownTargets.Table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] packages = [.. lines.Where(line => !line.StartsWith(' '))];
        Assert.Equal(packages.Order(StringComparer.Ordinal), packages);
        Assert.Equal(packages.Length, packages.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(packages, package => Assert.Equal(package.ToLowerInvariant(), package));
        Assert.All(lines, line => Assert.DoesNotContain(' ', line.Split(':')[0].Trim().Replace(" (restore)", "", StringComparison.Ordinal)));
    }
}
