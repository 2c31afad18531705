using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class SdkImportsTests : TestFolder
{
    [Fact]
    public void The_compilers_of_the_languages_that_are_imported_count()
    {
        Write("Roslyn/bincore/csc.dll", "");
        Write("Roslyn/bincore/csc.runtimeconfig.json", "");
        Write("FSharp/fsc.dll", "");
        string common = PathOf("Microsoft.Common.CurrentVersion.targets");

        Assert.Equal([PathOf("Roslyn/bincore/csc.dll")], SdkImports.Compilers([common, PathOf("Roslyn/Microsoft.CSharp.Core.targets")]));
        Assert.Equal([PathOf("Roslyn/bincore/csc.dll"), PathOf("FSharp/fsc.dll")], SdkImports.Compilers([common, PathOf("FSharp/Microsoft.FSharp.Targets")]));
    }

    [Fact]
    public void Without_the_common_targets_no_compiler_is_known()
    {
        Write("Roslyn/bincore/csc.dll", "");

        Assert.Empty(SdkImports.Compilers([PathOf("Roslyn/Microsoft.CSharp.Core.targets")]));
    }
}
