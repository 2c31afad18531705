using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>What a repository of git has besides its files and its commit: rules of this clone and of this user for what is ignored, and where it comes from.</summary>
/// <remarks>Read once a build. The .NET SDK reads the same files, without git.</remarks>
internal sealed class GitRepository
{
    private GitRepository(string root, IReadOnlyList<string> rules, IReadOnlyList<string> remotes)
    {
        Root = root;
        Rules = rules;
        Remotes = remotes;
    }

    /// <summary>Absolute path of the working folder.</summary>
    public string Root { get; }

    /// <summary>The patterns of ignored files that are in no file of the repository itself, in order.</summary>
    public IReadOnlyList<string> Rules { get; }

    /// <summary>What the address of the repository is made of: remotes, and what is written in place of what.</summary>
    public IReadOnlyList<string> Remotes { get; }

    /// <summary>The nearest folder upwards that is a working folder of git; <see langword="null"/> if there is none.</summary>
    public static string? RootAbove(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>Reads what there is. What cannot be read is taken as not there.</summary>
    /// <param name="root">The working folder.</param>
    /// <param name="environment">Names the user's folders.</param>
    /// <param name="home">The user's folder, if the environment does not say.</param>
    public static GitRepository Read(string root, IReadOnlyDictionary<string, string> environment, string home)
    {
        List<string> rules = [], remotes = [];
        try
        {
            home = environment.GetValueOrDefault("HOME") is { Length: > 0 } set ? set : home;
            string common = CommonFolder(root);
            string excludes = "";
            foreach (string file in ConfigFiles(root, common, environment, home))
            {
                foreach (GitSetting setting in GitConfig.Read(file, home))
                {
                    if (setting is { Section: "core", Name: "excludesfile" })
                    {
                        excludes = setting.Value;
                    }
                    else if (setting is { Section: "core", Name: "ignorecase" or "worktree" } || setting.Name is "url" or "insteadof")
                    {
                        (setting.Section == "core" ? rules : remotes).Add($"{setting.Section}.{setting.Name}={setting.Value}");
                    }
                }
            }

            string[] named = excludes.Length > 0 ? [GitConfig.Expand(excludes, home, root)] : [];
            rules.AddRange(named.Append(Path.Combine(common, "info", "exclude")).Where(File.Exists).SelectMany(File.ReadLines)
                .Select(static line => line.TrimEnd()).Where(static line => line.Length > 0 && line[0] != '#'));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            rules.Add(failure.GetType().Name);
        }

        return new GitRepository(root, rules, remotes);
    }

    /// <summary>The last of several settings counts: the system's come first, and the repository's last.</summary>
    private static IEnumerable<string> ConfigFiles(string root, string common, IReadOnlyDictionary<string, string> environment, string home)
    {
        string? shared = OperatingSystem.IsWindows() ? environment.GetValueOrDefault("ProgramData") : "/etc";
        if (shared is { Length: > 0 })
        {
            yield return OperatingSystem.IsWindows() ? Path.Combine(shared, "Git", "config") : Path.Combine(shared, "gitconfig");
        }

        yield return Path.Combine(environment.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(home, ".config"), "git", "config");
        yield return Path.Combine(home, ".gitconfig");
        yield return Path.Combine(common, "config");
        yield return Path.Combine(root, ".git", "config.worktree");
    }

    /// <summary>Where the configuration lies: of a working tree or a submodule, .git is a file that says so.</summary>
    private static string CommonFolder(string root)
    {
        string git = Path.Combine(root, ".git");
        if (File.Exists(git) && File.ReadAllText(git).Trim() is var text && text.StartsWith("gitdir:", StringComparison.Ordinal))
        {
            git = AbsolutePath.Of(text["gitdir:".Length..].Trim(), root);
        }

        string common = Path.Combine(git, "commondir");
        return File.Exists(common) ? AbsolutePath.Of(File.ReadAllText(common).Trim(), git) : git;
    }
}
