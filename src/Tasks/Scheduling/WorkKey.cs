using BuildCache.Hashing;

namespace BuildCache.Scheduling;

/// <summary>Names a piece of work whose duration is remembered.</summary>
/// <param name="Kind">One of <see cref="Build"/>, <see cref="Test"/> and <see cref="Free"/>.</param>
/// <param name="Name">The project's path relative to the repository, with forward slashes; for <see cref="Free"/>, any text.</param>
/// <param name="Framework">The target framework; "" where there is none, or for all together.</param>
/// <param name="Configuration">Debug, Release or another; "" where there is none.</param>
internal readonly record struct WorkKey(string Kind, string Name, string Framework, string Configuration)
{
    /// <summary>Building a project.</summary>
    public const string Build = "build";

    /// <summary>Running a project's tests.</summary>
    public const string Test = "test";

    /// <summary>Work of a person's own, under a name that they gave it.</summary>
    public const string Free = "work";

    /// <summary>The key of work on a project. Clones of one repository share it, wherever they lie.</summary>
    public static WorkKey OfProject(string kind, RootMap roots, string projectPath, string framework, string configuration) =>
        new(kind, NameOf(roots, projectPath), framework, configuration);

    /// <summary>The key of work under a free name.</summary>
    public static WorkKey OfName(string name) => new(Free, name, "", "");

    /// <summary>What a project is called in keys.</summary>
    public static string NameOf(RootMap roots, string projectPath) => NameOf(roots.ToRooted(projectPath));

    /// <summary>The same for a path that is rooted already.</summary>
    public static string NameOf(string rooted)
    {
        const string Repository = "{" + RootMap.Repository + "}/";
        return rooted.StartsWith(Repository, StringComparison.Ordinal) ? rooted[Repository.Length..] : rooted;
    }

    public override string ToString() => string.Join('\0', Kind, Name, Framework, Configuration);
}
