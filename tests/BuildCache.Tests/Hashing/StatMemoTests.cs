using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class StatMemoTests : TestFolder
{
    [Fact]
    public void An_unchanged_file_is_read_once_in_this_build_and_the_next()
    {
        string path = Write("file", "content");
        LetTheClockTick();
        StatMemo first = Open();
        Assert.Equal(Digest.Of("content"), Hash(first, path));
        Assert.Equal(Digest.Of("content"), Hash(first, path));
        Assert.Equal(1, first.FilesRead);
        first.Save();

        StatMemo second = Open();
        Assert.Equal(Digest.Of("content"), Hash(second, path));
        Assert.Equal(0, second.FilesRead);
    }

    [Fact]
    public void A_changed_file_is_read_again_even_with_the_old_size_and_time()
    {
        string path = Write("file", "content");
        DateTime time = File.GetLastWriteTimeUtc(path);
        LetTheClockTick();
        StatMemo memo = Open();
        Hash(memo, path);

        Write("file", "CONTENT");
        File.SetLastWriteTimeUtc(path, time);

        // Only the change time tells, which no tool can set back; Windows has none.
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Digest.Of("CONTENT"), Hash(memo, path));
        }
    }

    [Fact]
    public void A_file_replaced_by_another_is_read_again()
    {
        string path = Write("file", "content");
        string other = Write("other", "CONTENT");
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(path));
        LetTheClockTick();
        StatMemo memo = Open();
        Hash(memo, path);

        File.Move(other, path, overwrite: true);

        Assert.Equal(Digest.Of("CONTENT"), Hash(memo, path));
    }

    [Fact]
    public void Where_stamps_do_not_show_each_change_a_file_is_read_each_time()
    {
        string path = Write("file", "content");
        LetTheClockTick();
        List<string> asked = [];
        FileSystems fileSystems = new(Log, at => { asked.Add(at); return "tmpfs"; });
        StatMemo memo = new(file: null, Log, fileSystems);

        Hash(memo, path);
        Hash(memo, path);
        Hash(memo, path);

        Assert.Equal(3, memo.FilesRead);
        Assert.Single(asked);
        Assert.Equal(["BCSDK5009"], Log.Codes);
        Assert.False(memo.TryRecall(path, StampOf(path), out _));
    }

    [Theory]
    [InlineData("ext4", true)]
    [InlineData("NTFS", true)]
    [InlineData("apfs", true)]
    [InlineData("tmpfs", false)]
    [InlineData("9p", false)]
    [InlineData("fuse.sshfs", false)]
    [InlineData("", false)]
    public void File_systems_that_are_known_to_show_changes_are_believed(string format, bool isBelieved)
    {
        string path = Write("file", "content");

        Assert.Equal(isBelieved, new FileSystems(Log, _ => format).ShowChanges(path, StampOf(path)));
        Assert.Equal(isBelieved, new FileSystems(Log, _ => format).ShowChanges(PathOf("not/there")));
    }

    [Fact]
    public void A_stamp_of_a_whole_second_gets_two_seconds()
    {
        string path = Write("file", "content");
        StatMemo memo = Open();
        FileStamp ofNow = StampOf(path);
        long second = ofNow.ChangedNs / 1_000_000_000 * 1_000_000_000;
        FileStamp young = ofNow with { ModifiedNs = second - 1_000_000_000, ChangedNs = second - 1_000_000_000 };
        FileStamp fine = young with { ChangedNs = young.ChangedNs + 1 };
        FileStamp old = young with { ChangedNs = young.ChangedNs - 3_000_000_000 };

        memo.Remember(path, young, Digest.Of("content"));
        Assert.False(memo.TryRecall(path, young, out _));
        memo.Remember(path, fine, Digest.Of("content"));
        Assert.True(memo.TryRecall(path, fine, out _));
        memo.Remember(path, old, Digest.Of("content"));
        Assert.True(memo.TryRecall(path, old, out _));
    }

    [Fact]
    public void A_file_that_was_written_just_now_is_not_remembered()
    {
        string path = Write("file", "content");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));
        StatMemo memo = Open();

        Hash(memo, path);
        Hash(memo, path);

        Assert.Equal(2, memo.FilesRead);
    }

    [Fact]
    public void A_missing_file_and_a_folder_have_no_digest()
    {
        StatMemo memo = Open();

        Assert.False(memo.TryHash(PathOf("absent"), out _, out _, CancellationToken.None));
        Assert.False(memo.TryHash(Scratch, out _, out _, CancellationToken.None));
    }

    [Fact]
    public void Kinds_of_digests_of_one_file_do_not_mix()
    {
        string path = Write("file", "content");
        LetTheClockTick();
        StatMemo memo = Open();

        Hash(memo, path);
        memo.TryHash("kind", path, static (_, _) => Digest.Of("other"), out Digest other, out _, CancellationToken.None);

        Assert.Equal(Digest.Of("other"), other);
        Assert.Equal(Digest.Of("content"), Hash(memo, path));
    }

    private static FileStamp StampOf(string path) => FileStamp.TryRead(path, out FileStamp stamp) ? stamp : default;

    private static Digest Hash(StatMemo memo, string path)
    {
        Assert.True(memo.TryHash(path, out Digest digest, out _, CancellationToken.None));
        return digest;
    }

    /// <summary>What was written shortly before a power failure may be zeros under the stamp that is known.</summary>
    [Fact]
    public void After_a_restart_only_files_count_that_had_been_left_alone()
    {
        string recent = Write("recent.cs", "recent");
        string settled = Write("settled.cs", "settled");
        File.SetLastWriteTimeUtc(settled, DateTime.UtcNow.AddHours(-1));
        MemoRecord Record(string path, int number) => new((UInt128)number, FileStamp.TryRead(path, out FileStamp stamp) ? stamp with { ChangedNs = stamp.ModifiedNs } : default, Digest.Of(path));
        string memo = PathOf("memo/boots.memo");
        new MemoFile(memo, "first").Append([Record(recent, 1), Record(settled, 2)], Log);
        Assert.Equal(2, new MemoFile(memo, "first").Load(Log).Count);

        MemoFile next = new(memo, "second");
        Dictionary<UInt128, MemoRecord> loaded = next.Load(Log);

        Assert.Equal([(UInt128)2], loaded.Keys);
        Assert.True(next.IsOfOtherBoot);
        next.Append([.. loaded.Values, Record(recent, 3)], Log);
        MemoFile third = new(memo, "second");
        Assert.Equal([(UInt128)2, (UInt128)3], third.Load(Log).Keys.Order());
        Assert.False(third.IsOfOtherBoot);
    }

    private StatMemo Open() => new(new MemoFile(PathOf("memo/file.memo")), Log);
}
