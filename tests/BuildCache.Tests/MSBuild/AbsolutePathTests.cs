using BuildCache.MSBuild;

namespace BuildCache.Tests.MSBuild;

public class AbsolutePathTests
{
    [Theory]
    [InlineData("/a")]
    [InlineData("/a/.nuget/..b/c.dll")]
    [InlineData("/a/b/")]
    [InlineData("/a//b")]
    [InlineData("//a/b")]
    [InlineData("/a/./b")]
    [InlineData("/a/../b")]
    [InlineData("/a/b/.")]
    [InlineData("/a/b/..")]
    [InlineData("/a\\b")]
    [InlineData("/")]
    [InlineData("/.")]
    [InlineData("a/b")]
    [InlineData("../b/c.dll")]
    [InlineData("C:\\a\\b")]
    public void A_path_comes_out_as_dotnet_resolves_it(string path) =>
        Assert.Equal(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), Path.GetFullPath("/folder"))),
            ProjectTask.Absolute(path, Path.GetFullPath("/folder")));

    [Fact]
    public void Nothing_stays_nothing() => Assert.Equal("", ProjectTask.Absolute("", "/folder"));
}
