using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests.Storage;

public class RecordBufferTests
{
    [Fact]
    public void Fields_come_back_in_their_order()
    {
        using RecordWriter writer = new("test/1");
        writer.Write("grün");
        writer.Write(long.MaxValue);
        writer.Write(-1);
        writer.Write(2.5);
        writer.Write(Digest.Of("x"));
        using RecordReader? reader = RecordReader.Open(writer.Finish(), "test/1");

        Assert.NotNull(reader);
        Assert.Equal("grün", reader.ReadString());
        Assert.Equal(long.MaxValue, reader.ReadNumber());
        Assert.Equal(-1, reader.ReadNumber());
        Assert.Equal(2.5, reader.ReadDouble());
        Assert.Equal(Digest.Of("x"), reader.ReadDigest());
        Assert.ThrowsAny<IOException>(() => reader.ReadNumber());
    }

    [Fact]
    public void Another_kind_of_record_is_none()
    {
        using RecordWriter writer = new("test/1");

        Assert.Null(RecordReader.Open(writer.Finish(), "test/2"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(1_000_000)]
    public void A_count_that_cannot_be_is_refused(long count)
    {
        using RecordWriter writer = new("test/1");
        writer.Write(count);
        using RecordReader? reader = RecordReader.Open(writer.Finish(), "test/1");

        Assert.Throws<InvalidDataException>(() => reader!.ReadCount());
    }
}
