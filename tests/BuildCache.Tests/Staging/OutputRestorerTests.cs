using System.Text;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging;

public class OutputRestorerTests : TestFolder
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly LocalStore _store;
    private readonly OutputRestorer _restorer;

    public OutputRestorerTests()
    {
        Directory.CreateDirectory(PathOf("repo"));
        _store = new LocalStore(new StoreLayout(PathOf("cache")), Log);
        _restorer = new OutputRestorer(_store, Roots(), new StatMemo(null, Log), new TrackedFiles());
    }

    [Fact]
    public void Files_come_back_with_content_and_mode_and_a_new_time()
    {
        DateTime before = DateTime.UtcNow.AddSeconds(-5);
        IReadOnlyList<PlacedFile>? placed = Restore(
            Entries.Output(_store, "{repo}/App/bin/App.dll", "dll"),
            Entries.Output(_store, "{repo}/App/bin/App", "host", Plain | UnixFileMode.UserExecute),
            Entries.Output(_store, "{repo}/App/bin/empty", ""));

        Assert.Equal(3, placed!.Count);
        Assert.Equal("dll", File.ReadAllText(PathOf("repo/App/bin/App.dll")));
        Assert.Equal(0, new FileInfo(PathOf("repo/App/bin/empty")).Length);
        Assert.All(placed, file => Assert.True(FileStamp.TryReadLink(file.Path, out FileStamp stamp) && stamp == file.Stamp));
        Assert.True(File.GetLastWriteTimeUtc(PathOf("repo/App/bin/App.dll")) > before);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Plain | UnixFileMode.UserExecute, File.GetUnixFileMode(PathOf("repo/App/bin/App")));
            Assert.Equal(Plain, File.GetUnixFileMode(PathOf("repo/App/bin/App.dll")));
        }
    }

    [Theory]
    [InlineData("{repo}/../outside")]
    [InlineData("{repo}/App/../../outside")]
    [InlineData("{repo}/App/..")]
    [InlineData("{repo}")]
    [InlineData("{repo}outside")]
    [InlineData("{packages}/outside")]
    [InlineData("{unknown}/outside")]
    [InlineData("/tmp/buildcache-outside")]
    [InlineData("outside")]
    [InlineData("../outside")]
    [InlineData("")]
    [InlineData("{repo}/a\nb")]
    public void A_name_outside_the_repository_is_refused_and_nothing_is_written(string name)
    {
        Assert.Throws<InvalidDataException>(() => Restore(Entries.Output(_store, "{repo}/good", "good"), Entries.Output(_store, name, "hostile")));

        Assert.Empty(Directory.GetFileSystemEntries(PathOf("repo")));
        Assert.False(File.Exists(PathOf("outside")));
    }

    [Fact]
    public void All_or_nothing_when_a_content_is_missing()
    {
        Write("repo/bin/kept", "old");
        CachedOutput missing = new("{repo}/bin/missing", OutputKind.File, Digest.Of("missing"), 7, 0, "");

        Assert.Null(Restore(Entries.Output(_store, "{repo}/bin/kept", "new"), missing));

        Assert.Equal("old", File.ReadAllText(PathOf("repo/bin/kept")));
        Assert.Single(Directory.GetFileSystemEntries(PathOf("repo/bin")));
    }

    [Fact]
    public void All_or_nothing_when_a_file_cannot_be_written()
    {
        Write("repo/bin/kept", "old");
        Write("repo/blocked", "a file where a folder should be");

        Assert.ThrowsAny<IOException>(() => Restore(Entries.Output(_store, "{repo}/bin/kept", "new"), Entries.Output(_store, "{repo}/blocked/x", "new")));

        Assert.Equal("old", File.ReadAllText(PathOf("repo/bin/kept")));
        Assert.Single(Directory.GetFileSystemEntries(PathOf("repo/bin")));
    }

    [Fact]
    public void A_link_comes_back_as_a_link_and_replaces_a_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Write("repo/bin/link", "a file");
        Restore(Entries.Output(_store, "{repo}/bin/target", "content"), new CachedOutput("{repo}/bin/link", OutputKind.Link, Digest.Of("target"), 0, 0, "target"));

        Assert.Equal("target", new FileInfo(PathOf("repo/bin/link")).LinkTarget);
        Assert.Equal("content", File.ReadAllText(PathOf("repo/bin/link")));
    }

    [Fact]
    public void A_link_in_place_of_an_output_is_replaced_and_not_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string outside = Write("outside", "precious");
        Directory.CreateDirectory(PathOf("repo/bin"));
        File.CreateSymbolicLink(PathOf("repo/bin/App.dll"), outside);

        Restore(Entries.Output(_store, "{repo}/bin/App.dll", "dll"));

        Assert.Equal("precious", File.ReadAllText(outside));
        Assert.Null(new FileInfo(PathOf("repo/bin/App.dll")).LinkTarget);
    }

    [Fact]
    public void A_copy_takes_content_and_time_from_its_source()
    {
        string source = Write("packages/p/lib.dll", "library");
        File.SetLastWriteTimeUtc(source, new DateTime(2021, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        CachedOutput copy = new("{repo}/bin/lib.dll", OutputKind.Copy, Digest.Of("library"), 7, OperatingSystem.IsWindows() ? 0 : Plain, "{packages}/p/lib.dll");

        Assert.NotNull(Restore(copy));

        Assert.Equal("library", File.ReadAllText(PathOf("repo/bin/lib.dll")));
        Assert.Equal(File.GetLastWriteTimeUtc(source), File.GetLastWriteTimeUtc(PathOf("repo/bin/lib.dll")));
    }

    [Fact]
    public void A_copy_whose_source_is_another_file_now_comes_from_the_store()
    {
        Write("packages/p/lib.dll", "tampered");
        CachedOutput copy = new("{repo}/bin/lib.dll", OutputKind.Copy, Digest.Of("library"), 7, 0, "{packages}/p/lib.dll");
        Assert.Null(Restore(copy));

        _store.PutBytes("library"u8.ToArray());
        Assert.NotNull(Restore(copy));

        Assert.Equal("library", File.ReadAllText(PathOf("repo/bin/lib.dll")));
    }

    [Fact]
    public void Text_is_written_with_the_places_of_this_clone()
    {
        Digest digest = _store.PutBytes("{repo}/App/a.cs and {packages}/p"u8.ToArray());

        Restore(new CachedOutput("{repo}/obj/list.txt", OutputKind.Text, digest, 32, 0, ""));

        Assert.Equal($"{PathOf("repo")}/App/a.cs and {PathOf("packages")}/p", File.ReadAllText(PathOf("repo/obj/list.txt")));
    }

    [Fact]
    public void What_an_earlier_build_left_and_this_one_would_not_have_goes()
    {
        IReadOnlyList<PlacedFile> before = Restore(Entries.Output(_store, "{repo}/bin/old.dll", "old"), Entries.Output(_store, "{repo}/bin/same.dll", "same"))!;
        Write("repo/bin/foreign.txt", "mine");

        Restore(Placement(before), Entries.Output(_store, "{repo}/bin/same.dll", "same"), Entries.Output(_store, "{repo}/bin/new.dll", "new"));

        Assert.Equal(["foreign.txt", "new.dll", "same.dll"], Directory.GetFiles(PathOf("repo/bin")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>Outside of bin and obj another branch may have its sources where this one had an output.</summary>
    [Fact]
    public void Elsewhere_only_what_still_has_the_placed_bytes_goes()
    {
        IReadOnlyList<PlacedFile> before = Restore(
            Entries.Output(_store, "{repo}/docs/edited.xml", "made"), Entries.Output(_store, "{repo}/docs/made.xml", "made"), Entries.Output(_store, "{repo}/bin/a", "a"))!;
        Write("repo/docs/edited.xml", "by hand");

        Restore(Placement(before), Entries.Output(_store, "{repo}/bin/a", "a"));

        Assert.Equal("by hand", File.ReadAllText(PathOf("repo/docs/edited.xml")));
        Assert.False(File.Exists(PathOf("repo/docs/made.xml")));
    }

    [LinuxFact]
    public void A_link_that_leads_elsewhere_stays_and_one_of_the_build_goes()
    {
        Write("outside/precious.txt", "precious");
        Directory.CreateDirectory(PathOf("repo/bin"));
        Directory.CreateDirectory(PathOf("repo/assets"));
        File.CreateSymbolicLink(PathOf("repo/bin/data"), PathOf("outside"));
        File.CreateSymbolicLink(PathOf("repo/bin/assets"), "../assets");
        PlacedFile[] before = [.. ((string[])["data", "assets"]).Select(name => FileStamp.TryReadLink(PathOf($"repo/bin/{name}"), out FileStamp stamp) ? new PlacedFile(PathOf($"repo/bin/{name}"), default, stamp) : null!)];

        Restore(Placement(before), Entries.Output(_store, "{repo}/bin/a", "a"));

        Assert.Equal(["a", "data"], Directory.GetFileSystemEntries(PathOf("repo/bin")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(PathOf("outside/precious.txt")));
    }

    /// <summary>The folder was one of the build's, and somebody has put a link in its place.</summary>
    [LinuxFact]
    public void What_lies_behind_a_link_on_the_way_stays()
    {
        IReadOnlyList<PlacedFile> before = Restore(Entries.Output(_store, "{repo}/bin/de/App.resources.dll", "texts"), Entries.Output(_store, "{repo}/bin/a", "a"))!;
        Directory.Move(PathOf("repo/bin/de"), PathOf("elsewhere"));
        File.CreateSymbolicLink(PathOf("repo/bin/de"), PathOf("elsewhere"));

        Restore(Placement(before), Entries.Output(_store, "{repo}/bin/a", "a"));

        Assert.True(File.Exists(PathOf("elsewhere/App.resources.dll")));
    }

    /// <summary>.NET moves no link to a folder onto anything, and nothing onto one.</summary>
    [LinuxFact]
    public void A_link_to_a_folder_comes_back_as_one_and_gives_way_to_a_file()
    {
        Write("repo/v1/a.txt", "1");
        Write("repo/v2/a.txt", "2");
        CachedOutput To(string target) => new("{repo}/made/current", OutputKind.Link, Digest.Of(target), 0, 0, target);

        Restore(To("../v1"));
        Restore(To("../v2"));

        Assert.Equal("../v2", new DirectoryInfo(PathOf("repo/made/current")).LinkTarget);
        Restore(Entries.Output(_store, "{repo}/made/current", "a file"));
        Assert.Equal("a file", File.ReadAllText(PathOf("repo/made/current")));
        Assert.True(File.Exists(PathOf("repo/v2/a.txt")));
    }

    [Theory]
    [InlineData(1, "placed", "placed", "source")]
    [InlineData(1, "placed", "users", "users")]
    [InlineData(1, null, "users", "users")]
    [InlineData(-1, "placed", "users", "source")]
    [InlineData(-1, null, "users", "source")]
    public void A_newer_copy_that_somebody_changed_stays(int newerBy, string? placed, string there, string expected)
    {
        string source = Write("repo/data.db", "source");
        string copy = Write("repo/bin/data.db", there);
        File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(source).AddSeconds(newerBy));
        Placement? before = placed is null ? null : Placement([new PlacedFile(copy, Digest.Of(placed), default)]);
        CachedOutput output = Entries.Output(_store, "{repo}/bin/data.db", "source") with { Kind = OutputKind.CopyIfNewer, Source = "{repo}/data.db" };

        PlacedFile left = Assert.Single(Restore(before, output)!);

        Assert.Equal(expected, File.ReadAllText(copy));
        Assert.Equal(expected == "users" ? source : "", left.UsersCopyOf);
        Assert.True(left.IsIntact());
        File.AppendAllText(copy, " and more");
        Assert.Equal(expected == "users", left.IsIntact());
    }

    [Fact]
    public void What_MSBuild_listed_as_its_own_and_is_not_wanted_goes_but_nothing_outside()
    {
        string outside = Write("outside.txt", "precious");
        string stale = Write("repo/bin/stale.dll", "stale");
        Write("repo/obj/App.csproj.FileListAbsolute.txt", $"{stale}\n{outside}\n{PathOf("repo")}/../outside.txt\nrelative.txt\n");

        Restore(Entries.Output(_store, "{repo}/obj/App.csproj.FileListAbsolute.txt", ""));

        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(outside));
    }

    [Fact]
    public void What_is_in_place_already_is_only_stamped()
    {
        CachedOutput output = Entries.Output(_store, "{repo}/bin/App.dll", "dll");
        IReadOnlyList<PlacedFile> before = Restore(output)!;

        IReadOnlyList<PlacedFile>? after = Restore(Placement(before), output);

        Assert.Equal(before[0].Stamp.Inode, after![0].Stamp.Inode);
    }

    /// <summary>A power failure leaves files of the right size and time full of zeros. What is whole is not written again.</summary>
    [Fact]
    public void After_a_restart_of_the_machine_content_counts_and_not_the_stamp()
    {
        string text = "/* {repo} */";
        Digest stored = _store.PutBytes(Encoding.UTF8.GetBytes(text));
        CachedOutput[] outputs =
        [
            Entries.Output(_store, "{repo}/bin/torn.dll", "torn"), Entries.Output(_store, "{repo}/bin/whole.dll", "whole"),
            new("{repo}/obj/torn.txt", OutputKind.Text, stored, text.Length, 0, ""), new("{repo}/obj/whole.txt", OutputKind.Text, stored, text.Length, 0, ""),
        ];
        IReadOnlyList<PlacedFile> before = Restore(outputs)!;
        foreach (string torn in (string[])["repo/bin/torn.dll", "repo/obj/torn.txt"])
        {
            File.WriteAllBytes(PathOf(torn), new byte[new FileInfo(PathOf(torn)).Length]);
        }

        PlacedFile[] noted = [.. before.Select(file => file with { Stamp = FileStamp.TryReadLink(file.Path, out FileStamp stamp) ? stamp : default })];
        IReadOnlyList<PlacedFile> after = Restore(Placement(noted) with { IsBelieved = false }, outputs)!;

        Assert.Equal("torn", File.ReadAllText(PathOf("repo/bin/torn.dll")));
        Assert.Equal($"/* {PathOf("repo")} */", File.ReadAllText(PathOf("repo/obj/torn.txt")));
        Assert.All(after.Where(file => file.Path.Contains("whole", StringComparison.Ordinal)), file =>
            Assert.Equal(noted.Single(other => other.Path == file.Path).Stamp.Inode, file.Stamp.Inode));
    }

    [Fact]
    public void Many_files_come_back()
    {
        Assert.Equal(200, Restore([.. Enumerable.Range(0, 200).Select(n => Entries.Output(_store, $"{{repo}}/bin/{n % 7}/{n}.txt", $"{n}"))])!.Count);

        Assert.Equal("123", File.ReadAllText(PathOf("repo/bin/4/123.txt")));
    }

    private IReadOnlyList<PlacedFile>? Restore(params CachedOutput[] outputs) => Restore(null, outputs);

    private IReadOnlyList<PlacedFile>? Restore(Placement? before, params CachedOutput[] outputs) =>
        _restorer.Restore(Entries.Entry("key", outputs), new RestorePlace(new BuildFolders(PathOf("repo/obj"), PathOf("repo/bin")), before), CancellationToken.None);

    private static Placement Placement(IReadOnlyList<PlacedFile> files) => new()
    {
        Project = "",
        ActionKey = Digest.Of("key"),
        Visible = default,
        Facts = default,
        TargetPath = "",
        Seconds = 0,
        Files = files,
        Warnings = [],
    };
}
