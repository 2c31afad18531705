using System.Text.RegularExpressions;

namespace BuildCache.Soak;

/// <summary>What a build came to, as far as it must be the same with and without the cache.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Messages">Its warnings and errors, each once.</param>
/// <param name="Files">What lies in bin and obj, without what differs between any two builds.</param>
internal sealed partial record Outcome(int ExitCode, SortedSet<string> Messages, SortedDictionary<string, string> Files)
{
    public static Outcome Of(BuildResult result, Repository repository) => new(result.ExitCode, Said(result.Output), Comparable(repository));

    /// <summary>How this differs from the outcome of a clean build without the cache, in words.</summary>
    /// <remarks>
    /// A failed build may leave anything. And what lies in the folder of a target framework that the project no longer
    /// has stays there, as it does in any build in place.
    /// </remarks>
    public List<string> DifferencesFrom(Outcome expected)
    {
        List<string> found = ExitCode == expected.ExitCode ? [] : [$"exit code {expected.ExitCode} expected, is {ExitCode}"];
        found.AddRange(expected.Messages.Except(Messages).Select(static message => "not said: " + message));
        found.AddRange(Messages.Except(expected.Messages).Select(static message => "said too much: " + message));
        if (expected.ExitCode != 0 || ExitCode != 0)
        {
            return found;
        }

        HashSet<string> folders = [.. expected.Files.Keys.Select(OfFramework)];
        foreach (string path in expected.Files.Keys.Union(Files.Keys).Order(StringComparer.Ordinal))
        {
            string before = expected.Files.GetValueOrDefault(path, "absent");
            string after = Files.GetValueOrDefault(path, "absent");
            if (before != after && (before != "absent" || folders.Contains(OfFramework(path))))
            {
                found.Add($"{path}: expected {Without(before, after)}, is {Without(after, before)}");
            }
        }

        return found;
    }

    /// <summary>The files that are compared, without what docs/exceptions.md lists.</summary>
    private static SortedDictionary<string, string> Comparable(Repository repository)
    {
        SortedDictionary<string, string> files = TreeSnapshot.Outputs(repository.Root);
        if (repository.IsRelocatable)
        {
            foreach (string path in files.Keys.Where(static path => TreeSnapshot.HoldsHashesOfPaths(path) || path.EndsWith(".AssemblyReference.cache", StringComparison.Ordinal)).ToArray())
            {
                files.Remove(path);
            }
        }

        foreach (string path in files.Keys.Where(TreeSnapshot.HoldsTimes).ToArray())
        {
            files[path] = "holds times";
        }

        return files;
    }

    /// <summary>A description without the words that another one has, too: lists of files are long.</summary>
    private static string Without(string description, string other) => string.Join(' ', description.Split(' ').Except(other.Split(' ')));

    /// <summary>The first four parts of a path: project, bin or obj, configuration, framework.</summary>
    private static string OfFramework(string path) => string.Join('/', path.Split('/').Take(4));

    /// <summary>Without the project at the end, which the solution gate does not know (docs/exceptions.md).</summary>
    private static SortedSet<string> Said(string output) =>
        new(output.Split('\n').Where(static line => Message().IsMatch(line)).Select(static line => OfProject().Replace(line.Trim(), "")), StringComparer.Ordinal);

    [GeneratedRegex(@" \[[^\[\]]+\]$")]
    private static partial Regex OfProject();

    [GeneratedRegex(@"(^|: |\s)(warning|error) \w+: ")]
    private static partial Regex Message();
}
