namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Names that differ by case alone, where the file system tells them apart.</summary>
public class CaseTests
{
    [LinuxFact("A file system that tells names by their case")]
    public async Task Two_outputs_that_differ_by_case_alone_both_come_back()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write(".gitignore", "bin/\nobj/\nmade/\n");
        sandbox.WriteProject("Hello", "exe", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: """
            <ItemGroup><BuildCacheOutput Include="made/Notes.txt;made/notes.txt" /></ItemGroup>
            <Target Name="Make" AfterTargets="CoreCompile">
              <MakeDir Directories="made" />
              <WriteLinesToFile File="made/Notes.txt" Lines="upper" Overwrite="true" />
              <WriteLinesToFile File="made/notes.txt" Lines="lower" Overwrite="true" />
            </Target>
            """);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        sandbox.DeleteOutputs();
        Directory.Delete(sandbox.PathOf("Hello/made"), recursive: true);

        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        Assert.Equal("upper", sandbox.Read("Hello/made/Notes.txt").Trim());
        Assert.Equal("lower", sandbox.Read("Hello/made/notes.txt").Trim());
    }

    /// <summary>
    /// MSBuild's incremental clean compares names without their case: it leaves the file, and the old name in its list.
    /// </summary>
    [LinuxFact("A file system that tells names by their case")]
    public async Task A_copied_file_whose_name_changes_its_case_leaves_nothing_of_its_old_name()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><None Include=\"*.txt\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        sandbox.Write("Lib/data.txt", "data");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");

        File.Move(sandbox.PathOf("Lib/data.txt"), sandbox.PathOf("Lib/Data.txt"));
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        await sandbox.IsAsStockHereAndInACloneAsync("Lib App");
    }

    [LinuxFact("A file system that tells names by their case")]
    public async Task A_source_whose_name_changes_its_case_is_another_source()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        File.Move(sandbox.PathOf("Hello/Hello.cs"), sandbox.PathOf("Hello/hello.cs"));
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        File.Move(sandbox.PathOf("Hello/hello.cs"), sandbox.PathOf("Hello/Hello.cs"));
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
    }
}
