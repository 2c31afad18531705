using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace BuildCache.Hashing;

/// <summary>Asks git for the files of a repository.</summary>
internal static class GitListing
{
    /// <summary>Set where a build runs in a hook of git's: they name the repository that the hook is of, whatever the folder.</summary>
    private static readonly string[] s_ofHooks = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"];

    /// <summary>Absolute paths of the files that <c>git ls-files</c> names; <see langword="null"/> if git is not there or refuses.</summary>
    /// <param name="root">The repository's top folder.</param>
    /// <param name="which">Options that say which files, such as <c>--cached</c>.</param>
    public static List<string>? Files(string root, params ReadOnlySpan<string> which)
    {
        // Only the index is read, and nothing that the repository names is run: who owns the folder does not matter.
        ProcessStartInfo start = new("git", ["-c", "safe.directory=*", "-c", "core.fsmonitor=false", "ls-files", "-z", .. which])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        foreach (string name in s_ofHooks)
        {
            start.Environment.Remove(name);
        }

        try
        {
            using Process git = Process.Start(start)!;
            git.ErrorDataReceived += static (_, _) => { };
            git.BeginErrorReadLine();
            string listing = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode != 0 ? null : [.. listing
                .Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => Path.Combine(root, name.Replace('/', Path.DirectorySeparatorChar)))];
        }
        catch (Exception failure) when (failure is IOException or Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }
}
