using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class ReferencedFoldersTests : TestFolder
{
    [Fact]
    public void Assemblies_and_what_belongs_to_them_count()
    {
        Write("lib/Lib.dll", "");
        var before = ReferencedFolders.Names(PathOf("lib"));
        foreach (string other in (string[])["readme.txt", "Library.xml", "de/Other.resources.dll", "de/Lib.txt", "tools/Tool.dll"])
        {
            Write("lib/" + other, "");
            Assert.Equal(before, ReferencedFolders.Names(PathOf("lib")));
        }

        foreach (string own in (string[])["Lib.pdb", "Lib.dll.config", "Dep.dll", "Dep.xml", "de/Lib.resources.dll", "App.exe"])
        {
            Write("lib/" + own, "");
            Assert.NotEqual(before, before = ReferencedFolders.Names(PathOf("lib")));
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_has_no_names() => Assert.Equal(ReferencedFolders.Names(PathOf("none")), ReferencedFolders.Names(PathOf("neither")));
}
