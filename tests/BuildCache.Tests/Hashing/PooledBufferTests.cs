using System.Buffers;
using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public sealed class PooledBufferTests
{
    [Fact]
    public void It_grows_and_keeps_what_was_written()
    {
        using PooledBuffer buffer = new(16);
        byte[] all = new byte[100_000];
        new Random(7).NextBytes(all);
        for (int at = 0; at < all.Length; at += 1000)
        {
            buffer.Write((ReadOnlySpan<byte>)all.AsSpan(at, 1000));
        }

        Assert.Equal(all, buffer.WrittenSpan.ToArray());
        buffer.Clear();
        Assert.Equal(0, buffer.WrittenCount);
    }

    [Fact]
    public void Memory_that_was_given_back_is_not_used_again()
    {
        PooledBuffer buffer = new(16);
        buffer.Write((ReadOnlySpan<byte>)[1, 2, 3]);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.WrittenSpan.Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.GetSpan(1).Length);
    }

    [Fact]
    public void No_more_is_counted_than_there_is_room()
    {
        using PooledBuffer buffer = new(16);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(100_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }
}
