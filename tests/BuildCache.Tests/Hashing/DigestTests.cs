using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class DigestTests
{
    private const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void It_is_SHA_256_in_lower_case() => Assert.Equal(OfNothing, Digest.Of(""u8).ToString());

    [Fact]
    public void Text_and_bytes_go_there_and_back()
    {
        Digest digest = Digest.Of("some content");
        byte[] bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);

        Assert.True(Digest.TryParse(digest.ToString(), out Digest parsed));
        Assert.Equal(digest, parsed);
        Assert.Equal(digest, Digest.FromBytes(bytes));
        Assert.Equal(digest.GetHashCode(), parsed.GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("e3b0c442")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(" 3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Another_spelling_is_refused(string? text)
    {
        Assert.False(Digest.TryParse(text, out Digest digest));
        Assert.True(digest.IsNone);
    }

    [Fact]
    public void Another_length_is_refused() => Assert.Throws<ArgumentException>(() => Digest.FromBytes(new byte[31]));

    [Fact]
    public void None_is_no_contents_digest()
    {
        Assert.True(default(Digest).IsNone);
        Assert.False(Digest.Of("").IsNone);
        Assert.True(default != Digest.Of(""));
    }
}
