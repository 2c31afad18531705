using System.IO.Hashing;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Scheduling;
using BuildCache.Staging;
using BuildCache.Storage;
using BuildCache.Testing;

namespace BuildCache.Tests.Storage;

/// <summary>
/// Records that somebody wrote who knows the checksum: whatever is in them, they are read, or are none.
/// </summary>
public class DamagedRecordsTests : TestFolder
{
    private const int Checksum = 16;

    private static readonly Digest s_key = Digest.Of("key");

    /// <summary>Each kind of record with what reads it.</summary>
    public static TheoryData<string> Kinds => [.. Readers("").Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_record_of_wrong_content_under_a_right_checksum_is_read_or_is_none(string kind)
    {
        (byte[] whole, Action<byte[]> read) = Readers(PathOf("cache"))[kind];
        read(whole);
        Random random = new(1);
        for (int length = 0; length < whole.Length - Checksum; length++)
        {
            read(Sealed(whole.AsSpan(0, length)));
        }

        for (int round = 0; round < 4000; round++)
        {
            byte[] body = whole.AsSpan(0, whole.Length - Checksum).ToArray();
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            read(Sealed(body));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_huge_count_is_refused_before_anything_is_allocated(string kind)
    {
        (byte[] whole, Action<byte[]> read) = Readers(PathOf("cache"))[kind];
        byte[] huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        for (int at = 0; at < whole.Length - Checksum; at++)
        {
            byte[] changed = Sealed([.. whole.AsSpan(0, at), .. huge, .. whole.AsSpan(at, whole.Length - Checksum - at)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            read(changed);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4_000_000, $"at {at}");
        }
    }

    private static byte[] Sealed(ReadOnlySpan<byte> body)
    {
        byte[] bytes = new byte[body.Length + Checksum];
        body.CopyTo(bytes);
        XxHash128.Hash(body, bytes.AsSpan(body.Length));
        return bytes;
    }

    private static Dictionary<string, (byte[] Whole, Action<byte[]> Read)> Readers(string cache)
    {
        StoreLayout layout = new(cache.Length > 0 ? cache : "/none");
        PlacementStore placements = new(layout, "boot");
        string placed = layout.PlacementPath("/repo/obj"), list = Path.Combine(layout.Root, "list");
        CacheEntry entry = new()
        {
            ActionKey = s_key,
            Visible = s_key,
            TargetPath = "{repo}/bin/App.dll",
            BoundTo = "",
            Seconds = 1,
            Provenance = "here",
            Facts = s_key,
            Outputs = [new CachedOutput("{repo}/bin/App.dll", OutputKind.File, s_key, 3, UnixFileMode.UserRead, "")],
            Warnings = [new CachedWarning("", "CS0168", "", "a.cs", 1, 2, 3, 4, "unused")],
        };
        StoredPackage package = new("own", "1.0.0", "hash", [new PackageFile("lib/own.dll", s_key, 3, UnixFileMode.UserRead, DateTime.UnixEpoch)]);
        WorkRecord work = new(new WorkKey("build", "{repo}/A.csproj", "net10.0", "Debug"), 1, 2, 0.5, new WorkShape(100, ["{repo}/B.csproj"]));
        TestRecord tests = new(TestVerdict.Passed, new TestReport
        {
            Duration = TimeSpan.FromSeconds(1),
            Results = [new TestResult("Test", TestOutcome.Passed, TimeSpan.FromSeconds(1))],
            Messages = [new TestMessage(0, "said")],
        });
        return new()
        {
            ["entry"] = (EntryFormat.Write(entry), bytes => EntryFormat.Read(bytes, s_key)),
            ["facts"] = (FactsFormat.Write([new Fact(FactKind.File, "{repo}/a.cs", s_key), new Fact(FactKind.Property, "A", s_key, "1")]), bytes => FactsFormat.Read(bytes)),
            ["inputs"] = (InputRecords.Write([new InputRecord(s_key, s_key)]), bytes => InputRecords.Read(bytes)),
            ["package"] = (PackageFormat.Write(package), bytes => PackageFormat.Read(bytes, package.Key)),
            ["work"] = (WorkFormat.Write(work), bytes => WorkFormat.Read(bytes)),
            ["tests"] = (tests.ToBytes(), bytes => TestRecord.Read(bytes)),
            ["placement"] = (cache.Length == 0 ? [] : Written(placed, () => placements.Write("/repo/obj", Placement())), bytes =>
            {
                File.WriteAllBytes(placed, bytes);
                placements.Read("/repo/obj");
            }),
            ["unchanged"] = (cache.Length == 0 ? [] : Written(UnchangedList.Write(layout, [("/repo/obj", new UnchangedProject(s_key, s_key))]), static () => { }), bytes =>
            {
                File.WriteAllBytes(list, bytes);
                UnchangedList.Read(list);
            }),
        };
    }

    private static byte[] Written(string path, Action write)
    {
        write();
        return File.ReadAllBytes(path);
    }

    private static Placement Placement() => new()
    {
        Project = "/repo/App.csproj",
        ActionKey = s_key,
        Visible = s_key,
        Facts = s_key,
        TargetPath = "/repo/bin/App.dll",
        Seconds = 1,
        Files = [new PlacedFile("/repo/bin/App.dll", s_key, new FileStamp(1, 2, 3, 4, 5))],
        Warnings = [],
    };
}
