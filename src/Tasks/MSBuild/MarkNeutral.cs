using BuildCache.Facts;
using BuildCache.Reporting;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Leaves a mark beside an assembly that was built without the commit.</summary>
[MSBuildMultiThreadableTask]
public sealed class MarkNeutral : ProjectTask
{
    /// <summary>Path of the mark.</summary>
    [Required]
    public string Mark { get; set; } = "";

    /// <summary>Path of the assembly in the intermediate folder; "" if none was made.</summary>
    public string Assembly { get; set; } = "";

    /// <summary>Whether the commit would be in the assembly's version.</summary>
    public bool HasRevision { get; set; }

    private protected override void Run(ICacheLog log)
    {
        if (Assembly.Length == 0 || Open(log) is not { } scope || NeutralMark.IdOf(Absolute(Assembly, scope.Instance.Directory)) is not { } id)
        {
            return;
        }

        Dictionary<string, string> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in FactCollector.GlobalsThatCount(scope.Session.Context, scope.Project))
        {
            properties[name] = scope.Session.Context.Roots.Neutral(value);
        }

        string path = Absolute(Mark, scope.Instance.Directory);
        string text = new NeutralMark(id, HasRevision, properties).ToString();
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            File.WriteAllText(path, text);
        }
    }
}
