using System.Text;
using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class PackageFactsTests
{
    private const string Assets = """
        { "version": 3,
          "targets": { "net10.0": { "Some.Package/1.2.3": { "type": "package", "compile": { "lib/net10.0/Some.dll": {} } } } },
          "libraries": { "Some.Package/1.2.3": { "sha512": "abc", "path": "some.package/1.2.3" } },
          "packageFolders": { "/home/me/.nuget/packages/": {} },
          "project": { "restore": { "projectPath": "/home/me/repo/App/App.csproj", "packagesPath": "/home/me/.nuget/packages/", "outputPath": "/home/me/repo/App/obj/",
            "sources": { "/home/me/feed": {} }, "configFilePaths": ["/home/me/.nuget/NuGet.Config"] } } }
        """;

    [Fact]
    public void Places_do_not_count()
    {
        string elsewhere = Assets.Replace("/home/me/", "/home/you/deeper/", StringComparison.Ordinal).Replace("NuGet.Config", "Other.Config", StringComparison.Ordinal);

        Assert.Equal(Hash(Assets, "/home/me/repo"), Hash(elsewhere, "/home/you/deeper/repo"));
    }

    [Theory]
    [InlineData("1.2.3", "1.2.4")]
    [InlineData("abc", "abd")]
    [InlineData("lib/net10.0/Some.dll", "ref/net10.0/Some.dll")]
    [InlineData("net10.0", "net9.0")]
    public void Versions_hashes_and_files_count(string from, string to) =>
        Assert.NotEqual(Hash(Assets, "/home/me/repo"), Hash(Assets.Replace(from, to, StringComparison.Ordinal), "/home/me/repo"));

    [Fact]
    public void White_space_and_a_byte_order_mark_do_not_count() =>
        Assert.Equal(Hash(Assets, "/home/me/repo"), Hash("\uFEFF" + Assets.Replace("\n", "\r\n   ", StringComparison.Ordinal), "/home/me/repo"));

    private static Digest Hash(string json, string repository) =>
        PackageFacts.Hash(Encoding.UTF8.GetBytes(json), new RootMap((RootMap.Repository, repository)));
}
