using System.IO.Hashing;
using System.Text;
using BuildCache.Reporting;

namespace BuildCache.Hashing;

/// <summary>The memo's file: a header and records of fixed size, appended to by one process at a time.</summary>
/// <remarks>
/// Grammar: "BCMEMO2\n", the hash of the boot (16 bytes), then records of <see cref="MemoRecord.Size"/> bytes, the last for a key counts. Each has
/// its own checksum; a torn tail is cut off by the next writer. Losing the file costs time, nothing else.
/// What was written shortly before the machine went down may not have come to the disk, under a stamp that says that it had. So
/// after a restart only files count that had been left alone for a while when the memo was written last.
/// Versions: 1, the first; 2, the boot.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="boot">What tells this boot of the machine from others.</param>
internal sealed class MemoFile(string path, string boot = "")
{
    /// <summary>Systems write out what is older than this: Linux after 30 s, looking every 5.</summary>
    private const long SettledNs = 120_000_000_000;

    // 64 MiB are some 760,000 files. Past that it starts anew: simpler than sorting out what is still in use.
    private const long MostBytes = 64L * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "BCMEMO2\n"u8;

    private readonly byte[] _header = [.. Magic, .. XxHash128.Hash(Encoding.UTF8.GetBytes(boot))];

    /// <summary>Whether what <see cref="Load"/> found is of an earlier boot: the next writer begins the file anew, so what still counts must be added again.</summary>
    public bool IsOfOtherBoot { get; private set; }

    /// <summary>All records that count; none when the file is missing, locked or not ours.</summary>
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

            if (bytes.Length < _header.Length || !bytes.AsSpan().StartsWith(Magic))
            {
                return records;
            }

            IsOfOtherBoot = !bytes.AsSpan().StartsWith(_header);
            long settled = IsOfOtherBoot ? FileStamp.Nanoseconds(File.GetLastWriteTimeUtc(path)) - SettledNs : long.MaxValue;

            records.EnsureCapacity(bytes.Length / MemoRecord.Size);
            for (int at = _header.Length; at + MemoRecord.Size <= bytes.Length; at += MemoRecord.Size)
            {
                if (MemoRecord.TryRead(bytes.AsSpan(at, MemoRecord.Size), out MemoRecord record) && Math.Max(record.Stamp.ModifiedNs, record.Stamp.ChangedNs) < settled)
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
                    stream.Write(_header);
                }

                long whole = (stream.Length - _header.Length) / MemoRecord.Size * MemoRecord.Size;
                stream.Position = _header.Length + whole;
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

    private bool IsOurs(FileStream stream)
    {
        Span<byte> start = stackalloc byte[_header.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(_header);
    }
}
