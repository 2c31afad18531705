using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Testing;

/// <summary>The environment variables that a test could read.</summary>
/// <remarks>
/// Which ones a test reads cannot be known, so all count, less those that say who runs it, in which terminal, in which
/// run of a CI system, or how MSBuild works. That costs hits where variables change for other reasons; a green result
/// for a variable that would have made it red costs more. A project may ask for the declared ones alone.
/// </remarks>
internal static class TestVariables
{
    /// <summary>What the runtime, the test host and the culture hang on: counts always.</summary>
    private static readonly string[] s_runtime = ["DOTNET_", "COMPlus_", "COREHOST_", "CORECLR_", "ASPNETCORE_", "VSTEST_", "LC_"];

    private static readonly HashSet<string> s_runtimeNames = new(StringComparer.OrdinalIgnoreCase) { "LANG", "LANGUAGE", "TZ", "TZDIR" };

    /// <summary>How the command line and MSBuild are run. They reach the test host, but a test that looks at them tests the command line.</summary>
    private static readonly string[] s_ofBuild = ["MSBUILD", "_MSBUILD", "BUILDCACHE", "NUGET_", "DOTNET_CLI_", "DOTNET_NUGET_", "DOTNET_HOST_PATH", "DOTNET_NOLOGO", "VSTEST_MSBUILD_", "DOTNET_SKIP_FIRST_TIME", "DOTNET_ADD_GLOBAL_TOOLS", "DOTNET_GENERATE_ASPNET"];

    /// <summary>Terminals, sessions, editors, and the numbers that CI systems give to each run.</summary>
    private static readonly string[] s_ofSession =
    [
        "SSH_", "XDG_", "DBUS_", "GNOME_", "KDE_", "KONSOLE_", "VSCODE_", "TERM_", "ITERM_", "WT_", "TMUX", "STY", "WSL_", "SESSION", "LESS", "LS_", "HIST", "PS1", "PROMPT", "GIT_", "JETBRAINS_", "RIDER_", "VSAPPID", "ELECTRON_", "ConEmu",
        "GITHUB_", "RUNNER_", "ACTIONS_", "BUILD_", "SYSTEM_", "AGENT_", "CI_", "GITLAB_", "JENKINS_", "TEAMCITY_", "CIRCLE_", "BUILDKITE_", "APPVEYOR_", "TRAVIS_", "BITBUCKET_", "DRONE_", "CODEBUILD_", "RELEASE_", "ENDPOINT_URL_", "TASK_", "PIPELINE_",
    ];

    private static readonly HashSet<string> s_ofSessionNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "PWD", "OLDPWD", "SHLVL", "_", "TERM", "COLORTERM", "COLUMNS", "LINES", "WINDOWID", "DISPLAY", "WAYLAND_DISPLAY", "SHELL", "EDITOR", "VISUAL", "PAGER", "LOGNAME", "USER", "USERNAME", "USERDOMAIN",
        "USERDOMAIN_ROAMINGPROFILE", "USERDNSDOMAIN", "LOGONSERVER", "MAIL", "HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "HOSTNAME", "HOST", "COMPUTERNAME", "CLIENTNAME", "APPDATA", "LOCALAPPDATA",
        "TEMP", "TMP", "TMPDIR", "UseSharedCompilation", "INVOCATION_ID", "JOURNAL_STREAM", "MANAGERPID", "SECURITYSESSIONID", "LaunchInstanceID", "XPC_FLAGS", "XPC_SERVICE_NAME", "__CFBundleIdentifier", "__CF_USER_TEXT_ENCODING",
        "WORKSPACE", "JOB_NAME", "JOB_URL", "NODE_NAME", "EXECUTOR_NUMBER", "CommonProgramFiles", "NUMBER_OF_PROCESSORS",
    };

    /// <summary>Adds the variables that count, in order, to a key.</summary>
    /// <param name="hasher">The key.</param>
    /// <param name="context">The build with its environment.</param>
    /// <param name="project">The project, which may declare names.</param>
    /// <param name="all">Whether all count; else only the runtime's and the declared ones.</param>
    public static void Add(CanonicalHasher hasher, FactContext context, EvaluatedProject project, bool all)
    {
        HashSet<string> declared = new(EnvironmentFacts.Declared(project), StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in context.Environment.OrderBy(static variable => variable.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (declared.Contains(name) || Counts(name, all))
            {
                hasher.Add(20, name.ToUpperInvariant());
                hasher.Add(21, context.Roots.Neutral(value));
            }
        }
    }

    /// <summary>Whether a variable counts that no project declares.</summary>
    internal static bool Counts(string name, bool all) =>
        !Begins(name, s_ofBuild) && (Begins(name, s_runtime) || s_runtimeNames.Contains(name) ||
        (all && !Begins(name, s_ofSession) && !s_ofSessionNames.Contains(name)));

    private static bool Begins(string name, string[] prefixes) =>
        prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
