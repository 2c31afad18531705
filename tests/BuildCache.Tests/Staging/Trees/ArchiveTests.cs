using System.Formats.Tar;
using System.IO.Compression;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>Archives as sources, well-meant and not.</summary>
public class ArchiveTests : TreeTest
{
    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    [InlineData("a.tgz")]
    [InlineData("a.zip")]
    public void An_archive_is_staged_with_its_modes_and_links(string name)
    {
        Make(name, ("top/run", "run", UnixFileMode.UserExecute | UnixFileMode.UserRead), ("top/sub/text", "text", UnixFileMode.UserRead), ("top/link", "-> sub/text", 0), ("top/empty/", "", 0));

        StagedTree staged = Stage(Archive("repo/" + name, "top"));

        Assert.Equal(["empty/", "link -> sub/text", "run=run x", "sub/", "sub/text=text"], Listing());
        Assert.Equal("in place", Stage(Archive("repo/" + name, "top")).How);
        Directory.Delete(Destination, recursive: true);
        Assert.Equal(staged.Key, Stage(Archive("repo/" + name, "top")).Key);
        Assert.Equal(["empty/", "link -> sub/text", "run=run x", "sub/", "sub/text=text"], Listing());
    }

    [Fact]
    public void Second_names_in_a_tar_are_files_of_the_same_content()
    {
        Make("a.tar", ("one", "content", 0), ("two", "= one", 0), ("three", "= two", 0));

        Stage(Archive("repo/a.tar"));

        Assert.Equal(["one=content", "three=content", "two=content"], Listing());
    }

    [Fact]
    public void A_second_name_whose_first_is_not_taken_has_its_content()
    {
        Make("a.tar", ("elsewhere/one", "content", 0), ("top/two", "= elsewhere/one", 0));

        Stage(Archive("repo/a.tar", "top"));

        Assert.Equal(["two=content"], Listing());
    }

    [Fact]
    public void A_second_name_of_what_comes_later_is_refused()
    {
        Make("a.tar", ("two", "= one", 0), ("one", "content", 0));

        Assert.Equal(Diagnostics.TreeUnsafeName, Fails(Request(Archive("repo/a.tar"))));
    }

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.zip")]
    public void An_archive_may_come_back_to_a_folder(string name)
    {
        string large = new('x', 200_000);
        Make(name, ("b/z", "z", 0), ("a/2", large, 0), ("b/y", "", 0), ("a/1", "1", 0), ("top", "top", 0), ("b/x", "x", 0));

        Stage(Archive("repo/" + name));

        Assert.Equal(["a/", "a/1=1", "a/2=" + large, "b/", "b/x=x", "b/y=", "b/z=z", "top=top"], Listing());
        Make("twice.tar", ("b/z", "1", 0), ("a/2", "2", 0), ("b/z", "1", 0));
        Assert.Equal(Diagnostics.TreeUnsafeName, Fails(Request(Archive("repo/twice.tar")), says: "twice"));
    }

    [Theory]
    [InlineData("a.tar.gz", 40, 100_000)]
    [InlineData("a.tar", 1200, 10)]
    [InlineData("a.zip", 12, 128 * 1024)]
    public void More_files_than_are_written_at_once_come_out_right(string name, int count, int size)
    {
        (string Name, string Content, UnixFileMode)[] files = [.. Enumerable.Range(0, count).Select(i => ($"f{i:0000}", i.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(size, 'x'), (UnixFileMode)0))];
        Make(name, files);

        Stage(Archive("repo/" + name));

        Assert.Equal(files.Select(static file => $"{file.Name}={file.Content}"), Listing());
    }

    [Fact]
    public void One_changed_file_of_a_new_archive_is_all_that_is_written()
    {
        Make("a.tar.gz", ("x/one", "1", 0), ("x/two", "2", 0), ("y/three", "3", 0));
        Stage(Archive("repo/a.tar.gz"));
        File.Delete(PathOf("repo/a.tar.gz"));
        Make("a.tar.gz", ("x/one", "1", 0), ("x/two", "changed", 0), ("y/three", "3", 0));

        StagedTree staged = Stage(Archive("repo/a.tar.gz"));

        Assert.Equal(["x/", "x/one=1", "x/two=changed", "y/", "y/three=3"], Listing());
        Assert.Equal(("updated", 2), (staged.How, staged.Written));
    }

