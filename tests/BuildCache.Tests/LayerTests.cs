using System.Text.RegularExpressions;

namespace BuildCache.Tests;

/// <summary>The folders of the task assembly use one another in one direction only.</summary>
public partial class LayerTests
{
    /// <summary>A folder, then what its files may use. Everything may use Reporting. Only MSBuild may use Microsoft.Build.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["MSBuild"] = ["Session", "Testing", "Gates", "Bundles", "Scheduling", "Facts", "Packages", "Staging", "Storage", "Hashing", "Microsoft.Build"],
        ["Session"] = ["Testing", "Gates", "Scheduling", "Facts", "Staging", "Storage", "Hashing"],
        ["Testing"] = ["Gates", "Facts", "Staging", "Storage", "Hashing"],
        ["Gates"] = ["Facts", "Packages", "Staging", "Storage", "Hashing"],
        ["Bundles"] = ["Facts", "Packages", "Storage", "Hashing"],
        ["Scheduling"] = ["Storage", "Hashing"],
        ["Facts"] = ["Packages", "Storage", "Hashing"],
        ["Packages"] = ["Staging", "Storage", "Hashing"],
        ["Staging"] = ["Storage", "Hashing"],
        ["Storage"] = ["Hashing"],
        ["Hashing"] = [],
        ["Reporting"] = [],
    };

    [Fact]
    public void No_folder_uses_one_above_it()
    {
        List<string> crossings = [];
        foreach ((string folder, string file, string used) in Usings())
        {
            if (used != folder && used != "Reporting" && !s_allowed[folder].Contains(used))
            {
                crossings.Add($"{folder}/{Path.GetFileName(file)}: using {used}");
            }
        }

        Assert.Empty(crossings);
    }

    [Fact]
    public void Every_folder_has_its_place_and_nothing_lies_outside()
    {
        string root = Repository.PathOf("src", "Tasks");
        string[] folders = [.. Directory.GetDirectories(root).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj"))];

        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(root, "*.cs"));
    }

    /// <summary>The using lines, and fully qualified names of our own as far as a pattern sees them.</summary>
    private static IEnumerable<(string Folder, string File, string Used)> Usings()
    {
        foreach (string folder in s_allowed.Keys)
        {
            foreach (string file in Directory.EnumerateFiles(Repository.PathOf("src", "Tasks", folder), "*.cs", SearchOption.AllDirectories))
            {
                foreach (string line in File.ReadLines(file))
                {
                    if (UsingPattern().Match(line) is { Success: true } found)
                    {
                        yield return (folder, file, found.Groups["build"].Success ? "Microsoft.Build" : found.Groups["own"].Value);
                    }
                }
            }
        }
    }

    [GeneratedRegex(@"^\s*(global )?using (static )?(\w+ = )?((?<build>Microsoft\.Build)\b|BuildCache\.(?<own>\w+))")]
    private static partial Regex UsingPattern();
}
