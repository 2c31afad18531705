using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Tests.Gates;

public class SeenOutputsTests : TestFolder
{
    private static readonly Digest s_before = Digest.Of("before");

    private FactContext Context => field ??= new FactContext(Roots(), new StatMemo(file: null, Log), new Dictionary<string, string>(), "/own");

    private BuiltOutputs Built => new()
    {
        FileWrites = [],
        Copies = new Dictionary<string, string>(),
        CopiesOfSeveral = new HashSet<string>(),
        CopiesIfNewer = new HashSet<string>(),
        Declared = [],
        IntermediateFolder = PathOf("repo/obj"),
        OutputFolder = PathOf("repo/bin"),
        TargetPath = PathOf("repo/bin/Lib.dll"),
        ReferenceAssembly = "",
    };

    private static PlacedFile Placed(string path, string? stored = null) =>
        new(path, stored is null ? FileHasher.Hash(path, CancellationToken.None) : Digest.Of(stored), FileStamp.TryRead(path, out FileStamp stamp) ? stamp : default);

    private Digest Now(params PlacedFile[] files) => new SeenOutputs(s_before, files).Now(Built, Context, CancellationToken.None);

    [Fact]
    public void The_same_content_shows_the_same()
    {
        PlacedFile file = Placed(Write("repo/bin/Lib.dll", "one"));
        PlacedFile hidden = Placed(Write("repo/obj/cache", "one"));
        LetTheClockTick();
        Write("repo/bin/Lib.dll", "one");
        Write("repo/obj/cache", "two");

        Assert.Equal(s_before, Now(file, hidden));
    }

    [Theory]
    [InlineData("repo/bin/Lib.dll", "two")]
    [InlineData("repo/bin/Lib.dll", null)]
    [InlineData("repo/bin/Lib.xml", "new")]
    [InlineData("repo/bin/de/Lib.resources.dll", "new")]
    public void Another_content_a_lost_file_and_one_that_comes_along_show(string path, string? content)
    {
        PlacedFile file = Placed(Write("repo/bin/Lib.dll", "one"));
        if (content is null)
        {
            File.Delete(PathOf(path));
        }
        else
        {
            Write(path, content);
        }

        Digest now = Now(file);
        Assert.NotEqual(s_before, now);
        Assert.Equal(now, Now(file));
    }

    /// <summary>After a hit the digest of a text is that of its form for all clones; after a build it is that of the file.</summary>
    [Fact]
    public void A_text_with_this_folder_in_it_shows_the_same_after_a_hit_and_after_a_build()
    {
        string Text(string more) => $"{PathOf("repo")}/source{more}";
        string path = Write("repo/bin/Lib.json", Text(""));
        PlacedFile built = Placed(path), hit = Placed(path, "{repo}/source");
        Assert.Equal(s_before, Now(built));
        Assert.Equal(s_before, Now(hit));

        Write("repo/bin/Lib.json", Text(" changed"));
        Assert.NotEqual(s_before, Now(built));
        Assert.Equal(Now(built), Now(hit));
    }
}
