using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class ItemFactsTests : TestFolder
{
    private FactContext Context => field ??= new FactContext(
        new RootMap((RootMap.Repository, PathOf("repo"))), new StatMemo(file: null, new CollectingLog()), new Dictionary<string, string>(), "/own");

    /// <summary>Projects whose items of a type are the same share the object, and the names in it are each project's own files.</summary>
    [Fact]
    public void Items_that_projects_share_name_each_ones_own_files()
    {
        Write("repo/A/settings.json", "of A");
        Write("repo/B/settings.json", "of B");
        EvaluatedItemType shared = new("Content", [new EvaluatedItem("settings.json", [KeyValuePair.Create("CopyToOutputDirectory", "Always"), KeyValuePair.Create("HintPath", "lib/x.dll")])]);
        Write("repo/B/lib/x.dll", "only B has it");

        List<Fact> first = Of("A", shared);
        List<Fact> second = Of("B", shared);

        Assert.Equal(["{repo}/A/settings.json"], Names(first, FactKind.File));
        Assert.Equal(["{repo}/B/lib/x.dll", "{repo}/B/settings.json"], Names(second, FactKind.File));
        Assert.Equal(Single(first, FactKind.Items), Single(second, FactKind.Items));
        Assert.Equal(OperatingSystem.IsWindows() ? [] : ["{repo}/B/settings.json"], Names(second, FactKind.Executable));
        Assert.Equal(Digest.Of("of B"), second.Single(fact => fact.Name == "{repo}/B/settings.json" && fact.Kind == FactKind.File).Value);
    }

    [Fact]
    public void Every_include_and_every_metadata_counts()
    {
        EvaluatedItem item = new("x", [KeyValuePair.Create("A", "1")]);
        EvaluatedItem[][] all =
        [
            [item],
            [item, item],
            [item with { Include = "y" }],
            [item with { Metadata = [] }],
            [item with { Metadata = [KeyValuePair.Create("A", "2")] }],
            [item with { Metadata = [KeyValuePair.Create("B", "1")] }],
            [item with { Metadata = [.. item.Metadata, KeyValuePair.Create("B", "")] }],
        ];

        Assert.Equal(all.Length, all.Select(items => Single(Of("A", new EvaluatedItemType("KnownFrameworkReference", items)), FactKind.Items).Value).Distinct().Count());
    }

    /// <summary>A build with other folders has other facts, also where the object is the same.</summary>
    [Fact]
    public void What_is_kept_is_of_one_build_only()
    {
        EvaluatedItemType shared = new("Known", [new EvaluatedItem(PathOf("repo/x"), [])]);
        Digest here = Single(Of("A", shared), FactKind.Items).Value;
        FactContext elsewhere = new(new RootMap((RootMap.Repository, PathOf("repo")), (RootMap.Packages, PathOf("repo/x"))), new StatMemo(file: null, new CollectingLog()), new Dictionary<string, string>(), "/own");

        Assert.NotEqual(here, Single(Of("A", shared, elsewhere), FactKind.Items).Value);
        Assert.Equal(here, Single(Of("A", shared), FactKind.Items).Value);
    }

    private List<Fact> Of(string name, EvaluatedItemType type, FactContext? context = null)
    {
        List<Fact> facts = [];
        context ??= Context;
        Directory.CreateDirectory(PathOf("repo"));
        ItemFacts.Add(context, new EvaluatedProject
        {
            Path = PathOf($"repo/{name}/{name}.csproj"),
            EvaluatedNs = 0,
            Imports = [],
            GlobalProperties = new Dictionary<string, string>(),
            Properties = [],
            ItemTypes = [type],
            Property = static _ => "",
            Targets = new Dictionary<string, TargetShape>(),
        }, new FileFacts(context, facts, CancellationToken.None), facts);
        return facts;
    }

    private static Fact Single(List<Fact> facts, FactKind kind) => Assert.Single(facts, fact => fact.Kind == kind);

    private static string[] Names(List<Fact> facts, FactKind kind) => [.. facts.Where(fact => fact.Kind == kind).Select(fact => fact.Name).Order(StringComparer.Ordinal)];
}
