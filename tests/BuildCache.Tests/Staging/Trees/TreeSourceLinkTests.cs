using BuildCache.Reporting;
using BuildCache.Staging.Trees;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>A source that is a link to a folder is the folder that it leads to.</summary>
public class TreeSourceLinkTests : TreeTest
{
    [Fact]
    public void It_is_staged_as_the_folder_and_a_link_that_leads_elsewhere_is_another_folder()
    {
        Write("repo/releases/7/lib/one", "seven");
        Write("repo/releases/8/lib/one", "eight");
        LetTheClockTick();
        Link("repo/current", "releases/7");

        StagedTree first = Stage(Folder("repo/current"));
        Assert.Equal(["lib/", "lib/one=seven"], Listing());
        Assert.Equal(first.Key, Stage(Folder("repo/releases/7")).Key);
        Assert.Equal("in place", Stage(Folder("repo/current")).How);

        Directory.Delete(PathOf("repo/current"));
        Link("repo/current", "releases/8");
        Stage(Folder("repo/current"));
        Assert.Equal(["lib/", "lib/one=eight"], Listing());
    }

    [Theory]
    [InlineData("Folder", "")]
    [InlineData("Folder", "inner")]
    [InlineData("Package", "")]
    [InlineData("Project", "")]
    public void So_it_is_for_each_kind_of_source_and_behind_other_links(string kind, string stripPrefix)
    {
        Write("repo/real/folder/one", "1");
        Link("repo/outer", "real");
        Link("repo/real/middle", "folder");
        Link("repo/real/folder.link", "middle");
        Directory.CreateDirectory(PathOf("repo/strip"));
        Link("repo/strip/inner", "../outer/folder.link");
        TreeSource source = new() { Kind = Enum.Parse<SourceKind>(kind), Name = "source", Path = PathOf(stripPrefix.Length == 0 ? "repo/outer/folder.link" : "repo/strip"), StripPrefix = stripPrefix };

        Stage(source);

        Assert.Equal(["one=1"], Listing());
    }

    [Fact]
    public void A_link_that_leads_to_the_destination_is_refused_as_the_destination_is()
    {
        Write("repo/app/deps/mine", "mine");
        Write("repo/strip/file", "");
        Link("repo/current", "app");
        Link("repo/strip/inner", "../app/deps");
        Link("repo/circle", "circle");

        Assert.Equal(Diagnostics.TreeDestination, Fails(Request(Folder("repo/current")), says: "its source"));
        Assert.Equal(Diagnostics.TreeDestination, Fails(Request(Folder("repo/current/deps")), says: "its source"));
        Assert.Equal(Diagnostics.TreeDestination, Fails(Request(Folder("repo/strip") with { StripPrefix = "inner" }), says: "its source"));
        Assert.Equal(Diagnostics.TreeSourceMissing, Fails(Request(Folder("repo/circle"))));
        Assert.Equal(["mine=mine"], Listing());
    }

    private void Link(string path, string target) => Directory.CreateSymbolicLink(PathOf(path), target);
}
