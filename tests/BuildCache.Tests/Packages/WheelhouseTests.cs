using System.Text.Json;
using BuildCache.Packages;
using BuildCache.Storage;

namespace BuildCache.Tests.Packages;

public class WheelhouseTests : TestFolder
{
    private readonly LocalStore _local;
    private readonly Wheelhouse _wheelhouse;

    public WheelhouseTests()
    {
        _local = new LocalStore(new StoreLayout(PathOf("cache")), Log);
        _wheelhouse = new Wheelhouse(_local, new PackageStore(_local, Log), "10.0.100");
    }

    [Fact]
    public void What_a_restore_downloaded_besides_comes_back_with_the_lock_file()
    {
        RestoringProject project = Restored();

        _wheelhouse.TakeIn([project], again: false, CancellationToken.None);
        StagedPackages staged = _wheelhouse.Stage([project with { PackageFolder = PathOf("fresh") }], CancellationToken.None);

        Assert.Equal(new StagedPackages(2, 0), staged);
        Assert.Equal(["locked", "some.pack"], Directory.GetDirectories(PathOf("fresh")).Select(Path.GetFileName).Order());
        Assert.Equal(new StagedPackages(0, 0), _wheelhouse.Stage([project with { PackageFolder = PathOf("fresh") }], CancellationToken.None));
    }

    [Fact]
    public void Another_lock_file_gets_what_it_names_itself()
    {
        RestoringProject project = Restored();
        _wheelhouse.TakeIn([project], again: false, CancellationToken.None);
        string path = Path.Combine(Path.GetDirectoryName(project.Path)!, "packages.lock.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));

        Assert.Equal(new StagedPackages(1, 0), _wheelhouse.Stage([project with { PackageFolder = PathOf("fresh") }], CancellationToken.None));
    }

    [Fact]
    public void What_was_evicted_is_taken_in_again_when_it_was_missed()
    {
        RestoringProject project = Restored();
        _wheelhouse.TakeIn([project], again: false, CancellationToken.None);
        Directory.Delete(_local.Layout.Packages, recursive: true);
        _wheelhouse.TakeIn([project], again: false, CancellationToken.None);
        Assert.Equal(new StagedPackages(0, 2), _wheelhouse.Stage([project with { PackageFolder = PathOf("fresh") }], CancellationToken.None));

        _wheelhouse.TakeIn([project], again: true, CancellationToken.None);

        Assert.Equal(new StagedPackages(2, 0), _wheelhouse.Stage([project with { PackageFolder = PathOf("fresh") }], CancellationToken.None));
    }

    /// <summary>A project after its restore: one package that its lock file names, and one that it does not.</summary>
    private RestoringProject Restored()
    {
        string locked = FakePackage.Write(PathOf("packages"), "locked", "1.0.0", ("lib/a.dll", "a"));
        string pack = FakePackage.Write(PathOf("packages"), "some.pack", "2.0.0", ("ref/b.dll", "b"));
        string hash = new PackageFolder(PackageName.TryOfFolder(locked, out PackageName name) ? name : default, locked).ContentHash()!;
        Write("App/packages.lock.json", $$"""{ "version": 1, "dependencies": { "net10.0": { "Locked": { "type": "Direct", "resolved": "1.0.0", "contentHash": "{{hash}}" } } } }""");
        string[] expected = [Path.Combine(locked, "locked.1.0.0.nupkg.sha512"), Path.Combine(pack, "some.pack.2.0.0.nupkg.sha512")];
        Write("App/obj/project.nuget.cache", JsonSerializer.Serialize(new Dictionary<string, string[]> { ["expectedPackageFiles"] = expected }));
        return new RestoringProject(Write("App/App.csproj", ""), PathOf("packages"), PathOf("App/obj"), "");
    }
}
