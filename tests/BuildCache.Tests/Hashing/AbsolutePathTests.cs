using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class AbsolutePathTests
{
    private static readonly string[] s_names =
    [
        "/a", "/a/.nuget/..b/c.dll", "/a/b/", "/a//b", "//a/b", "/a/./b", "/a/../b", "/a/b/.", "/a/b/..", "/a\\b", "/", "/.", "/..", "/../..",
        "a", "a/b", "a/b/", "a/", ".", "..", "./a", "../b/c.dll", "../../../../a", "a/..", "a/.", "a/./b", "a/../b", "a//b", "a\\b", "a\\..\\b", ".a", "..a/b", "a/.b/..c", "...", "a/.../b",
        "C:\\a\\b", "C:a", " a ", "a b/ü",
    ];

    [Fact]
    public void A_path_comes_out_as_dotnet_resolves_it()
    {
        foreach (string folder in (string[])["/folder", "/folder/", "/", "/a//b", "/a/../b", "/a/.b", "/a/."])
        {
            foreach (string name in s_names)
            {
                string rooted = Path.GetPathRoot(Path.GetFullPath("/")) + folder[1..];
                string expected = Path.GetFullPath(name.Replace('\\', Path.DirectorySeparatorChar), rooted);
                Assert.Equal((name, folder, expected), (name, folder, AbsolutePath.Of(name, rooted)));
                Assert.Equal(Path.TrimEndingDirectorySeparator(expected), AbsolutePath.Trimmed(name, rooted));
            }
        }
    }

    [Fact]
    public void A_name_that_no_file_can_have_is_refused_as_dotnet_refuses_it() => Assert.Throws<ArgumentException>(() => AbsolutePath.Of("a\0b", Path.GetFullPath("/folder")));

    [Fact]
    public void Nothing_stays_nothing() => Assert.Equal("", AbsolutePath.Trimmed("", "/folder"));
}
