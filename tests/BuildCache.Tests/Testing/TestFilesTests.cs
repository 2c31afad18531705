using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Storage;
using BuildCache.Testing;

namespace BuildCache.Tests.Testing;

public class TestFilesTests : TestFolder
{
    private readonly LocalStore _store;

    public TestFilesTests() => _store = new LocalStore(new StoreLayout(PathOf("cache")), Log);

    [Fact]
    public void A_TRX_file_comes_back_with_the_paths_of_another_clone()
    {
        TestRun one = Run("One");
        WriteTrx(one, "a.trx", "1");

        Assert.Null(Files("One").TakeIn(one, DateTime.UtcNow, out IReadOnlyList<CachedOutput> kept));
        TestRun two = Run("Two");
        string placed = Assert.Single(Files("Two").Place(two, kept)!);

        string text = File.ReadAllText(placed);
        Assert.Equal(Path.Combine(two.ResultsFolder, "a.trx"), placed);
        Assert.Contains($"codeBase=\"{two.Place.TargetPath}\"", text, StringComparison.Ordinal);
        Assert.Contains($"storage=\"{two.Place.TargetPath.ToLowerInvariant()}\"", text, StringComparison.Ordinal);
        Assert.Contains("From the cache of BuildCache.Sdk", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_the_same_run_is_written_over_and_that_of_another_run_is_not()
    {
        TestRun run = Run("One");
        WriteTrx(run, "a.trx", "1");
        Assert.Null(Files("One").TakeIn(run, DateTime.UtcNow, out IReadOnlyList<CachedOutput> kept));

        Assert.EndsWith("a.trx", Files("One").Place(run, kept)![0], StringComparison.Ordinal);
        Assert.EndsWith("a.trx", Files("One").Place(run, kept)![0], StringComparison.Ordinal);
        WriteTrx(run, "a.trx", "2");
        Assert.EndsWith("a[1].trx", Files("One").Place(run, kept)![0], StringComparison.Ordinal);
        Assert.EndsWith("a.trx", Files("One").Place(run with { Loggers = ["trx;LogFileName=a.trx"] }, kept)![0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_names_no_run_is_not_written_over()
    {
        TestRun run = Run("One");
        CachedOutput kept = Entries.Output(_store, "a.trx", "<TestRun name=\"of another logger\" />");
        string notes = Write("One/TestResults/a.trx", "a person's notes");

        Assert.EndsWith("a[1].trx", Files("One").Place(run, [kept])![0], StringComparison.Ordinal);
        Assert.Equal("a person's notes", File.ReadAllText(notes));
    }

    [Fact]
    public void Files_of_others_and_old_ones_are_left_alone()
    {
        TestRun run = Run("One");
        WriteTrx(run, "a.trx", "1");
        WriteTrx(Run("Two") with { ResultsFolder = run.ResultsFolder }, "b.trx", "2");

        Assert.Null(Files("One").TakeIn(run, DateTime.UtcNow, out IReadOnlyList<CachedOutput> kept));
        Assert.Equal(["a.trx"], kept.Select(output => output.Path));
        Assert.NotNull(Files("One").TakeIn(run, DateTime.UtcNow.AddMinutes(1), out _));
        Assert.NotNull(Files("One").TakeIn(run with { Loggers = ["trx", "trx"] }, DateTime.UtcNow, out _));
    }

    [Theory]
    [InlineData("../a.trx")]
    [InlineData("/a.trx")]
    [InlineData("a.sh")]
    public void A_name_that_leads_elsewhere_is_refused(string name)
    {
        CachedOutput output = Entries.Output(_store, name, "<TestRun />");

        Assert.Throws<InvalidDataException>(() => Files("One").Place(Run("One"), [output]));
    }

    [Fact]
    public void Without_its_content_nothing_is_written()
    {
        TestRun run = Run("One");
        CachedOutput missing = new("a.trx", OutputKind.Text, Digest.Of("gone"), 4, 0, "");

        Assert.Null(Files("One").Place(run, [Entries.Output(_store, "b.trx", "<TestRun />"), missing]));
        Assert.False(Directory.Exists(run.ResultsFolder));
    }

    private TestFiles Files(string clone) => new(_store, new FactContext(
        new RootMap((RootMap.Repository, PathOf(clone))), new StatMemo(null, Log), new Dictionary<string, string>(), PathOf("own")));

    private TestRun Run(string clone) => new()
    {
        Project = new EvaluatedProject
        {
            Path = PathOf(clone + "/App.csproj"), EvaluatedNs = 0, Imports = [], GlobalProperties = new Dictionary<string, string>(), Properties = [], ItemTypes = [],
            Property = static _ => "", Targets = new Dictionary<string, TargetShape>(),
        },
        Place = new ProjectPlace(PathOf(clone + "/obj"), PathOf(clone + "/bin"), PathOf(clone + "/bin/App.dll")),
        Property = static _ => "",
        Settings = new Dictionary<string, string>(),
        Loggers = ["trx"],
        SettingsFile = "",
        ResultsFolder = PathOf(clone + "/TestResults"),
        AllVariables = true,
        Relocatable = true,
        AllowCustomHooks = false,
    };

    private static void WriteTrx(TestRun run, string name, string id)
    {
        Directory.CreateDirectory(run.ResultsFolder);
        File.WriteAllText(Path.Combine(run.ResultsFolder, name), $"<?xml version=\"1.0\"?>\n<TestRun id=\"{id}\"><UnitTest storage=\"{run.Place.TargetPath.ToLowerInvariant()}\"><TestMethod codeBase=\"{run.Place.TargetPath}\" /></UnitTest></TestRun>");
    }
}
