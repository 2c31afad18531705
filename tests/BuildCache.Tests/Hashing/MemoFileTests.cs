using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class MemoFileTests : TestFolder
{
    private string MemoPath => PathOf("memo/file.memo");

    [Fact]
    public void Records_come_back_and_the_last_for_a_key_counts()
    {
        MemoFile file = new(MemoPath);
        file.Append([Record(1, "old"), Record(2, "two")], Log);
        file.Append([Record(1, "new")], Log);

        Dictionary<UInt128, MemoRecord> loaded = file.Load(Log);

        Assert.Equal(2, loaded.Count);
        Assert.Equal(Digest.Of("new"), loaded[1].Digest);
        Assert.True(loaded[2].Matches(Record(2, "two").Stamp));
        Assert.Empty(Log.Details);
    }

    [Fact]
    public void A_torn_tail_is_ignored_and_cut_off_by_the_next_writer()
    {
        MemoFile file = new(MemoPath);
        file.Append([Record(1, "one"), Record(2, "two")], Log);
        byte[] whole = File.ReadAllBytes(MemoPath);
        File.WriteAllBytes(MemoPath, whole[..^30]);
        Assert.Equal([(UInt128)1], file.Load(Log).Keys);

        file.Append([Record(3, "three")], Log);

        Assert.Equal([(UInt128)1, (UInt128)3], file.Load(Log).Keys.Order());
        Assert.Equal(whole.Length, new FileInfo(MemoPath).Length);
    }

    [Fact]
    public void A_flipped_byte_anywhere_costs_at_most_its_record()
    {
        MemoFile file = new(MemoPath);
        file.Append([Record(1, "one"), Record(2, "two")], Log);
        byte[] whole = File.ReadAllBytes(MemoPath);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(MemoPath, damaged);

            foreach ((UInt128 key, MemoRecord record) in file.Load(Log))
            {
                Assert.Equal(key == 1 ? Record(1, "one") : Record(2, "two"), record);
            }
        }
    }

    [Fact]
    public void Garbage_is_no_memo_and_does_not_stay_in_the_way()
    {
        Write("memo/file.memo", "this is no memo at all");
        MemoFile file = new(MemoPath);
        Assert.Empty(file.Load(Log));

        file.Append([Record(1, "one")], Log);

        Assert.Single(file.Load(Log));
    }

    [Fact]
    public void A_missing_file_is_empty() => Assert.Empty(new MemoFile(MemoPath).Load(Log));

    private static MemoRecord Record(uint key, string content) => new(key, new FileStamp(10, 20, 30, 40, 0), Digest.Of(content));
}
