using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BuildCache.Hashing;

/// <summary>Feeds typed fields into SHA-256 so that no two lists of fields share a stream of bytes.</summary>
/// <remarks>
/// Every field goes in as tag, length, bytes. Without the lengths <c>("ab", "c")</c> and <c>("a", "bc")</c>
/// would hash alike, and a wrong output could be restored. Not safe for use by two threads at once. A project makes a
/// hundred of these: SHA-256 has a state only where the buffer is too small.
/// </remarks>
internal sealed class CanonicalHasher : IDisposable
{
    private const int Full = 32 * 1024;

    private readonly PooledBuffer _pending = new(2 * Full);
    private IncrementalHash? _sha;

    /// <param name="domain">Names the kind of record being hashed, with its version: <c>"action-key/1"</c>.</param>
    public CanonicalHasher(string domain) => Add(0, domain);

    /// <summary>Adds a field of bytes.</summary>
    /// <remarks>Not inlined: its callers are compiled in every build, and each would be thirty times as large.</remarks>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization | System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    public void Add(byte tag, ReadOnlySpan<byte> value)
    {
        const int Header = 1 + sizeof(long);
        Span<byte> field = _pending.GetSpan(Header + value.Length);
        field[0] = tag;
        BinaryPrimitives.WriteInt64LittleEndian(field[1..], value.Length);
        value.CopyTo(field[Header..]);
        _pending.Advance(Header + value.Length);
        if (_pending.WrittenCount > Full)
        {
            Flush();
        }
    }

    /// <summary>Adds a field of text, as UTF-8.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public void Add(byte tag, string value)
    {
        const int Header = 1 + sizeof(long);
        Span<byte> field = _pending.GetSpan(Header + Encoding.UTF8.GetMaxByteCount(value.Length));
        int length = Encoding.UTF8.GetBytes(value, field[Header..]);
        field[0] = tag;
        BinaryPrimitives.WriteInt64LittleEndian(field[1..], length);
        _pending.Advance(Header + length);
        if (_pending.WrittenCount > Full)
        {
            Flush();
        }
    }

    /// <summary>Adds a digest.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public void Add(byte tag, Digest value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        value.CopyTo(bytes);
        Add(tag, bytes);
    }

    /// <summary>Adds a number.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public void Add(byte tag, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Add(tag, bytes);
    }

    /// <summary>The digest of all that was added. The hasher is then empty and must not be used again.</summary>
    public Digest Finish()
    {
        if (_sha is null)
        {
            return Digest.Of(_pending.WrittenSpan);
        }

        Flush();
        Span<byte> hash = stackalloc byte[Digest.Size];
        _sha.GetHashAndReset(hash);
        return Digest.FromBytes(hash);
    }

    public void Dispose()
    {
        _sha?.Dispose();
        _pending.Dispose();
    }

    private void Flush()
    {
        _sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _sha.AppendData(_pending.WrittenSpan);
        _pending.Clear();
    }
}
