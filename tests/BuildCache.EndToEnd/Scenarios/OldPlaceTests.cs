using System.Reflection.Metadata;
using System.Text;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What comes back in another folder, for a user with another package folder, knows nothing of the old one.</summary>
public class OldPlaceTests
{
    [Fact]
    public async Task Nothing_points_to_the_old_place_and_a_debugger_finds_the_sources()
    {
        using Sandbox one = await Sandbox.CreateAsync("old-place");
        one.OptIn("<BuildCacheRelocatable>true</BuildCacheRelocatable>");
        one.Environment["NUGET_PACKAGES"] = one.PathOf("../old-packages");
        one.WriteProject("Lib", "lib");
        one.Write("Web/Web.csproj", """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup><ProjectReference Include="../Lib/Lib.csproj" /></ItemGroup>
            </Project>
            """);
        one.Write("Web/Web.cs", "var app = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build();\napp.MapGet(\"/\", () => Lib.Say());\napp.Run();\n");
        one.Write("Web/wwwroot/site.css", "body { color: black; }\n");
        one.WriteSolution("Lib", "Web");
        await one.CommitAsync("first");
        (await one.BuildAsync()).Expect(misses: "Lib Web");

        using Sandbox two = await one.CloneAsync("new-place");
        two.Environment["NUGET_PACKAGES"] = two.PathOf("../new-packages");
        (await two.BuildAsync()).Expect(hits: "Lib Web");

        string[] old = [one.Root, one.PathOf("../old-packages"), "old-place", "old-packages"];
        List<string> pointing = [];
        foreach (string file in TreeSnapshot.All(two.Root).Keys.Where(file => file.Contains("/bin/", StringComparison.Ordinal) || file.Contains("/obj/", StringComparison.Ordinal)))
        {
            byte[] content = File.ReadAllBytes(two.PathOf(file));
            pointing.AddRange(old
                .Where(place => content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(place)) >= 0 || content.AsSpan().IndexOf(Encoding.Unicode.GetBytes(place)) >= 0)
                .Select(place => $"{file}: {place}"));
        }

        Assert.Equal([], pointing);
        Assert.All(Documents(two.PathOf("Lib/bin/Debug/net10.0/Lib.pdb")), document =>
        {
            Assert.StartsWith("/_/", document, StringComparison.Ordinal);
            Assert.True(File.Exists(two.PathOf(document["/_/".Length..])), document);
        });
    }

    private static string[] Documents(string pdb)
    {
        using FileStream stream = File.OpenRead(pdb);
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(stream);
        MetadataReader reader = provider.GetMetadataReader();
        return [.. reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name))];
    }
}
