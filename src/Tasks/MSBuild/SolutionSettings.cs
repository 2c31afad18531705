using System.Text.RegularExpressions;
using Microsoft.Build.Construction;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>The settings of a solution: those that its own project sees, then those of the nearest Directory.Build.props, which MSBuild does not show to it.</summary>
internal sealed partial class SolutionSettings
{
    private const string OwnSdk = "BuildCache.Sdk";

    // Keeps our own file from listing the whole repository as the input of a project.
    private const string SettingsOnly = "_BuildCacheSettingsOnly";

    private static readonly string[] s_ci = ["ContinuousIntegrationBuild", "CI", "TF_BUILD"];

    private static readonly string[] s_names =
    [
        "BuildCacheEnabled", "BuildCacheMode", "BuildCacheDirectory", "BuildCacheMaxSize", "BuildCacheRoot", "BuildCacheSalt", "BuildCachePlacement", "BuildCacheSourceRevision",
        "BuildCacheRelocatable", "BuildCacheRequireHit", "BuildCacheExplain", "BuildCacheVerify", "BuildCacheSolutionGate", "BuildCacheSchedule", "BuildCacheStagePackages", .. s_ci,
    ];

    private readonly Dictionary<string, string> _values;

    private SolutionSettings(Dictionary<string, string> values) => _values = values;

    /// <summary>The value of a setting; "" if it is not set.</summary>
    public string this[string name] => _values.GetValueOrDefault(name, "");

    /// <summary>Whether this is a CI machine.</summary>
    public bool IsCi => s_ci.Any(name => this[name].Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>The settings, for a task in the solution's project.</summary>
    /// <param name="engine">The task's.</param>
    /// <param name="buildProperties">Absolute path of the nearest Directory.Build.props; "" if there is none.</param>
    public static SolutionSettings Of(IBuildEngine engine, string buildProperties)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        ProjectInstance? solution = LiveProject.Find(engine);
        Dictionary<string, string> below = OfBuildProperties((IBuildEngine6)engine, buildProperties);
        foreach (string name in s_names)
        {
            values[name] = solution?.GetPropertyValue(name) is { Length: > 0 } own ? own : below.GetValueOrDefault(name, "");
        }

        return new SolutionSettings(values);
    }

    /// <summary>Evaluated once a build: several tasks ask, in restore and after it, and what restore adds to the global properties is nothing that a setting depends on.</summary>
    private static Dictionary<string, string> OfBuildProperties(IBuildEngine6 engine, string file)
    {
        IReadOnlyDictionary<string, string> all = engine.GetGlobalProperties();
        Dictionary<string, string> properties = new(all.Where(property => !RestoreProperties.IsAdded(property.Key, all)), StringComparer.OrdinalIgnoreCase) { [SettingsOnly] = "true" };
        string key = string.Join('|', properties.OrderBy(property => property.Key, StringComparer.OrdinalIgnoreCase));
        return SessionLease.Shared(engine, $"settings/{file}/{key}", () => Evaluate(file, properties));
    }

    /// <summary>The file alone, without the project around it: a condition on what a project sets is not met here, and the project gate is left.</summary>
    private static Dictionary<string, string> Evaluate(string file, Dictionary<string, string> properties)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        if (file.Length > 0 && File.Exists(file) && Mentions().IsMatch(File.ReadAllText(file)))
        {
            using ProjectCollection collection = new(properties);
            ProjectRootElement root = ProjectRootElement.Open(file, collection);
            ReplaceOwnSdk(root);
            ProjectInstance evaluated = new(root, properties, toolsVersion: null, collection);
            foreach (string name in s_names)
            {
                values[name] = evaluated.GetPropertyValue(name);
            }
        }

        return values;
    }

    /// <summary>Puts our own file, which this assembly was loaded beside, in the place of the SDK that brings it: finding an SDK by name takes longer than the rest of a build with nothing to do.</summary>
    private static void ReplaceOwnSdk(ProjectRootElement root)
    {
        string own = Path.GetFullPath("../../Sdk/Sdk.props", Path.GetDirectoryName(typeof(SolutionSettings).Assembly.Location)!);
        if (root.ChildrenReversed.OfType<ProjectSdkElement>().FirstOrDefault(sdk => sdk.Name.Equals(OwnSdk, StringComparison.OrdinalIgnoreCase)) is { } sdk && File.Exists(own))
        {
            root.RemoveChild(sdk);

            // At the top, where the engine imports an SDK's props.
            root.PrependChild(root.CreateImportElement(own));
        }
    }

    /// <summary>Only a file that sets something of ours, or imports others that could, is worth an evaluation.</summary>
    [GeneratedRegex("<BuildCache|<Import |<ContinuousIntegrationBuild")]
    private static partial Regex Mentions();
}
