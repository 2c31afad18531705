using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests.Facts;

public class RestoreMarkTests : TestFolder
{
    private static readonly Digest s_key = Digest.Of("key");

    [Fact]
    public void It_is_found_by_its_key_until_it_is_taken_away()
    {
        StoreLayout layout = new(PathOf("cache"));
        DateTime before = DateTime.UtcNow;
        using (RestoreMark.Write(layout, s_key))
        {
            Assert.InRange(RestoreMark.Find(layout, s_key)!.Value, before, DateTime.UtcNow);
            Assert.Null(RestoreMark.Find(layout, Digest.Of("another")));
        }

        Assert.Null(RestoreMark.Find(layout, s_key));
    }

    [Fact]
    public void What_a_process_left_that_is_no_more_is_not_believed_and_nothing_damaged_is()
    {
        StoreLayout layout = new(PathOf("cache"));
        using RestoreMark mark = RestoreMark.Write(layout, s_key);
        string file = Assert.Single(Directory.GetFiles(layout.Verdicts));
        byte[] bytes = File.ReadAllBytes(file);
        for (int at = 0; at < bytes.Length; at += 3)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, damaged);

            Assert.Null(RestoreMark.Find(layout, s_key));
        }

        // This process, but started at another time: its number was used again.
        using (RecordWriter writer = new("bc-restore/1"))
        {
            writer.Write(Environment.ProcessId);
            writer.Write(DateTime.UtcNow.AddDays(-1).Ticks);
            writer.Write(DateTime.UtcNow.Ticks);
            File.WriteAllBytes(file, writer.Finish());
        }

        Assert.Null(RestoreMark.Find(layout, s_key));
        File.WriteAllBytes(file, bytes);
        Assert.NotNull(RestoreMark.Find(layout, s_key));
    }
}
