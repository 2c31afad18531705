using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace BuildCache.Hashing;

/// <summary>Reads a file once, from start to end, into SHA-256.</summary>
internal static class FileHasher
{
    /// <summary>Most files of a build are smaller: those are read, hashed and written in one piece.</summary>
    public const int BufferSize = 128 * 1024;

    /// <summary>The digest of a file's content.</summary>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Digest Hash(string path, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int length = SmallFile.Read(path, buffer);
            if (length < buffer.Length)
            {
                return Digest.Of(buffer.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        return Copy(file, destination: null, stop);
    }

    /// <summary>Copies a file and returns the digest of what was copied, in one read.</summary>
    public static Digest HashWhileCopying(string source, SafeFileHandle destination, CancellationToken stop)
    {
        using SafeFileHandle file = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        return Copy(file, destination, stop);
    }

    /// <summary>Copies exactly <paramref name="size"/> bytes of a stream; <see langword="false"/> if it has fewer or more.</summary>
    public static bool TryCopy(Stream source, SafeFileHandle destination, long size, out Digest digest, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = 0;
            for (int read; (read = source.Read(buffer, 0, (int)Math.Min(buffer.Length, size - offset + 1))) > 0; offset += read)
            {
                stop.ThrowIfCancellationRequested();
                if (offset + read > size)
                {
                    digest = default;
                    return false;
                }

                sha.AppendData(buffer, 0, read);
                RandomAccess.Write(destination, buffer.AsSpan(0, read), offset);
            }

            Span<byte> hash = stackalloc byte[Digest.Size];
            sha.GetHashAndReset(hash);
            digest = Digest.FromBytes(hash);
            return offset == size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Digest Copy(SafeFileHandle source, SafeFileHandle? destination, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int read;
            for (long offset = 0; (read = RandomAccess.Read(source, buffer, offset)) > 0; offset += read)
            {
                stop.ThrowIfCancellationRequested();
                sha.AppendData(buffer, 0, read);
                if (destination is not null)
                {
                    RandomAccess.Write(destination, buffer.AsSpan(0, read), offset);
                }
            }

            Span<byte> hash = stackalloc byte[Digest.Size];
            sha.GetHashAndReset(hash);
            return Digest.FromBytes(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
