using System.IO.Enumeration;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>What git says about a project besides the commit: sources that it ignores are embedded in the pdb, and the address of the repository may be compiled in.</summary>
/// <remarks>
/// Rules in the repository count by content: they are the same in every clone. Those of a clone or of a user count only
/// where they can reach a source, so that machines with other rules share all the same.
/// </remarks>
internal static class GitFacts
{
    /// <summary>The name of the fact of a project.</summary>
    public const string Name = "git";

    /// <summary>The argument of a fact of a solution's record that is about the address of the repository; without it, it is about the rules.</summary>
    private const string Address = "address";

    /// <summary>How names of sources end, or a pattern that matches any name.</summary>
    private static readonly string[] s_sources = [".cs", ".vb", ".fs", "*", "?"];

    /// <summary>Adds the rules, and one fact for all else.</summary>
    public static void Add(FactContext context, EvaluatedProject project, FileFacts files, List<Fact> facts)
    {
        if (!Is(project, "EnableSourceControlManagerQueries"))
        {
            return;
        }

        GitRepository? git = context.GitOf(project.Directory);
        using CanonicalHasher hasher = new("git/1");
        if (git is not null)
        {
            hasher.Add(1, Path.GetRelativePath(context.Roots.PathOf(RootMap.Repository), git.Root).Replace('\\', '/'));
            if (Embeds(project))
            {
                string intermediate = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(project.Property("IntermediateOutputPath"), project.Directory));
                string[] sources = [.. project.ItemsOf("Compile").Select(item => AbsolutePath.Of(item.Include, project.Directory)).Where(path => RootMap.IsWithin(path, git.Root))];
                AddIgnoreFiles(context, project, git, [.. sources.Select(static path => Path.GetDirectoryName(path)!), intermediate], files);
                foreach (string rule in RulesFor([.. sources, intermediate], git))
                {
                    hasher.Add(2, rule);
                }

                hasher.Add(3, RootMap.IsWithin(context.Roots.PathOf(RootMap.Packages), git.Root) ? 1 : 0);
            }

            if (CompilesAddress(context, project))
            {
                foreach (string remote in git.Remotes)
                {
                    hasher.Add(4, remote);
                }
            }
        }

