using System.Text;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Tests.Staging;

public class PathTextTests
{
    private static readonly RootMap s_here = new([(RootMap.Repository, "/work/here")]);
    private static readonly RootMap s_there = new([(RootMap.Repository, "/elsewhere/there")]);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public void Folders_are_exchanged_and_all_other_bytes_stay(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] Bytes(string text) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

        (byte[] stored, string kept) = Assert.NotNull(PathText.ToStored(Bytes("größer|/work/here/Lib/|\n"), s_here));

        Assert.Equal(name == "utf-16" ? PathText.Utf16 : "", kept);
        Assert.Equal(Bytes("größer|/elsewhere/there/Lib/|\n"), PathText.ToLocal(stored, kept, s_there));
        Assert.Equal(Bytes("größer|/work/here/Lib/|\n"), PathText.ToLocal(stored, kept, s_here));
    }

    [Fact]
    public void What_is_no_text_is_left_alone()
    {
        Assert.Null(PathText.ToStored([.. Encoding.UTF8.GetBytes("/work/here"), 0], s_here));
        Assert.Null(PathText.ToStored([.. Encoding.UTF8.GetBytes("/work/here"), 0xFF], s_here));
        Assert.Null(PathText.ToStored([0xFF, 0xFE, (byte)'/', 0, 0x00, 0xD8], s_here));
        Assert.Null(PathText.ToStored([0xFF, 0xFE, (byte)'/', 0, (byte)'w'], s_here));
        Assert.Null(PathText.ToStored(Encoding.UTF8.GetBytes("/work/here and {repo}"), s_here));
    }
}
