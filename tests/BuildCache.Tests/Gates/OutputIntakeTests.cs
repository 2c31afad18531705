using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests.Gates;

public class OutputIntakeTests : TestFolder
{
    private LocalStore Store => field ??= new LocalStore(new StoreLayout(PathOf("cache")), Log);

    private OutputIntake Intake => field ??= new OutputIntake(Store, new FactContext(Roots(), new StatMemo(file: null, Log), new Dictionary<string, string>(), "/own"));

    /// <summary>What was put before it was taken in is not read again, and comes to the same as if it were.</summary>
    [Theory]
    [InlineData("nothing of this clone", "File", false)]
    [InlineData("a text that names {0}/file", "Text", false)]
    [InlineData("bytes \0 that name {0}/file", "File", true)]
    public void An_output_is_the_same_whether_it_was_put_before_or_not(string content, string kind, bool isBound)
    {
        string path = Write("repo/out", string.Format(System.Globalization.CultureInfo.InvariantCulture, content, PathOf("repo")));
        (CachedOutput alone, string boundAlone) = TakeIn(Found(path), []);

        Digest digest = Intake.Put(Found(path), CancellationToken.None);
        (CachedOutput put, string boundPut) = TakeIn(Found(path), new() { [path] = digest });

        Assert.Equal(alone, put);
        Assert.Equal(kind, put.Kind.ToString());
        Assert.Equal((isBound ? path : "", isBound ? path : ""), (boundAlone, boundPut));
        Assert.Equal(Digest.Of(File.ReadAllText(path)), digest);
    }

    /// <summary>A copy comes back from its content even where its source is gone: the store must hold it, whoever put it or did not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_content_of_a_copy_is_in_the_store(bool isPut)
    {
        string source = Write("repo/B/out", "of B");
        string copy = Write("repo/A/out", "of B");
        Digest digest = isPut ? Intake.Put(Found(source), CancellationToken.None) : Digest.Of("of B");

        (CachedOutput taken, _) = TakeIn(Found(copy) with { CopyOf = source }, new() { [copy] = digest });

        Assert.Equal((OutputKind.Copy, digest, "{repo}/B/out"), (taken.Kind, taken.Digest, taken.Source));
        Assert.NotNull(Store.TryGetFile(digest, 4, CancellationToken.None));
    }

    private (CachedOutput Output, string BoundTo) TakeIn(FoundOutput output, Dictionary<string, Digest> taken)
    {
        string boundTo = "";
        return (Intake.TakeIn(output, taken, relocatable: true, ref boundTo, CancellationToken.None), boundTo);
    }

    private static FoundOutput Found(string path) => new(path, FileStamp.TryReadLink(path, out FileStamp stamp) ? stamp : default, IsVisible: true, CopyOf: null);
}
