using System.Text;
using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class RootMapTests
{
    private readonly RootMap _map = new((RootMap.Repository, "/home/me/repo"), (RootMap.Packages, "/home/me/repo/.packages/"), (RootMap.Home, "/home/me"), ("none", ""));

    [Theory]
    [InlineData("/home/me/repo/src/a.cs", "{repo}/src/a.cs")]
    [InlineData("/home/me/repo", "{repo}")]
    [InlineData("/home/me/repo/.packages/x/1.0/x.dll", "{packages}/x/1.0/x.dll")]
    [InlineData("/home/me/repo2/a.cs", "{home}/repo2/a.cs")]
    [InlineData("/home/me2/a.cs", "/home/me2/a.cs")]
    [InlineData("/usr/lib/a.dll", "/usr/lib/a.dll")]
    public void The_deepest_root_counts_and_never_part_of_a_name(string path, string rooted)
    {
        Assert.Equal(rooted, _map.ToRooted(path));
        Assert.Equal(path, _map.ToAbsolute(rooted).Replace('\\', '/'));
    }

    [Fact]
    public void A_text_with_places_goes_there_and_back()
    {
        const string Text = "-lib:/home/me/repo/.packages/x;/home/me/repo/src -log:/home/me/logs";

        string neutral = _map.Neutral(Text);

        Assert.Equal("-lib:{packages}/x;{repo}/src -log:{home}/logs", neutral);
        Assert.Equal(Text, _map.Local(neutral));
        Assert.Equal("{" + Text + "{}", Encoding.UTF8.GetString(_map.Local(Encoding.UTF8.GetBytes("{" + neutral + "{}"))));
    }

    [Theory]
    [InlineData("-lib:/home/me/repo/.packages/x;/home/me/repo/src -log:/home/me/logs")]
    [InlineData("/home/me/repo2 /home/me/repo-x /home/me/repo_ /home/me/repo. /home/me/repoü /home/me/repo中 /home/me/repo€ /home/me/repo😀 /home/me/repo")]
    [InlineData("/home/me/repo/home/me/repo//home/me")]
    [InlineData("{repo}/a /home/me/repo2/home/me/repo{home}")]
    [InlineData("no place")]
    [InlineData("")]
    public void A_text_in_bytes_becomes_what_it_becomes_as_a_text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        using PooledBuffer neutral = new(8);
        _map.Neutral(bytes, neutral);
        Assert.Equal(_map.Neutral(text), Encoding.UTF8.GetString(neutral.WrittenSpan));
        Assert.Equal(_map.HoldsName(text), _map.HoldsName(bytes));
        Assert.Equal(text, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void A_text_with_a_longer_name_keeps_its_meaning()
    {
        const string Text = "/home/me/repo2/a.cs";

        Assert.DoesNotContain("{repo}", _map.Neutral(Text), StringComparison.Ordinal);
        Assert.Equal(Text, _map.Local(_map.Neutral(Text)));
    }

    [Theory]
    [InlineData("/repo/a", "/repo", true)]
    [InlineData("/repo", "/repo", true)]
    [InlineData("/repo2", "/repo", false)]
    [InlineData("/rep", "/repo", false)]
    [InlineData("/repo/a", "/repo/", true)]
    public void Within_means_the_folder_or_below(string path, string folder, bool expected) =>
        Assert.Equal(expected, RootMap.IsWithin(path, folder));
}
