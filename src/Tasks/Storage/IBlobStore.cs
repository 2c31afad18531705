using BuildCache.Hashing;

namespace BuildCache.Storage;

/// <summary>Bytes by their digest. Safe for concurrent use; never serves bytes that fail their digest.</summary>
internal interface IBlobStore
{
    /// <summary>A file to copy from that holds exactly the blob, checked; <see langword="null"/> when there is none.</summary>
    /// <remarks>The caller must not change the file.</remarks>
    string? TryGetFile(Digest digest, long size, CancellationToken stop);

    /// <summary>The blob's bytes, checked; <see langword="null"/> when there is none.</summary>
    byte[]? TryGetBytes(Digest digest);

    /// <summary>Takes in a file in one read, and returns its digest.</summary>
    Digest PutFile(string source, CancellationToken stop);

    /// <summary>Takes in bytes, and returns their digest.</summary>
    Digest PutBytes(ReadOnlySpan<byte> content);
}
