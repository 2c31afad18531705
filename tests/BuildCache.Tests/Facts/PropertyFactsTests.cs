using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class PropertyFactsTests
{
    private readonly FactContext _context = new(new RootMap((RootMap.Repository, "/repo")), new StatMemo(file: null, new CollectingLog()), new Dictionary<string, string>(), "/own");

    /// <summary>A fact is taken over from the project before only where the value is the same: else a project would be found under another's key.</summary>
    [Fact]
    public void Each_project_has_the_facts_of_its_own_values()
    {
        Fact first = Of("LangVersion", "12");
        Fact second = Of("LangVersion", "13");

        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal("13", second.Text);
        Assert.Equal(first, Of("LangVersion", "12"));
        Assert.NotEqual(first.Value, Of("LangVersion", "").Value);
        Assert.Equal(new Fact(FactKind.Property, "Other", first.Value), Of("Other", "12"));
    }

    [Fact]
    public void Places_of_this_clone_do_not_count()
    {
        Assert.Equal(Of("OutDir", "{repo}/A/bin/").Value, Of("OutDir", "/repo/A/bin/").Value);
        Assert.NotEqual(Of("OutDir", "/repo/A/bin/").Value, Of("OutDir", "/repo/B/bin/").Value);
    }

    private Fact Of(string name, string value)
    {
        List<Fact> facts = [];
        PropertyFacts.Add(_context, new EvaluatedProject
        {
            Path = "/repo/A/A.csproj",
            EvaluatedNs = 0,
            Imports = [],
            GlobalProperties = new Dictionary<string, string>(),
            Properties = [new(name, value)],
            ItemTypes = [],
            Property = static _ => "",
            Targets = new Dictionary<string, TargetShape>(),
        }, new HashSet<string>(), facts);
        return Assert.Single(facts);
    }
}
