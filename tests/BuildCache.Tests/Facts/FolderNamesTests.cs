using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class FolderNamesTests : TestFolder
{
    [Fact]
    public void A_projects_folder_is_listed_without_what_builds_make_and_folders_with_a_dot()
    {
        foreach (string file in (string[])["A.cs", "deep/B.cs", "bin/x.dll", "obj/y.cs", "deep/obj/z.cs", ".git/HEAD", ".editorconfig", "web/node_modules/m.js"])
        {
            Write("p/" + file, "");
        }

        string[] files = FolderNames.OfProject(PathOf("p"), "bin;obj;*/node_modules", out bool hasLinks);

        Assert.False(hasLinks);
        Assert.Equal([PathOf("p/.editorconfig"), PathOf("p/A.cs"), PathOf("p/deep/B.cs"), PathOf("p/deep/obj/z.cs")], files);
    }

    [Fact]
    public void A_link_to_a_folder_is_told_and_not_followed()
    {
        Write("p/A.cs", "");
        Write("elsewhere/B.cs", "");
        Directory.CreateSymbolicLink(PathOf("p/link"), PathOf("elsewhere"));

        string[] files = FolderNames.OfProject(PathOf("p"), "", out bool hasLinks);

        Assert.True(hasLinks);
        Assert.Equal([PathOf("p/A.cs")], files);
    }

    [Fact]
    public void Names_change_with_the_files_and_not_with_their_content()
    {
        Write("t/a/one.txt", "1");
        var before = FolderNames.Tree(PathOf("t"), "");
        Write("t/a/one.txt", "2");
        Assert.Equal(before, FolderNames.Tree(PathOf("t"), ""));

        Write("t/b/two.txt", "");

        Assert.NotEqual(before, FolderNames.Tree(PathOf("t"), ""));
        Assert.True(FolderNames.Tree(PathOf("none"), "").IsNone);
        Assert.Equal(FolderNames.Matching(PathOf("none"), "*"), FolderNames.Matching(Directory.CreateDirectory(PathOf("empty")).FullName, "*"));
    }

    [Fact]
    public void NuGets_files_do_not_count_among_those_that_other_tools_leave_in_obj()
    {
        Write("obj/A.csproj.nuget.g.props", "");
        var before = FolderNames.Matching(PathOf("obj"), "A.csproj.*.props");
        Write("obj/A.csproj.tool.props", "");

        Assert.NotEqual(before, FolderNames.Matching(PathOf("obj"), "A.csproj.*.props"));
        Assert.Equal(before, FolderNames.Matching(PathOf("none"), "A.csproj.*.props"));
    }

    [Fact]
    public void A_tree_can_be_limited_to_a_pattern_and_without_folders()
    {
        Write("l/a.cs", "");
        Write("l/sub/b.CS", "");
        var before = FolderNames.Tree(PathOf("l"), "*.cs;obj;bin");
        Write("l/readme.md", "");
        Write("l/obj/c.cs", "");

        Assert.Equal(before, FolderNames.Tree(PathOf("l"), "*.cs;obj;bin"));
        Assert.NotEqual(before, FolderNames.Tree(PathOf("l"), "*.cs"));
        File.Delete(PathOf("l/sub/b.CS"));
        Assert.NotEqual(before, FolderNames.Tree(PathOf("l"), "*.cs;obj;bin"));
    }
}