        facts.Add(new Fact(FactKind.Toolset, Name, hasher.Finish()));
    }

    /// <summary>What a record of a solution needs besides what all its projects share: the address, and the rules of a repository that is not the build's.</summary>
    public static IEnumerable<Fact> ForRecord(FactContext context, EvaluatedProject project)
    {
        if (context.GitOf(project.Directory) is not { } git || !Is(project, "EnableSourceControlManagerQueries"))
        {
            yield break;
        }

        string folder = context.Roots.ToRooted(project.Directory);
        if (git.Root != context.Roots.PathOf(RootMap.Repository))
        {
            yield return new Fact(FactKind.Git, folder, OfMachine(context, project.Directory, ""));
        }

        if (CompilesAddress(context, project))
        {
            yield return new Fact(FactKind.Git, folder, OfMachine(context, project.Directory, Address), Address);
        }
    }

    /// <summary>What git's settings say of the repository that a folder lies in, looked at without the project: rules that could match a source of any.</summary>
    /// <param name="context">The build.</param>
    /// <param name="folder">Absolute path of the folder.</param>
    /// <param name="text">"" for the rules, <see cref="Address"/> for the address.</param>
    public static Digest OfMachine(FactContext context, string folder, string text)
    {
        if (context.GitOf(folder) is not { } git)
        {
            return default;
        }

        using CanonicalHasher hasher = new("git-machine/1");
        hasher.Add(1, context.Roots.ToRooted(git.Root));
        foreach (string line in text == Address ? git.Remotes : git.Rules.Where(static rule => rule.Contains('=', StringComparison.Ordinal) || !IsOfOtherFiles(LastName(rule))))
        {
            hasher.Add(2, line);
        }

        return hasher.Finish();
    }

    /// <summary>Those of the rules outside the repository's files that may match one of the paths, or a source that the build makes there.</summary>
    internal static IEnumerable<string> RulesFor(IReadOnlyList<string> paths, GitRepository git)
    {
        if (git.Rules.Count == 0)
        {
            return [];
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (string path in paths)
        {
            names.UnionWith(Path.GetRelativePath(git.Root, path).Split(Path.DirectorySeparatorChar));
        }

        return git.Rules.Where(rule => MayMatch(rule, names));
    }

    /// <summary>Looks at the last name of a pattern alone: too much is a needless miss at most.</summary>
    private static bool MayMatch(string rule, HashSet<string> names)
    {
        if (rule.Contains('=', StringComparison.Ordinal))
        {
            return true;
        }

        string pattern = LastName(rule);
        return IsOfSources(pattern) || names.Any(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));
    }

    /// <summary>The last name of a pattern, with a question mark for each class of letters.</summary>
    private static string LastName(string rule)
    {
        string pattern = rule.TrimStart('!').TrimEnd('/');
        pattern = pattern[(pattern.LastIndexOf('/') + 1)..];
        for (int open = pattern.IndexOf('['), close; open >= 0 && (close = pattern.IndexOf(']', open)) > 0; open = pattern.IndexOf('['))
        {
            pattern = string.Concat(pattern.AsSpan(0, open), "?", pattern.AsSpan(close + 1));
        }

        return pattern;
    }

    /// <summary>Whether a pattern may match sources that the build makes, whatever they are called.</summary>
    private static bool IsOfSources(string pattern) => s_sources.Any(ending => pattern.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a pattern matches no source and no folder of sources: names that begin with a dot, and files of one kind such as <c>*.swp</c>.</summary>
    private static bool IsOfOtherFiles(string pattern) =>
        !IsOfSources(pattern) && (pattern.StartsWith('.') || pattern.EndsWith('~') || (pattern.StartsWith("*.", StringComparison.Ordinal) && !pattern.AsSpan(1).ContainsAny('*', '?')));

    /// <summary>The rules above the project and above the folders of its sources, or their absence. Below the project a new file shows in its listing.</summary>
    private static void AddIgnoreFiles(FactContext context, EvaluatedProject project, GitRepository git, string[] folders, FileFacts files)
    {
        HashSet<string> seen = new(RootMap.Comparer);
        string repository = context.Roots.PathOf(RootMap.Repository);
        foreach (string start in folders.Append(project.Directory))
        {
            for (string? folder = start; folder is not null && RootMap.IsWithin(folder, git.Root) && seen.Add(folder); folder = Path.GetDirectoryName(folder))
            {
                string file = Path.Combine(folder, ".gitignore");
                bool isBelow = RootMap.IsWithin(folder, project.Directory) && folder.Length > project.Directory.Length;
                if (isBelow || !RootMap.IsWithin(folder, repository))
                {
                    files.TryAdd(file);
                }
                else
                {
                    files.AddOrAbsent(file);
                }
            }
        }
    }

    private static bool Embeds(EvaluatedProject project) =>
        Is(project, "EmbedUntrackedSources") && !Is(project, "EmbedAllSources") && !project.Property("DebugType").Equals("none", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the address of the repository reaches what is built: as an attribute, or as what a package of Source Link warns of where there is none.</summary>
    private static bool CompilesAddress(FactContext context, EvaluatedProject project)
    {
        string packages = context.Roots.PathOf(RootMap.Packages);
        return Is(project, "PublishRepositoryUrl") ||
            project.Imports.Any(import => RootMap.IsWithin(import, packages) && import.Contains("microsoft.build.tasks.git", StringComparison.OrdinalIgnoreCase));
    }

    private static bool Is(EvaluatedProject project, string property) => project.Property(property).Equals("true", StringComparison.OrdinalIgnoreCase);
}
