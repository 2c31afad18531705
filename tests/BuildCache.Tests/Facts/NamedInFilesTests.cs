using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class NamedInFilesTests : TestFolder
{
    [Fact]
    public void Comments_take_in_files_that_take_in_others()
    {
        Write("repo/p/A.cs", "/// <include file='a.xml' path='x'/>\nclass A;");
        Write("repo/p/a.xml", "<x><include\n  file=\"deep/b.xml\" path='x'/></x>");
        Write("repo/p/deep/b.xml", "<x><include file='../a.xml' path='x'/></x>");

        AssertHolds(Named(Project(("DocumentationFile", "A.xml")), DocumentationIncludes.Of), ["p/a.xml", "p/deep/b.xml"]);
        Assert.Empty(Named(Project(), DocumentationIncludes.Of));
    }

    [Fact]
    public void Resources_take_in_files_beside_them()
    {
        Write("repo/p/sub/R.resx", """
            <root>
              <data name="A" type="System.Resources.ResXFileRef, System.Windows.Forms"><value>..\texts\a.txt;System.String, mscorlib;utf-8</value></data>
              <data name="B" type="System.Resources.ResXFileRef, System.Windows.Forms"><value>"with;semicolon &amp; more.png";System.Byte[], mscorlib</value></data>
              <data name="C"><value>c.txt;System.String</value></data>
            </root>
            """);

        HashSet<string> named = Named(Project(), ResourceReferences.Of);
        AssertHolds(named, ["p/texts/a.txt", "p/sub/with;semicolon & more.png"]);
        Assert.DoesNotContain(named, name => name.EndsWith("c.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void Rule_sets_include_others_beside_them()
    {
        Write("repo/rules/a.ruleset", "<RuleSet><Include Path='more\\b.ruleset' Action='Default'/></RuleSet>");
        Write("repo/rules/more/b.ruleset", "<RuleSet><Include Path='c.ruleset' Action='Default'/></RuleSet>");

        AssertHolds(Named(Project(("CodeAnalysisRuleSet", "../rules/a.ruleset")), RuleSets.Of), ["rules/a.ruleset", "rules/more/b.ruleset", "rules/more/c.ruleset"]);
        Assert.Contains("rules/a.ruleset", Named(Project(("CodeAnalysisRuleSet", "a.ruleset"), ("CodeAnalysisRuleSetDirectories", "../none;../rules")), RuleSets.Of));
    }

    [Fact]
    public void Response_files_name_files_and_other_response_files()
    {
        Write("repo/a.rsp", "# /keyfile:no.snk\n/nowarn:1591 \"/keyfile:../a key.snk\" @../b.rsp");
        Write("repo/b.rsp", "/resource:res/x.bin,X,public /langversion:14");

        HashSet<string> named = Named(Project(("CompilerResponseFile", "../a.rsp"), ("OtherFlags", "--warnon:3390 -r:../lib/F.dll")), CompilerOptions.FilesNamed);
        AssertHolds(named, ["a.rsp", "b.rsp", "a key.snk", "p/res/x.bin", "lib/F.dll"]);
        Assert.DoesNotContain("p/no.snk", named);
        Assert.Null(CompilerOptions.Refuse(Project(("CompilerResponseFile", "../a.rsp"))));
    }

    [Theory]
    [InlineData("/doc:x.xml")]
    [InlineData("-out:x.dll")]
    [InlineData("/Recurse:src/*.cs")]
    [InlineData("more/*.cs")]
    [InlineData("@other.txt")]
    [InlineData("--sig:x.fsi")]
    [InlineData("-o:x.dll")]
    [InlineData("/lib:folder")]
    public void Options_that_write_or_search_are_refused(string option)
    {
        Assert.True(CompilerOptions.IsUnknowable(option));
        Assert.Contains(option, CompilerOptions.Refuse(Project(("OtherFlags", "--nowarn:20 " + option))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-O")]
    [InlineData("--optimize+")]
    [InlineData("/nowarn:1591,1701")]
    [InlineData("--warnon:3390")]
    [InlineData("@more.rsp")]
    [InlineData("/define:A;B")]
    public void Other_options_are_not(string option) => Assert.False(CompilerOptions.IsUnknowable(option));

    private static void AssertHolds(HashSet<string> named, string[] expected) => Assert.All(expected, name => Assert.Contains(name, named));

    private HashSet<string> Named(EvaluatedProject project, Func<FactContext, EvaluatedProject, CancellationToken, IEnumerable<string>> find) =>
        [.. find(Context(), project, default).Select(path => Path.GetRelativePath(PathOf("repo"), path).Replace('\\', '/'))];

    private FactContext Context() => new(Roots(), new StatMemo(null, Log), new Dictionary<string, string>(), PathOf("own"));

    private EvaluatedProject Project(params (string Name, string Value)[] properties)
    {
        Dictionary<string, string> values = properties.ToDictionary(pair => pair.Name, pair => pair.Value);
        return new EvaluatedProject
        {
            Path = PathOf("repo/p/P.csproj"),
            EvaluatedNs = 0,
            Imports = [],
            GlobalProperties = new Dictionary<string, string>(),
            Properties = [.. values],
            ItemTypes =
            [
                new("Compile", [Item("A.cs")]),
                new("EmbeddedResource", [Item("sub\\R.resx")]),
                new("Content", [Item("Page.razor"), Item("copied.txt", "PreserveNewest"), Item("A.json", "PreserveNewest"), Item("wwwroot\\site.css")]),
                new("None", [Item("readme.md"), Item("schema.json", "Always")]),
                new("BuildCacheInput", [Item("schema.json")]),
            ],
            Property = name => values.GetValueOrDefault(name, ""),
            Targets = new Dictionary<string, TargetShape>(),
        };
    }

    private static EvaluatedItem Item(string include, string copy = "") =>
        new(include, copy.Length == 0 ? [] : [KeyValuePair.Create("CopyToOutputDirectory", copy)]);
}
