using BuildCache.Hashing;
using BuildCache.Staging.Trees;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>A record comes back as it was, or not at all.</summary>
public class TreeRecordFormatTests : TestFolder
{
    private static readonly TreeRecord s_record = new(
    [
        new TreeFolder("", [new TreeFile("a", TreeEntryKind.Executable, 5, Digest.Of("a"), "", 7), new TreeFile("l", TreeEntryKind.Link, 0, Digest.Of("a"), "a", 8)], 15),
        new TreeFolder("ä/b", [new TreeFile("a", TreeEntryKind.File, 1L << 40, Digest.Of("b"), "", 0)], 0),
    ]);

    private static readonly RecordHeader s_header = new(15, Digest.Of("key"), "mark") { Content = Digest.Of("content"), Strangers = ["x/y"] };

    private static byte[] Written()
    {
        using MemoryStream written = new();
        TreeRecordFormat.Write(written, s_header, s_record);
        return written.ToArray();
    }

    [Fact]
    public void It_comes_back_as_it_was()
    {
        string path = Write("record", Written());

        (RecordHeader header, TreeRecord record) = TreeRecordFormat.Read(path)!.Value;

        Assert.Equal(s_record.Content(), record.Content());
        Assert.Equal(s_record.Folders.SelectMany(folder => folder.Files), record.Folders.SelectMany(folder => folder.Files));
        Assert.Equal(s_record.Folders.Select(folder => (folder.Path, folder.Sum)), record.Folders.Select(folder => (folder.Path, folder.Sum)));
        Assert.Equal((s_header.Sum, s_header.Key, s_header.Mark, s_header.Content, "x/y", 3), (header.Sum, header.Key, header.Mark, header.Content, header.Strangers[0], header.Files));
        Assert.True(record.IsRacy);
    }

    [Fact]
    public void One_that_is_damaged_anywhere_is_none()
    {
        byte[] good = Written();
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x40;
            Assert.Null(TreeRecordFormat.Read(Write("record", bad)));
            Assert.Null(TreeRecordFormat.Read(Write("record", good[..i])));
        }
    }
}
