using System.Text.RegularExpressions;
using Microsoft.Build.Execution;

namespace BuildCache.MSBuild;

/// <summary>The items and properties that a target reads and sets: <c>@(Name)</c> and <c>$(Name)</c>.</summary>
internal static partial class TargetState
{
    /// <summary>Those that its text names. Names that are put together while it runs are not found.</summary>
    public static IEnumerable<string> Reads(ProjectTargetInstance target)
    {
        IEnumerable<string> own = [target.Condition, target.Inputs, target.Outputs, target.Returns];
        return own.Concat(target.Children.SelectMany(Texts))
            .Where(static text => !string.IsNullOrEmpty(text))
            .SelectMany(static text => NamePattern().Matches(text).Select(static match => match.Groups["property"].Success ? $"$({match.Groups["property"].Value})" : $"@({match.Groups["item"].Value})"))
            .Distinct(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Those that its groups and the outputs of its tasks set. A default for a property that has a value sets nothing.</summary>
    public static IEnumerable<string> Sets(ProjectInstance project, ProjectTargetInstance target) => target.Children.SelectMany(child => child switch
    {
        ProjectPropertyGroupTaskInstance group => group.Properties
            .Where(property => !property.Condition.Contains($"'$({property.Name})' == ''", StringComparison.OrdinalIgnoreCase) || project.GetPropertyValue(property.Name).Length == 0)
            .Select(static property => $"$({property.Name})"),
        ProjectItemGroupTaskInstance group => group.Items.Select(static item => $"@({item.ItemType})"),
        ProjectTaskInstance task => task.Outputs.Select(static output => output switch
        {
            ProjectTaskOutputItemInstance item => $"@({item.ItemType})",
            ProjectTaskOutputPropertyInstance property => $"$({property.PropertyName})",
            _ => "",
        }),
        _ => [],
    });

    private static IEnumerable<string> Texts(ProjectTargetInstanceChild child) => child switch
    {
        ProjectTaskInstance task => task.Parameters.Values.Append(task.Condition),
        ProjectPropertyGroupTaskInstance group => group.Properties.SelectMany(static property => (string[])[property.Value, property.Condition]).Append(group.Condition),
        ProjectItemGroupTaskInstance group => group.Items.SelectMany(static item =>
            (IEnumerable<string>)[item.Include, item.Exclude, item.Remove, item.Condition, .. item.Metadata.SelectMany(static data => (string[])[data.Value, data.Condition])]).Append(group.Condition),
        _ => [],
    };

    [GeneratedRegex(@"[@%]\(\s*(?<item>[A-Za-z_]\w*(?:-\w+)*)|\$\(\s*(?<property>[A-Za-z_]\w*(?:-\w+)*)")]
    private static partial Regex NamePattern();
}
