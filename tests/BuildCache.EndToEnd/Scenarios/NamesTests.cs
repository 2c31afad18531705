namespace BuildCache.EndToEnd.Scenarios;

public class NamesTests
{
    [Fact]
    public async Task Unusual_names_of_files_and_folders_come_back_and_their_changes_are_seen()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync("a repo with ünï 100% & (more)");
        sandbox.OptIn();
        string[] names = ["with space.txt", "semi;colon.txt", "per%cent.txt", "%3B.txt", "日本語 ß.txt", "at@sign$x.txt", "plus+hash#.txt", new string('l', 120) + ".txt"];
        foreach (string name in names)
        {
            sandbox.Write("Ä App/content/" + name, name);
        }

        sandbox.WriteProject("Ä App", "exe", "<AssemblyName>My.App</AssemblyName>", body: "<ItemGroup><None Include=\"content/**\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        sandbox.Write("Ä App/Program.cs", "System.Console.WriteLine(1);");
        File.Delete(sandbox.PathOf("Ä App/App.cs"));
        (await sandbox.BuildAsync("Ä App")).Succeeded();
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);
        Assert.All(names, name => Assert.True(first.ContainsKey("Ä App/bin/Debug/net10.0/content/" + name), name));

        sandbox.DeleteOutputs();
        BuildResult warm = (await sandbox.BuildAsync("Ä App")).Succeeded();
        Assert.Single(warm.Hits);
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));

        foreach (string name in (string[])["semi;colon.txt", "per%cent.txt", "%3B.txt"])
        {
            sandbox.Write("Ä App/content/" + name, "changed " + name);
            Assert.Single((await sandbox.BuildAsync("Ä App", "--no-restore")).Succeeded().Misses);
            Assert.Equal("changed " + name, sandbox.Read("Ä App/bin/Debug/net10.0/content/" + name));
        }
    }

    [Fact]
    public async Task A_file_name_of_250_characters_comes_back()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        string name = new string('l', 246) + ".txt";
        sandbox.Write("Hello/" + name, "long");
        sandbox.WriteProject("Hello", "exe", body: "<ItemGroup><None Update=\"*.txt\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
    }
}
