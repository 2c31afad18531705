using BuildCache.MSBuild;

namespace BuildCache.Tests.MSBuild;

public class LiveBuildTests
{
    [Fact]
    public void Properties_are_put_together_as_MSBuilds_own_task_does()
    {
        Dictionary<string, string?> properties = LiveBuild.Properties(
            new Dictionary<string, string> { ["A"] = "own", ["Path"] = "/My (App)/" },
            ["A=solution", " B = spaces around "],
            ["b=item", "C=<x y=\"z\">"]);

        Assert.Equal("solution", properties["A"]);
        Assert.Equal("/My %28App%29/", properties["Path"]);
        Assert.Equal("item", properties["B"]);
        Assert.Equal("<x y=\"z\">", properties["C"]);
    }

    [Fact]
    public void A_value_that_came_apart_at_a_semicolon_is_put_together_again() =>
        Assert.Equal("one;two", LiveBuild.Properties(new Dictionary<string, string>(), ["A=one", "two"])["A"]);
}
