using BuildCache.Packages;

namespace BuildCache.Tests.Packages;

public class LockFileTests : TestFolder
{
    [Fact]
    public void Packages_of_all_frameworks_are_read_and_projects_are_not()
    {
        IReadOnlyDictionary<PackageName, string> packages = LockFile.Read("""
            { "version": 2, "dependencies": {
              "net10.0": {
                "Some.Thing": { "type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "contentHash": "abc==" },
                "lib": { "type": "Project", "dependencies": { "Some.Thing": "[1.0.0, )" } } },
              "net10.0/linux-x64": {
                "Native": { "type": "Transitive", "resolved": "2.0.0-Beta", "contentHash": "def==" },
                "../../evil": { "type": "Transitive", "resolved": "1.0.0", "contentHash": "x" } } } }
            """u8.ToArray());

        Assert.Equal(["native 2.0.0-beta=def==", "some.thing 1.0.0=abc=="], packages.Select(each => $"{each.Key}={each.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("""{ "dependencies": { "net10.0": 3 } }""")]
    public void What_is_no_lock_file_names_nothing(string text) => Assert.Empty(LockFile.Read(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_configured_file_comes_first_then_that_of_the_project()
    {
        string project = Write("App/My App.csproj", "");
        Assert.Null(LockFile.PathOf(project, ""));
        string usual = Write("App/packages.lock.json", "{}");
        Assert.Equal(usual, LockFile.PathOf(project, ""));
        string own = Write("App/packages.My_App.lock.json", "{}");
        Assert.Equal(own, LockFile.PathOf(project, ""));
        Assert.Null(LockFile.PathOf(project, "other.json"));
        Assert.Equal(Write("locks/other.json", "{}"), LockFile.PathOf(project, "../locks/other.json"));
    }
}