    [Theory]
    [InlineData("a.tar", "../evil")]
    [InlineData("a.tar", "/evil")]
    [InlineData("a.tar", "x/../../evil")]
    [InlineData("a.tar", "x\\..\\evil")]
    [InlineData("a.zip", "../evil")]
    [InlineData("a.zip", "/evil")]
    [InlineData("a.zip", "x/../evil")]
    [InlineData("a.zip", "C:/evil")]
    public void Names_that_would_leave_the_tree_are_refused(string archive, string name)
    {
        Make(archive, ("good", "good", 0), (name, "evil", 0));

        Assert.Equal(Diagnostics.TreeUnsafeName, Fails(Request(Archive("repo/" + archive))));
        Assert.Empty(Listing());
    }

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.zip")]
    public void A_link_out_of_the_tree_is_refused_and_so_is_what_would_be_written_through_one(string archive)
    {
        Make(archive, ("out", "-> ../../..", 0));
        Assert.Equal(Diagnostics.TreeBadLink, Fails(Request(Archive("repo/" + archive))));
        File.Delete(PathOf("repo/" + archive));
        Make(archive, ("in", "-> good", 0), ("good/x", "x", 0), ("in/through", "evil", 0));
        Assert.Equal(Diagnostics.TreeNameClash, Fails(Request(Archive("repo/" + archive))));
        Assert.Empty(Listing());
    }

    [Fact]
    public void Devices_and_names_given_twice_are_refused()
    {
        using (TarWriter tar = new(File.Create(Write("repo/device.tar", ""))))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 });
        }

        Assert.Equal(Diagnostics.TreeSpecialFile, Fails(Request(Archive("repo/device.tar"))));
        Make("twice.tar", ("name", "1", 0), ("name", "2", 0));
        Assert.Equal(Diagnostics.TreeUnsafeName, Fails(Request(Archive("repo/twice.tar")), says: "twice"));
    }

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    [InlineData("a.zip")]
    public void An_archive_that_is_cut_off_anywhere_is_refused(string name)
    {
        Make(name, ("one", new string('1', 3000), 0), ("two", new string('2', 3000), 0));
        byte[] whole = File.ReadAllBytes(PathOf("repo/" + name));
        TreeRequest request = Request(Archive("repo/" + name));
        int step = Math.Max(1, whole.Length / 23);
        for (int length = 0; length < whole.Length - 1100; length += step)
        {
            File.WriteAllBytes(PathOf("repo/" + name), whole.AsSpan(0, length));
            Assert.Equal(Diagnostics.TreeArchiveDamaged, Fails(request));
            Assert.Empty(Listing());
        }
    }

    [Theory]
    [InlineData("a.tar.gz")]
    [InlineData("a.zip")]
    public void An_archive_that_unpacks_without_end_is_refused(string name)
    {
        Make(name, ("bomb", new string('0', 3_000_000), 0));

        Assert.Equal(Diagnostics.TreeArchiveDamaged, Fails(Request(Archive("repo/" + name)), new ArchiveLimits(RatioFrom: 1000, Ratio: 50), "attack"));
        Assert.Equal(Diagnostics.TreeArchiveDamaged, Fails(Request(Archive("repo/" + name)), new ArchiveLimits(Files: 0), "attack"));
        Assert.Empty(Listing());
        Stage(Archive("repo/" + name));
    }

    /// <summary>Makes an archive: content "-> x" is a link, "= x" a second name, a path with a slash at its end a folder.</summary>
    private void Make(string name, params (string Path, string Content, UnixFileMode Mode)[] entries)
    {
        string path = Write("repo/" + name, "");
        using FileStream file = File.Create(path);
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            using ZipArchive zip = new(file, ZipArchiveMode.Create);
            foreach ((string entryPath, string content, UnixFileMode mode) in entries)
            {
                bool isLink = content.StartsWith("-> ", StringComparison.Ordinal);
                ZipArchiveEntry entry = zip.CreateEntry(entryPath);
                entry.ExternalAttributes = ((isLink ? 0xA000 : 0x8000) | (int)mode) << 16;
                if (!entryPath.EndsWith('/'))
                {
                    using StreamWriter writer = new(entry.Open());
                    writer.Write(isLink ? content[3..] : content);
                }
            }

            return;
        }

        using Stream stream = name.EndsWith(".tar", StringComparison.Ordinal) ? file : new GZipStream(file, CompressionLevel.Optimal);
        using TarWriter tar = new(stream);
        foreach ((string entryPath, string content, UnixFileMode mode) in entries)
        {
            if (entryPath.EndsWith('/'))
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, entryPath));
            }
            else if (content.StartsWith("-> ", StringComparison.Ordinal))
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, entryPath) { LinkName = content[3..] });
            }
            else if (content.StartsWith("= ", StringComparison.Ordinal))
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, entryPath) { LinkName = content[2..] });
            }
            else
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entryPath) { Mode = mode, DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) });
            }
        }
    }
}
