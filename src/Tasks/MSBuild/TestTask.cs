using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Testing;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>A task around the run of a project's tests.</summary>
public abstract class TestTask : ProjectTask
{
    /// <summary>The loggers that were asked for, as the test target hands them on.</summary>
    public ITaskItem[] Loggers { get; set; } = [];

    /// <summary>What the project and its folder hold now, whenever it was built: another digest than that of the build, which knows its references too.</summary>
    private protected Digest FactsNow(Scope scope, ICacheLog log) =>
        new FactCollector(scope.Session.Context, new KeySettings(scope.Settings.Salt, scope.Settings.Relocatable), log).Collect(scope.Project, [], "", [], Stop).ActionKey;

    /// <summary>The run that the test target is about to start.</summary>
    private protected TestRun RunOf(Scope scope)
    {
        ProjectInstance project = scope.Instance;
        Dictionary<string, string> settings = new(StringComparer.OrdinalIgnoreCase);
        foreach (ProjectPropertyInstance property in project.Properties)
        {
            if (property.Name.StartsWith("VSTest", StringComparison.OrdinalIgnoreCase))
            {
                settings[property.Name] = property.EvaluatedValue;
            }
        }

        string file = settings.GetValueOrDefault("VSTestSetting", "");
        string results = settings.GetValueOrDefault("VSTestResultsDirectory", "");
        return new TestRun
        {
            Project = scope.Project,
            Place = scope.Place,
            Property = project.GetPropertyValue,
            Settings = settings,
            Loggers = [.. Loggers.Select(static logger => logger.ItemSpec)],
            SettingsFile = Absolute(file.Length > 0 ? file : project.GetPropertyValue("RunSettingsFilePath"), project.Directory),
            ResultsFolder = Absolute(results.Length > 0 ? results : "TestResults", project.Directory),
            AllVariables = scope.Settings.AllTestVariables,
            Relocatable = scope.Settings.Relocatable,
            AllowCustomHooks = scope.Settings.AllowCustomHooks,
        };
    }
}
