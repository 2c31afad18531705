using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Storage;

namespace BuildCache.Tests.Packages;

public class PackageStoreTests : TestFolder
{
    private readonly LocalStore _local;
    private readonly PackageStore _store;

    public PackageStoreTests()
    {
        _local = new LocalStore(new StoreLayout(PathOf("cache")), Log);
        _store = new PackageStore(_local, Log);
    }

    [Fact]
    public void A_package_comes_back_as_it_lay_there()
    {
        PackageFolder folder = Fake();
        StoredPackage taken = _store.TakeIn(folder, CancellationToken.None)!;
        Assert.Equal(taken.Key, _store.Find(folder.Name, folder.ContentHash()!)!.Key);

        Assert.True(_store.Place(taken, PathOf("other"), CancellationToken.None));

        Assert.Equal(Describe(folder.Folder), Describe(folder.Name.FolderIn(PathOf("other"))));
        Assert.Equal(["some.thing"], Directory.GetDirectories(PathOf("other")).Select(Path.GetFileName));
        Assert.Empty(Log.Reports);
    }

    [Fact]
    public void A_whole_package_that_lies_there_stays()
    {
        StoredPackage taken = _store.TakeIn(Fake(), CancellationToken.None)!;
        string mark = Write("other/some.thing/1.0.0/.nupkg.metadata", "{}");

        Assert.True(_store.Place(taken, PathOf("other"), CancellationToken.None));

        Assert.Equal("{}", File.ReadAllText(mark));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(mark)!));
    }

    [Fact]
    public void A_folder_that_NuGet_is_filling_is_left_alone_and_an_abandoned_one_is_replaced()
    {
        StoredPackage taken = _store.TakeIn(Fake(), CancellationToken.None)!;
        string half = Write("other/some.thing/1.0.0/some.thing.nuspec", "half");

        Assert.False(_store.Place(taken, PathOf("other"), CancellationToken.None));
        Assert.Equal("half", File.ReadAllText(half));

        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(half)!, DateTime.UtcNow.AddHours(-2));
        Assert.True(_store.Place(taken, PathOf("other"), CancellationToken.None));
        Assert.Equal("<package />", File.ReadAllText(half));
    }

    [Fact]
    public void Only_what_a_killed_build_left_goes()
    {
        string left = Write($"other/.buildcache-{Guid.NewGuid():N}/some.nuspec", "half");
        string store = Write("other/.buildcache-store/v1/notes", "a person's");
        foreach (string path in (string[])[left, store])
        {
            Directory.SetLastWriteTimeUtc(PathOf("other/" + Path.GetRelativePath(PathOf("other"), path).Split(Path.DirectorySeparatorChar)[0]), DateTime.UtcNow.AddHours(-2));
        }

        PackageStore.RemoveRemains(PathOf("other"));

        Assert.Equal([false, true], ((string[])[left, store]).Select(File.Exists));
    }

    [Fact]
    public void Missing_content_places_nothing()
    {
        StoredPackage taken = _store.TakeIn(Fake(), CancellationToken.None)!;
        File.Delete(_local.Layout.BlobPath(taken.Files[^1].Digest));

        Assert.False(_store.Place(taken, PathOf("other"), CancellationToken.None));

        Assert.False(Directory.Exists(PathOf("other")) && Directory.EnumerateFileSystemEntries(PathOf("other")).Any());
    }

    [Theory]
    [InlineData("lib/a.dll", "changed")]
    [InlineData("extra.txt", "")]
    [InlineData(".nupkg.sha512", "no hash")]
    public void What_is_not_as_NuGet_made_it_is_not_taken_in(string file, string text)
    {
        PackageFolder folder = Fake();
        File.WriteAllText(Path.Combine(folder.Folder, file == ".nupkg.sha512" ? "some.thing.1.0.0" + file : file), text);

        Assert.Null(_store.TakeIn(folder, CancellationToken.None));

        Assert.Equal([Diagnostics.PackageNotTaken.Code], Log.Codes);
    }

    [Theory]
    [InlineData("../out.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("c:/x")]
    [InlineData(@"..\out.txt")]
    [InlineData("lib/nul.txt")]
    [InlineData("lib/COM1")]
    [InlineData("lib/a. ")]
    [InlineData("")]
    public void A_name_that_would_leave_the_folder_is_refused(string path)
    {
        PackageFile file = new(path, _local.PutBytes("x"u8.ToArray()), 1, 0, DateTime.UnixEpoch);
        StoredPackage package = new("some.thing", "1.0.0", "hash", [file]);

        Assert.Throws<InvalidDataException>(() => _store.Place(package, PathOf("other/packages"), CancellationToken.None));

        Assert.False(Directory.Exists(PathOf("other")));
    }

    [Theory]
    [InlineData("..", "1.0.0")]
    [InlineData("a/b", "1.0.0")]
    [InlineData("a", "..")]
    [InlineData("con", "1.0.0")]
    [InlineData("", "1.0.0")]
    public void A_package_of_an_impossible_name_is_refused(string id, string version) =>
        Assert.Throws<InvalidDataException>(() => _store.Place(new StoredPackage(id, version, "hash", []), PathOf("other"), CancellationToken.None));

    [LinuxFact("chmod")]
    public void No_file_runs_as_somebody_else()
    {
        PackageFile file = new("tool", _local.PutBytes("x"u8.ToArray()), 1, UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.UserExecute, DateTime.UnixEpoch);

        Assert.True(_store.Place(new StoredPackage("some.thing", "1.0.0", "hash", [file, file with { Path = PackageFolder.Mark }]), PathOf("other"), CancellationToken.None));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(PathOf("other/some.thing/1.0.0/tool")));
    }

    [Fact]
    public void Two_names_that_differ_by_case_are_two_files_or_an_error()
    {
        PackageFile File(string path) => new(path, _local.PutBytes("x"u8.ToArray()), 1, 0, DateTime.UnixEpoch);
        StoredPackage package = new("some.thing", "1.0.0", "hash", [File("a.txt"), File("a.txt")]);

        Assert.Throws<IOException>(() => _store.Place(package, PathOf("other"), CancellationToken.None));

        Assert.Empty(Directory.EnumerateFileSystemEntries(PathOf("other")));
    }

    private PackageFolder Fake()
    {
        string folder = FakePackage.Write(PathOf("packages"), "some.thing", "1.0.0", ("some.thing.nuspec", "<package />"), ("lib/a.dll", "code"));
        return new PackageFolder(PackageName.TryOfFolder(folder, out PackageName name) ? name : default, folder);
    }

    private static string[] Describe(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(folder, path)} {File.GetLastWriteTimeUtc(path):O} {(OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(path))} {Convert.ToHexString(File.ReadAllBytes(path))}")];
}
