using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Packages whose targets were looked at: <see cref="KnownTargets"/>. A version that brings another target, or one that runs another task, is not known as far as that goes.</summary>
internal static class KnownPackages
{
    private const string OnlyInRestore = " (restore)";

    private const string CallsProjects = "MSBuild";

    /// <summary>Whether a target is one of a known package's, and does no more than it did when it was looked at.</summary>
    /// <param name="target">The target.</param>
    /// <param name="context">Knows where packages lie.</param>
    /// <param name="inRestore">Whether it is restore that the target takes part in.</param>
    public static bool Knows(TargetShape target, FactContext context, bool inRestore = false) =>
        IdOf(target.File, context) is { } id && TasksOf(id, target.Name, inRestore) is { } known && DoesNoMore(target, known);

    /// <summary>The package that brings a file; <see langword="null"/> if none does.</summary>
    public static string? IdOf(string file, FactContext context)
    {
        string rooted = context.Roots.ToRooted(file);
        const string Packages = "{packages}/";
        int end = rooted.StartsWith(Packages, StringComparison.Ordinal) ? rooted.IndexOf('/', Packages.Length) : -1;
        return end < 0 ? null : rooted[Packages.Length..end].ToLowerInvariant();
    }

    /// <summary>The tasks that a target of a package runs, as far as they do something; <see langword="null"/> if that target, or that package, was not looked at.</summary>
    public static string[]? TasksOf(string id, string target, bool inRestore)
    {
        int start = KnownTargets.Table.IndexOf("\n" + id, StringComparison.Ordinal) + 1;
        for (; start > 0; start = KnownTargets.Table.IndexOf("\n" + id, start, StringComparison.Ordinal) + 1)
        {
            ReadOnlySpan<char> rest = KnownTargets.Table.AsSpan(start + id.Length);
            if (rest.StartsWith("\n", StringComparison.Ordinal) || (inRestore && rest.StartsWith(OnlyInRestore + "\n", StringComparison.Ordinal)))
            {
                return TasksOf(rest[(rest.IndexOf('\n') + 1)..], target);
            }
        }

        return null;
    }

    private static string[]? TasksOf(ReadOnlySpan<char> lines, string target)
    {
        foreach (ReadOnlySpan<char> line in lines.EnumerateLines())
        {
            if (!line.StartsWith("  ", StringComparison.Ordinal))
            {
                break;
            }

            int colon = line.IndexOf(':');
            ReadOnlySpan<char> name = (colon < 0 ? line : line[..colon])[2..];
            if (name is [.. var start, '*'] ? target.AsSpan().StartsWith(start, StringComparison.OrdinalIgnoreCase) : name.Equals(target, StringComparison.OrdinalIgnoreCase))
            {
                return colon < 0 ? [] : line[(colon + 1)..].ToString().Split(',', StringSplitOptions.TrimEntries);
            }
        }

        return null;
    }

    private static bool DoesNoMore(TargetShape target, string[] known)
    {
        bool mayCallOthers = known.Contains(CallsProjects + "*");
        IReadOnlyList<string> tasks = target.Tasks();
        return tasks.All(task => known.Contains(task, StringComparer.OrdinalIgnoreCase) || (mayCallOthers && IsCall(task))) &&
            (mayCallOthers || !tasks.Any(IsCall) || !target.CallsOtherProjects());

        static bool IsCall(string task) => task.Equals(CallsProjects, StringComparison.OrdinalIgnoreCase);
    }
}
