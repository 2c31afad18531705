using System.Formats.Tar;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>What is known of files may be wrong: a stamp that did not change with the content, a disk that lost what was written. A tree is staged all the same.</summary>
public class TreeRepairTests : TreeTest
{
    [Fact]
    public void A_source_that_is_not_what_its_record_says_is_read_again()
    {
        Write("repo/base/a/one", "12345");
        Write("repo/base/a/two", "two");
        LetTheClockTick();
        StagedTree staged = Stage(Folder("repo/base"));
        string record = Layout.TreeRecordPath(string.Join('\0', "source", SourceKind.Folder, PathOf("repo/base"), "", ""));
        Believe(record, "12345", "54321");
        Directory.Delete(Destination, recursive: true);

        StagedTree again = Stage(Folder("repo/base"));

        Assert.Equal(["a/", "a/one=12345", "a/two=two"], Listing());
        Assert.Equal(staged.Key, again.Key);
        Assert.Equal([Diagnostics.TreeReadAgain.Code], Log.Codes);
        Assert.Equal("in place", Stage(Folder("repo/base")).How);
        Directory.Delete(Destination, recursive: true);
        Stage(Folder("repo/base"));
        Assert.Equal([Diagnostics.TreeReadAgain.Code], Log.Codes);
    }

    [Fact]
    public void A_file_of_a_source_that_is_gone_without_a_trace_is_gone_from_the_tree()
    {
        Write("repo/base/a/one", "one");
        LetTheClockTick();
        Stage(Folder("repo/base"));
        string record = Layout.TreeRecordPath(string.Join('\0', "source", SourceKind.Folder, PathOf("repo/base"), "", ""));
        (RecordHeader header, TreeRecord listing) = TreeRecordFormat.Read(record)!.Value;
        TreeFile gone = new("gone", TreeEntryKind.File, 4, Digest.Of("gone"), "", 0);
        TreeFolder[] folders = [.. listing.Folders.Select(folder => folder.Path == "a" ? new TreeFolder("a", [gone, .. folder.Files], folder.Sum) : folder)];
        TreeRecordFormat.Store(Layout, record, header with { Key = new TreeRecord(folders).Content() }, new TreeRecord(folders));

        Stage(Folder("repo/base"));

        Assert.Equal(["a/", "a/one=one"], Listing());
    }

    [Fact]
    public void An_archive_and_a_file_that_are_not_what_the_memo_says_are_read_again()
    {
        Pack("first");
        Write("repo/single", "first");
        TreeRequest request = Request(Archive("repo/files.tar"), Files(new NamedFile(PathOf("repo/single"), "single")));
        Stage(request);
        Digest archive = FileHasher.Hash(PathOf("repo/files.tar"), CancellationToken.None);
        Pack("second");
        Write("repo/single", "other");
        StatMemo memo = new(null, Log);
        foreach ((string path, Digest digest) in ((string, Digest)[])[("repo/files.tar", archive), ("repo/single", Digest.Of("first"))])
        {
            Assert.True(FileStamp.TryRead(PathOf(path), out FileStamp stamp));
            memo.RememberOwn("", PathOf(path), stamp, digest);
        }

        Directory.Delete(Destination, recursive: true);
        Stage(request, memo: memo);

        Assert.Equal(["inner=second", "single=other"], Listing());
    }

    [Fact]
    public void A_source_that_changes_all_the_time_is_an_error_that_the_next_run_repairs()
    {
        Write("repo/base/one", "12345");
        TreeSource source = new() { Kind = SourceKind.Project, Name = "changing", Path = PathOf("repo/base") };
        TreeRecord wrong = new([new TreeFolder("", [new TreeFile("one", TreeEntryKind.File, 5, Digest.Of("54321"), "", 0)])]);
        LoadedSource Changing(TreeSource spec) => new(spec, wrong.Content(), () => wrong) { ContentOf = (_, file) => new FileContent(PathOf("repo/base/one")) };

        CacheException failure = Assert.Throws<CacheException>(() => Stage(Request(source), load: Changing));

        Assert.Equal(Diagnostics.TreeFailed, failure.Diagnostic);
        Assert.Contains("changes while", string.Join('|', failure.Arguments), StringComparison.Ordinal);
        Stage(Request(source));
        Assert.Equal(["one=12345"], Listing());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_is_believed_until_the_machine_starts_again(bool started)
    {
        Write("repo/base/a/one", "12345");
        StagedTree staged = Stage(Folder("repo/base"));
        string path = Layout.TreeRecordPath("destination " + Destination);
        (RecordHeader header, TreeRecord record) = TreeRecordFormat.Read(path)!.Value;

        // As after a power failure: the file system has the file with its stamp, and other bytes.
        Write("repo/app/deps/a/one", "\0\0\0\0\0");
        TreeRecord torn = new FolderScan(Destination, CancellationToken.None) { IsOwn = true, Known = record.ByPath().GetValueOrDefault }.Refresh(null);
        string mark = started ? header.Mark.Replace(BootIdentity.Read(), "another boot", StringComparison.Ordinal) : header.Mark;
        TreeRecordFormat.Store(Layout, path, header with { Sum = torn.Sum, Mark = mark }, torn);

        Assert.Equal(staged.Key, Stage(Folder("repo/base")).Key);

        Assert.Equal(["a/", started ? "a/one=12345" : "a/one=\0\0\0\0\0"], Listing());
    }

    /// <summary>Makes a record say that a content is another one, with all stamps as they are.</summary>
    private void Believe(string record, string real, string believed)
    {
        (RecordHeader header, TreeRecord listing) = TreeRecordFormat.Read(record)!.Value;
        TreeRecord wrong = new([.. listing.Folders.Select(folder =>
            new TreeFolder(folder.Path, [.. folder.Files.Select(file => file.Digest == Digest.Of(real) ? file with { Digest = Digest.Of(believed) } : file)], folder.Sum))]);
        Assert.NotEqual(listing.Content(), wrong.Content());
        TreeRecordFormat.Store(Layout, record, header with { Key = wrong.Content() }, wrong);
    }

    private void Pack(string content)
    {
        string folder = Path.GetDirectoryName(Write("packed/inner", content))!;
        Directory.CreateDirectory(PathOf("repo"));
        File.Delete(PathOf("repo/files.tar"));
        TarFile.CreateFromDirectory(folder, PathOf("repo/files.tar"), includeBaseDirectory: false);
    }
}
