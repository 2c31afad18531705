using System.Collections.Concurrent;
using BuildCache.Session;

namespace BuildCache.Tests.Session;

/// <summary>Where a repository begins, also where another project has looked before.</summary>
public class SessionPlacesTests : TestFolder
{
    private readonly ConcurrentDictionary<string, SessionPlaces.Above> _known = new();

    [Fact]
    public void The_nearest_folder_with_git_wins_over_all_solutions()
    {
        Make("outer/.git/", "outer/All.slnx", "outer/inner/.git/", "outer/inner/src/Inner.sln", "outer/inner/src/App/", "outer/src/App/");

        Assert.Equal(PathOf("outer/inner"), Find("outer/inner/src/App"));
        Assert.Equal(PathOf("outer"), Find("outer/src/App"));
        Assert.Equal(PathOf("outer/inner"), Find("outer/inner"));
    }

    [Fact]
    public void A_worktree_whose_git_is_a_file_is_a_repository()
    {
        Make("outer/.git/", "outer/tree/.git", "outer/tree/App/");

        Assert.Equal(PathOf("outer"), Find("outer"));
        Assert.Equal(PathOf("outer/tree"), Find("outer/tree/App"));
    }

    [Fact]
    public void Without_git_the_topmost_solution_or_build_properties_count()
    {
        Make("top/Directory.Build.props", "top/middle/All.sln", "top/middle/App/", "top/Lib/");

        Assert.Equal(PathOf("top"), Find("top/middle/App"));
        Assert.Equal(PathOf("top"), Find("top/Lib"));
    }

    [Fact]
    public void A_project_with_nothing_above_it_is_its_own()
    {
        Make("alone/App/", "alone/Lib/");

        Assert.Equal(PathOf("alone/App"), Find("alone/App"));
        Assert.Equal(PathOf("alone/Lib"), Find("alone/Lib"));
    }

    [Fact]
    public void What_was_set_counts_before_all()
    {
        Make("repo/.git/", "repo/src/App/");

        Assert.Equal(PathOf("repo/src"), SessionPlaces.FindRepository("..", PathOf("repo/src/App"), _known));
    }

    /// <summary>By what was found before, and without: both must agree.</summary>
    private string Find(string project)
    {
        string found = SessionPlaces.FindRepository("", PathOf(project), _known);
        Assert.Equal(SessionPlaces.FindRepository("", PathOf(project)), found);
        return found;
    }

    private void Make(params string[] paths)
    {
        foreach (string path in paths)
        {
            if (path.EndsWith('/'))
            {
                Directory.CreateDirectory(PathOf(path.TrimEnd('/')));
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
                File.WriteAllText(PathOf(path), "");
            }
        }
    }
}
