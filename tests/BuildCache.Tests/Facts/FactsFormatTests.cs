using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class FactsFormatTests
{
    private static readonly Fact[] s_facts =
    [
        new(FactKind.File, "{repo}/a.cs", Digest.Of("a")),
        new(FactKind.Absence, "{repo}/.editorconfig", default),
        new(FactKind.Property, "LangVersion", Digest.Of("14"), "14"),
        new(FactKind.Toolset, "source revision", Digest.Of("abc"), "abc"),
    ];

    [Fact]
    public void Facts_go_there_and_back_as_stored_ones() =>
        Assert.Equal(s_facts.Select(FactsFormat.AsStored), FactsFormat.Read(FactsFormat.Write(s_facts)));

    [Fact]
    public void Two_values_of_a_property_stay_two()
    {
        Fact one = FactsFormat.AsStored(new Fact(FactKind.Property, "A", Digest.Of("1")));
        Fact two = FactsFormat.AsStored(new Fact(FactKind.Property, "A", Digest.Of("2")));

        Assert.NotEqual(one.Value, two.Value);
    }

    [Fact]
    public void Damaged_facts_are_none()
    {
        byte[] bytes = FactsFormat.Write(s_facts);
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x20;
            Assert.Null(FactsFormat.Read(bytes));
            bytes[at] ^= 0x20;
        }

        Assert.Null(FactsFormat.Read(bytes[..^8]));
        Assert.Null(FactsFormat.Read([]));
    }
}
