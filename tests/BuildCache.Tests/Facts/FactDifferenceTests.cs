using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class FactDifferenceTests
{
    [Theory]
    [InlineData(FactKind.File, "{repo}/src/a.cs", "src/a.cs changed")]
    [InlineData(FactKind.Environment, "CC", "environment variable CC changed")]
    [InlineData(FactKind.Property, "Something", "Something changed")]
    [InlineData(FactKind.Items, "Compile", "the Compile items changed")]
    [InlineData(FactKind.Listing, "{repo}/src", "the list of files in the project's folder changed")]
    [InlineData(FactKind.Packages, "closure", "the resolved packages changed")]
    [InlineData(FactKind.Reference, "{repo}/Lib/Lib.csproj net10.0", "the output of Lib/Lib.csproj net10.0 changed")]
    public void Each_kind_has_its_words(object kind, string name, string words) =>
        Assert.Equal(words, Words([new((FactKind)kind, name, Digest.Of("1"))], [new((FactKind)kind, name, Digest.Of("2"))]));

    [Fact]
    public void Short_values_are_shown() =>
        Assert.Equal("LangVersion 13 → 14", Words([new(FactKind.Property, "LangVersion", Digest.Of("13"), "13")], [new(FactKind.Property, "LangVersion", Digest.Of("14"), "14")]));

    [Fact]
    public void What_comes_and_goes_appears_and_disappears() =>
        Assert.Equal("a.cs disappeared; b.cs appeared", Words([new(FactKind.File, "{repo}/a.cs", Digest.Of("1"))], [new(FactKind.File, "{repo}/b.cs", Digest.Of("1"))]));

    [Fact]
    public void A_changed_file_hides_what_follows_from_it() =>
        Assert.Equal("a.props changed", Words(
            [new(FactKind.File, "{repo}/a.props", Digest.Of("1")), new(FactKind.Property, "Something", Digest.Of("1")), new(FactKind.Items, "Compile", Digest.Of("1"))],
            [new(FactKind.File, "{repo}/a.props", Digest.Of("2")), new(FactKind.Property, "Something", Digest.Of("2")), new(FactKind.Items, "Compile", Digest.Of("2"))]));

    [Fact]
    public void Many_changes_are_counted()
    {
        Fact[] before = [.. Enumerable.Range(1, 8).Select(n => new Fact(FactKind.File, $"{{repo}}/{n}.cs", Digest.Of("1")))];
        Fact[] after = [.. before.Select(fact => fact with { Value = Digest.Of("2") })];

        Assert.Equal("1.cs changed; 2.cs changed; and 6 more", FactDifference.InWords(FactDifference.Between(before, after), 2));
    }

    [Fact]
    public void The_same_facts_do_not_differ()
    {
        Fact[] facts = [new(FactKind.File, "{repo}/a.cs", Digest.Of("1")), new(FactKind.Absence, "{repo}/b", default)];

        Assert.Empty(FactDifference.Between(facts, facts));
    }

    private static string Words(Fact[] before, Fact[] after) => FactDifference.InWords(FactDifference.Between(before, after), 5);
}
