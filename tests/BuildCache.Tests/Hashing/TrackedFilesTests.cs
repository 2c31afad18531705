using System.Diagnostics;
using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class TrackedFilesTests : TestFolder
{
    [Fact]
    public void Each_repository_is_asked_for_its_own_files()
    {
        foreach (string repository in (string[])["repo", "repo/nested"])
        {
            string tracked = Write($"{repository}/obj/tracked.txt", "by hand");
            Write($"{repository}/obj/made.txt", "made");
            Git(repository, "init", "-q");
            Git(repository, "add", "-f", tracked);
        }

        TrackedFiles files = new();
        Assert.True(files.Holds(PathOf("repo/obj/tracked.txt")));
        Assert.True(files.Holds(PathOf("repo/nested/obj/tracked.txt")));
        Assert.False(files.Holds(PathOf("repo/obj/made.txt")));
        Assert.False(files.Holds(PathOf("repo/nested/obj/made.txt")));
        Assert.False(files.Holds(Write("elsewhere/a.txt", "")));
    }

    /// <summary>As in a container, where another user owns the repository and git refuses by itself.</summary>
    [LinuxFact("chown")]
    public void Who_owns_the_repository_does_not_matter()
    {
        string tracked = Write("repo/obj/tracked.txt", "by hand");
        Git("repo", "init", "-q");
        Git("repo", "add", "-f", tracked);
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "-R", "12345", PathOf("repo"));
        }

        Assert.True(new TrackedFiles().Holds(tracked));
    }

    [Fact]
    public void Where_git_cannot_tell_nobody_knows()
    {
        string file = Write("repo/obj/a.txt", "");
        Write("repo/.git", "gitdir: nowhere");

        Assert.Null(new TrackedFiles().Holds(file));
    }

    private void Git(string folder, params string[] arguments) => Run("git", ["-C", PathOf(folder), .. arguments]);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
