using System.Text.Json;
using BuildCache.Gates;

namespace BuildCache.Tests.Gates;

public class DgSpecHashTests
{
    [Fact]
    public void It_is_what_NuGet_wrote_for_this_tests_own_project()
    {
        string obj = Repository.PathOf("tests", "BuildCache.Tests", "obj");
        byte[] graph = File.ReadAllBytes(Path.Combine(obj, "BuildCache.Tests.csproj.nuget.dgspec.json"));
        using JsonDocument cache = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(obj, "project.nuget.cache")));

        Assert.Equal(cache.RootElement.GetProperty("dgSpecHash").GetString(), DgSpecHash.Of(graph));
    }

    [Fact]
    public void White_space_does_not_count_outside_of_strings()
    {
        Assert.Equal(DgSpecHash.Of("{\"a \\\" b\":1}"u8), DgSpecHash.Of("{\r\n  \"a \\\" b\" : 1\t}"u8));
        Assert.Equal(DgSpecHash.Of("{\"a\\\\\":1}"u8), DgSpecHash.Of("{\"a\\\\\" : 1}"u8));
        Assert.NotEqual(DgSpecHash.Of("{\"a b\":1}"u8), DgSpecHash.Of("{\"ab\":1}"u8));
    }

    [Fact]
    public void Other_letters_than_ASCII_are_left_to_NuGet() => Assert.Null(DgSpecHash.Of("{\"ö\":1}"u8));
}
