using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

/// <summary>The list of a compilation's references that come with packages, which is hashed once a build.</summary>
public class FixedFilesTests : TestFolder
{
    private readonly string _one;
    private readonly string _two;

    public FixedFilesTests()
    {
        Directory.CreateDirectory(PathOf("packages"));
        _one = PathOf("packages/one.dll");
        _two = PathOf("packages/two.dll");
        File.WriteAllText(_one, "1");
        File.WriteAllText(_two, "2");
    }

    [Fact]
    public void A_package_with_other_content_at_the_same_place_is_another_list_in_the_next_build()
    {
        Digest? before = Hash(Build(), _one, _two);
        File.WriteAllText(_two, "another build of the same version");

        Assert.NotNull(before);
        Assert.NotEqual(before, Hash(Build(), _one, _two));
    }

    [Fact]
    public void Which_files_and_in_which_order_counts()
    {
        FactContext build = Build();

        Assert.Equal(4, new HashSet<Digest?> { Hash(build, _one, _two), Hash(build, _two, _one), Hash(build, _one), Hash(build) }.Count);
    }

    [Fact]
    public void The_same_list_in_another_folder_for_packages_is_the_same()
    {
        Directory.CreateDirectory(PathOf("elsewhere"));
        File.Copy(_one, PathOf("elsewhere/one.dll"));

        Assert.Equal(Hash(Build(), _one), Hash(Build("elsewhere"), PathOf("elsewhere/one.dll")));
    }

    [Fact]
    public void A_file_that_is_missing_gives_no_digest()
    {
        FactContext build = Build();

        Assert.Null(Hash(build, _one, PathOf("packages/three.dll")));
        Assert.Null(Hash(build, _one, PathOf("packages/three.dll")));
    }

    private static Digest? Hash(FactContext build, params string[] files) => build.HashFixed(files, CancellationToken.None);

    private FactContext Build(string packages = "packages") => new(
        new RootMap((RootMap.Repository, PathOf("repo")), (RootMap.Packages, PathOf(packages))), new StatMemo(null, Log), new Dictionary<string, string>(), PathOf("own"));
}
