using BuildCache.Reporting;

namespace BuildCache.Hashing;

/// <summary>The memo's file: a header and records of fixed size, appended to by one process at a time.</summary>
/// <remarks>
/// Grammar: "BCMEMO1\n", then records of <see cref="MemoRecord.Size"/> bytes, the last for a key counts. Each has
/// its own checksum; a torn tail is cut off by the next writer. Losing the file costs time, nothing else.
/// </remarks>
internal sealed class MemoFile(string path)
{
    // 64 MiB are some 760,000 files. Past that it starts anew: simpler than sorting out what is still in use.
    private const long MostBytes = 64L * 1024 * 1024;

    private static ReadOnlySpan<byte> Header => "BCMEMO1\n"u8;

    /// <summary>All records; none when the file is missing, locked or not ours.</summary>
    public Dictionary<UInt128, MemoRecord> Load(ICacheLog log)
    {
        Dictionary<UInt128, MemoRecord> records = [];
        try
        {
            if (!File.Exists(path))
            {
                return records;
            }

            byte[] bytes;
            using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
            {
                bytes = new byte[stream.Length];
                stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            }

            if (!bytes.AsSpan().StartsWith(Header))
            {
                return records;
            }

            records.EnsureCapacity(bytes.Length / MemoRecord.Size);
            for (int at = Header.Length; at + MemoRecord.Size <= bytes.Length; at += MemoRecord.Size)
            {
                if (MemoRecord.TryRead(bytes.AsSpan(at, MemoRecord.Size), out MemoRecord record))
                {
                    records[record.Key] = record;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The stat memo could not be read: {failure.Message}");
        }

        return records;
    }

    /// <summary>Adds records. Another process that is writing just now makes them be left out: they will be learned again.</summary>
    public void Append(ICollection<MemoRecord> records, ICacheLog log)
    {
        if (records.Count == 0)
        {
            return;
        }

        byte[] bytes = new byte[records.Count * MemoRecord.Size];
        int at = 0;
        foreach (MemoRecord record in records)
        {
            record.Write(bytes.AsSpan(at, MemoRecord.Size));
            at += MemoRecord.Size;
        }

        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
                if (stream.Length > MostBytes || !IsOurs(stream))
                {
                    stream.SetLength(0);
                    stream.Position = 0;
                    stream.Write(Header);
                }

                long whole = (stream.Length - Header.Length) / MemoRecord.Size * MemoRecord.Size;
                stream.Position = Header.Length + whole;
                stream.Write(bytes);
                stream.SetLength(stream.Position);
                return;
            }
            catch (IOException) when (attempt < 5)
            {
                Thread.Sleep(10 << attempt);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.Detail($"The stat memo could not be written: {failure.Message}");
                return;
            }
        }
    }

    private static bool IsOurs(FileStream stream)
    {
        Span<byte> start = stackalloc byte[Header.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Header);
    }
}
