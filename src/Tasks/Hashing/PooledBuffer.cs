using System.Buffers;

namespace BuildCache.Hashing;

/// <summary>A growing list of bytes, in memory that is borrowed and given back: a project makes hundreds of records, and their buffers would be half of what a lookup allocates.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int WrittenCount { get; private set; }

    /// <summary>What was written. Valid until more is written, or the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public ReadOnlySpan<byte> WrittenSpan
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes.Length == 0, this);
            return _bytes.AsSpan(0, WrittenCount);
        }
    }

    /// <summary>The same for readers that need it as memory.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public ReadOnlyMemory<byte> WrittenMemory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes.Length == 0, this);
            return _bytes.AsMemory(0, WrittenCount);
        }
    }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public void Write(ReadOnlySpan<byte> more)
    {
        more.CopyTo(GetSpan(more.Length));
        WrittenCount += more.Length;
    }

    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_bytes.Length - WrittenCount < Math.Max(sizeHint, 1))
        {
            Grow(sizeHint);
        }

        return _bytes.AsSpan(WrittenCount);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return _bytes.AsMemory(WrittenCount);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - WrittenCount), nameof(count));
        WrittenCount += count;
    }

    public void Clear() => WrittenCount = 0;

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
            WrittenCount = 0;
        }
    }

    // Rarely called, and large: compiled into its callers it would be most of them.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private void Grow(int more)
    {
        ObjectDisposedException.ThrowIf(_bytes.Length == 0, this);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(WrittenCount + more), 2 * _bytes.Length));
        WrittenSpan.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
