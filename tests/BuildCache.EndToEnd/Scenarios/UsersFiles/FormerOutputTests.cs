namespace BuildCache.EndToEnd.UsersFiles;

/// <summary>A file that one state of the project makes, and another one reads.</summary>
public class FormerOutputTests
{
    private const string Notes = "App/notes.txt";

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public async Task What_was_an_output_and_is_an_input_now_stays(string bySolution, bool isHit)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks><BuildCacheSolutionGate>{bySolution}</BuildCacheSolutionGate>");
        sandbox.WriteSolution("App");
        Reads();
        sandbox.Write(".gitignore", "bin/\nobj/\nnotes.txt\n");
        await sandbox.CommitAsync("start");
        sandbox.Write(Notes, "notes\n");
        if (isHit)
        {
            (await sandbox.BuildAsync()).Expect(misses: "App");
        }

        sandbox.WriteProject("App", "exe", body: """
            <ItemGroup><BuildCacheOutput Include="notes.txt" /></ItemGroup>
            <Target Name="Make" BeforeTargets="CoreCompile"><WriteLinesToFile File="notes.txt" Lines="notes" Overwrite="true" /></Target>
            """);
        (await sandbox.BuildAsync()).Expect(misses: "App");

        Reads();
        (await sandbox.BuildAsync()).Expect(hits: isHit ? "App" : "", misses: isHit ? "" : "App");
        Assert.Equal("notes\n", sandbox.Read(Notes));

        void Reads() => sandbox.WriteProject("App", "exe", body: "<ItemGroup><EmbeddedResource Include=\"notes.txt\" /></ItemGroup>");
    }
}
