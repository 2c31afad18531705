using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class GitRepositoryTests : TestFolder
{
    [Fact]
    public void Settings_are_read_with_what_they_include_and_the_last_one_counts()
    {
        Write("home/.gitconfig", "[core]\n\texcludesFile = ~/none\n[include]\n\tpath = more\n");
        Write("home/more", "; mine\n[CORE] ExcludesFile = \"~/my rules\" # mine\n[url \"https://one/\"]\n insteadOf = one:\n");
        Write("home/my rules", "# comment\n\n.idea/\nPlain.cs  \n");
        Write("repo/.git/config", "[remote \"origin\"]\n\turl = one:a\\\n/b\n\tfetch = x\n");
        Write("repo/.git/info/exclude", "sub/\n");

        GitRepository git = Read("repo");

        Assert.Equal([".idea/", "Plain.cs", "sub/"], git.Rules);
        Assert.Equal(["url \"https://one/\".insteadof=one:", "remote \"origin\".url=one:a/b"], git.Remotes);
    }

    [Fact]
    public void A_working_tree_has_the_settings_of_its_repository()
    {
        Write("repo/.git/config", "[remote \"origin\"]\nurl = one\n");
        Write("repo/.git/worktrees/tree/commondir", "../..\n");
        Write("tree/.git", $"gitdir: {PathOf("repo/.git/worktrees/tree")}\n");

        Assert.Equal(PathOf("tree"), GitRepository.RootAbove(PathOf("tree")));
        Assert.Equal(["remote \"origin\".url=one"], Read("tree").Remotes);
    }

    [Theory]
    [InlineData(".idea/", false)]
    [InlineData("*.swp", false)]
    [InlineData("Thumbs.db", false)]
    [InlineData("*.[oa]", true)]
    [InlineData("other/", false)]
    [InlineData("a.cs", true)]
    [InlineData("src/?pp/", true)]
    [InlineData("[Oo]bj/", true)]
    [InlineData("!app", true)]
    [InlineData("*.g.cs", true)]
    [InlineData("*", true)]
    public void Rules_count_that_could_match_a_source_or_a_folder_above_one(string rule, bool counts)
    {
        Write("repo/.git/info/exclude", rule + "\n");

        Assert.Equal(counts ? [rule] : [], GitFacts.RulesFor([PathOf("repo/src/App/a.cs"), PathOf("repo/src/App/obj/Debug")], Read("repo")));
    }

    [Fact]
    public void A_mark_is_read_as_it_was_written_and_nothing_else_is()
    {
        NeutralMark mark = new(Guid.NewGuid(), HasRevision: true, new Dictionary<string, string> { ["DefineConstants"] = "A;B=1\n", ["Version"] = "1.2.3" });

        NeutralMark? read = NeutralMark.Parse(mark.ToString());

        Assert.NotNull(read);
        Assert.Equal((mark.Assembly, mark.HasRevision), (read.Assembly, read.HasRevision));
        Assert.Equal(mark.Properties, read.Properties);
        Assert.Null(NeutralMark.Parse(mark.ToString().Replace("neutral/1", "neutral/2", StringComparison.Ordinal)));
        Assert.Null(NeutralMark.Parse(mark + "Version\n"));
        Assert.Null(NeutralMark.IdOf(PathOf("none.dll")));
    }

    private GitRepository Read(string root) => GitRepository.Read(PathOf(root), new Dictionary<string, string> { ["HOME"] = PathOf("home"), ["XDG_CONFIG_HOME"] = PathOf("none") }, PathOf("none"));
}
