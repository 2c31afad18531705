using System.Diagnostics;
using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class SourceTreeTests : TestFolder
{
    [Fact]
    public void In_a_repository_tracked_and_new_files_count_and_ignored_ones_do_not()
    {
        Git("init", "-q");
        WriteProject();
        Write("repo/.gitignore", "*.log\n");
        Write("repo/App/notes.log", "");
        Git("add", "App/App.csproj", "App/a.cs");

        Assert.Equal(["App.csproj", "a.cs", "sub/b c.cs", "ünï.txt"], FilesOfApp());
    }

    [Fact]
    public void Without_a_repository_the_folders_are_walked()
    {
        WriteProject();

        Assert.Equal(["App.csproj", "a.cs", "sub/b c.cs", "ünï.txt"], FilesOfApp());
    }

    [Fact]
    public void A_file_that_is_tracked_but_deleted_is_listed_at_most_and_never_invented()
    {
        Git("init", "-q");
        WriteProject();
        Git("add", "-A");
        File.Delete(PathOf("repo/App/a.cs"));

        Assert.Equal(["App.csproj", "sub/b c.cs", "ünï.txt"], FilesOfApp().Where(name => name != "a.cs"));
    }

    private void WriteProject()
    {
        foreach (string name in (string[])["App.csproj", "a.cs", "sub/b c.cs", "ünï.txt", "bin/Debug/App.dll", "obj/App.g.cs", "Nested/Nested.csproj", "Nested/n.cs"])
        {
            Write("repo/App/" + name, "");
        }

        Write("repo/App2/other.cs", "");
    }

    private string[] FilesOfApp()
    {
        string folder = PathOf("repo/App");
        return [.. SourceTree.List(PathOf("repo"), CancellationToken.None).FilesOf(folder).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    private void Git(params string[] arguments)
    {
        Directory.CreateDirectory(PathOf("repo"));
        ProcessStartInfo start = new("git", arguments) { WorkingDirectory = PathOf("repo"), RedirectStandardError = true };
        using Process git = Process.Start(start)!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
