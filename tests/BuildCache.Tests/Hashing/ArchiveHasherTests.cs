using System.Globalization;
using System.IO.Compression;
using System.Text;
using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class ArchiveHasherTests : TestFolder
{
    private static readonly DateTimeOffset s_then = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Times_order_and_compression_of_a_zip_do_not_count() =>
        Assert.Equal(
            Hash(Zip("a.zip", CompressionLevel.NoCompression, s_then, ("a.txt", "one", 0), ("b/c.txt", "two", 0))),
            Hash(Zip("b.zip", CompressionLevel.SmallestSize, s_then.AddYears(5), ("b/c.txt", "two", 0), ("a.txt", "one", 0))));

    [Theory]
    [InlineData("a.txt", "two", 0)]
    [InlineData("A.txt", "one", 0)]
    [InlineData("a.txt", "one", 0x1ED << 16)]
    public void Names_contents_and_modes_of_a_zip_count(string name, string content, int attributes) =>
        Assert.NotEqual(Hash(Zip("a.zip", default, s_then, ("a.txt", "one", 0))), Hash(Zip("b.zip", default, s_then, (name, content, attributes))));

    [Fact]
    public void A_member_more_counts() =>
        Assert.NotEqual(Hash(Zip("a.zip", default, s_then, ("a", "", 0))), Hash(Zip("b.zip", default, s_then, ("a", "", 0), ("b", "", 0))));

    [Fact]
    public void The_wrapping_of_a_package_does_not_count_and_its_content_does()
    {
        (string, string, int) Core(string id) => ($"package/services/metadata/core-properties/{id}.psmdcp", id, 0);
        Digest first = Hash(Zip("a.nupkg", default, s_then, ("_rels/.rels", "1", 0), Core("1"), ("lib/a.dll", "x", 0)));

        Assert.Equal(first, Hash(Zip("b.nupkg", default, s_then, ("_rels/.rels", "2", 0), Core("2"), ("lib/a.dll", "x", 0))));
        Assert.NotEqual(first, Hash(Zip("c.nupkg", default, s_then, ("_rels/.rels", "1", 0), Core("1"), ("lib/a.dll", "y", 0))));
        Assert.NotEqual(
            Hash(Zip("a.zip", default, s_then, ("_rels/.rels", "1", 0))), Hash(Zip("b.zip", default, s_then, ("_rels/.rels", "2", 0))));
    }

    [Fact]
    public void What_is_no_plain_zip_is_left_to_the_exact_digest()
    {
        byte[] zip = File.ReadAllBytes(Zip("a.zip", default, s_then, ("a.txt", "one", 0)));

        Assert.Null(TryHash(Write("text.zip", "PK")));
        Assert.Null(TryHash(Write("cut.zip", zip[..^10])));
        Assert.Null(TryHash(Write("exe.zip", [1, 2, 3, 4, .. zip])));
        Assert.Null(TryHash(Zip("twice.zip", default, s_then, ("a.txt", "one", 0), ("a.txt", "two", 0))));
    }

    [Fact]
    public void Times_and_owners_of_a_unix_archive_do_not_count() =>
        Assert.Equal(Hash(Ar("a.a", 1, 2, 3, ("a.o/", "code"), ("b.o/", "odd"))), Hash(Ar("b.a", 9, 8, 7, ("a.o/", "code"), ("b.o/", "odd"))));

    [Fact]
    public void Names_contents_and_order_of_a_unix_archive_count()
    {
        Digest first = Hash(Ar("a.a", 1, 2, 3, ("a.o/", "code"), ("b.o/", "odd")));

        Assert.NotEqual(first, Hash(Ar("b.a", 1, 2, 3, ("a.o/", "cods"), ("b.o/", "odd"))));
        Assert.NotEqual(first, Hash(Ar("c.a", 1, 2, 3, ("c.o/", "code"), ("b.o/", "odd"))));
        Assert.NotEqual(first, Hash(Ar("d.a", 1, 2, 3, ("b.o/", "odd"), ("a.o/", "code"))));
    }

    [Fact]
    public void What_is_no_plain_unix_archive_is_left_to_the_exact_digest()
    {
        byte[] archive = File.ReadAllBytes(Ar("a.a", 1, 2, 3, ("a.o/", "code")));

        Assert.Null(TryHash(Write("thin.a", [.. "!<thin>\n"u8, .. archive[8..]])));
        Assert.Null(TryHash(Write("cut.a", archive[..^2])));
        Assert.Null(TryHash(Write("more.a", [.. archive, 1, 2, 3])));
        Assert.Null(TryHash(Write("empty.a", "")));
    }

    private static Digest Hash(string path) => Assert.NotNull(TryHash(path));

    private static Digest? TryHash(string path) => ArchiveHasher.TryHash(path, CancellationToken.None);

    private string Zip(string name, CompressionLevel level, DateTimeOffset time, params (string Name, string Content, int Attributes)[] members)
    {
        string path = PathOf(name);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string member, string content, int attributes) in members)
        {
            ZipArchiveEntry entry = archive.CreateEntry(member, level);
            entry.LastWriteTime = time;
            entry.ExternalAttributes = attributes;
            using Stream stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(content));
        }

        return path;
    }

    private string Ar(string name, int time, int owner, int group, params (string Name, string Content)[] members)
    {
        StringBuilder text = new("!<arch>\n");
        foreach ((string member, string content) in members)
        {
            text.Append(CultureInfo.InvariantCulture, $"{member,-16}{time,-12}{owner,-6}{group,-6}{"100644",-8}{content.Length,-10}`\n{content}");
            text.Append(content.Length % 2 == 0 ? "" : "\n");
        }

        return Write(name, text.ToString());
    }
}
