namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Whether restore is spared is a question of its own: of what restore reads, whatever the build does.</summary>
public class SolutionGateRestoreTests
{
    private const string Stamp = "<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><Exec Command=\"echo ran >> ../.git/mine.log\" /></Target>";

    [Theory]
    [InlineData("", "App")]
    [InlineData("<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", "App/net10.0 App/netstandard2.0")]
    public async Task A_project_that_is_always_built_is_restored_only_when_something_changed(string frameworks, string builds)
    {
        using Sandbox sandbox = await WithToolAsync(frameworks);
        (await sandbox.BuildAsync()).Expect(misses: "Lib", skipped: builds);

        (await sandbox.BuildAsync()).Expect(hits: "Lib", skipped: builds).ExpectNoRestore();
        Assert.Equal(2 * builds.Split(' ').Length, File.ReadAllLines(sandbox.PathOf(".git/mine.log")).Length);
        string assets = sandbox.Read("App/obj/project.assets.json");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "Lib", skipped: builds).ExpectNoRestore();
        Assert.Equal(assets, sandbox.Read("App/obj/project.assets.json"));

        sandbox.WriteProject("App", "lib", frameworks, "Lib", Stamp + "<ItemGroup Condition=\"'$(TargetFramework)' == 'net10.0'\"><PackageReference Include=\"Own\" Version=\"1.0.0\" /></ItemGroup>");
        (await sandbox.BuildAsync()).Succeeded();
        Assert.Contains("Own/1.0.0", sandbox.Read("App/obj/project.assets.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_project_that_is_always_built_is_restored_only_when_something_changed()
    {
        using Sandbox sandbox = await WithToolAsync("");
        (await sandbox.BuildAsync("App/App.csproj")).Expect(misses: "Lib", skipped: "App");
        sandbox.DeleteOutputs();

        (await sandbox.BuildAsync("App/App.csproj")).Expect(hits: "Lib", skipped: "App").ExpectNoRestore();
        Assert.True(File.Exists(sandbox.PathOf("App/bin/Debug/net10.0/Lib.dll")));
    }

    [Theory]
    [InlineData("BeforeTargets=\"CollectPackageReferences\"")]
    [InlineData("AfterTargets=\"_GetRestoreProjectStyle\"")]
    public async Task A_target_that_takes_part_in_restore_runs_each_time(string hook)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: $"<Target Name=\"Mine\" {hook}><Exec Command=\"echo ran >> ../.git/mine.log\" Condition=\"'$(MSBuildRestoreSessionId)' != ''\" /></Target>");
        sandbox.WriteSolution("Lib");
        (await sandbox.BuildAsync()).Succeeded();
        int once = File.ReadAllLines(sandbox.PathOf(".git/mine.log")).Length;

        (await sandbox.BuildAsync()).Succeeded();

        Assert.Equal(2 * once, File.ReadAllLines(sandbox.PathOf(".git/mine.log")).Length);
    }

    [Fact]
    public async Task A_lock_file_that_changed_alone_is_followed()
    {
        (string Project, string Path, string Property)[] cases =
        [
            ("Usual", "Usual/packages.lock.json", ""),
            ("Named", "Named/packages.Named.lock.json", ""),
            ("Elsewhere", "lib.json", "<NuGetLockFilePath>../lib.json</NuGetLockFilePath>"),
        ];
        string[] projects = [.. cases.Select(one => one.Project)];
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>");
        (string feed, _) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Own", "1.0.0", "one");
        foreach ((string project, string path, string property) in cases)
        {
            sandbox.WriteProject(project, "lib", property, body: "<ItemGroup><PackageReference Include=\"Own\" Version=\"1.*\" /></ItemGroup>");
            if (property.Length == 0)
            {
                sandbox.Write(path, "{ \"version\": 1, \"dependencies\": {} }");
            }
        }

        sandbox.WriteSolution(projects);
        (await sandbox.BuildAsync()).Succeeded();
        string[] one = [.. cases.Select(each => sandbox.Read(each.Path))];
        PackageFeed.Pack(feed, "Own", "1.5.0", "two");
        await sandbox.CommandAsync("restore", "--force-evaluate");
        string[] two = [.. cases.Select(each => sandbox.Read(each.Path))];
        Assert.All(one.Zip(two), pair => Assert.NotEqual(pair.First, pair.Second));
        foreach ((string[] texts, string version) in ((string[], string)[])[(one, "1.0.0"), (two, "1.5.0")])
        {
            // In place NuGet itself does not see that the lock file changed: what lies there is of the other one, and must not be given to a fresh clone.
            WriteAll(texts);
            (await sandbox.BuildAsync()).Succeeded();
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync()).Succeeded();

            Assert.All(projects, project => Assert.Contains($"Own/{version}", sandbox.Read($"{project}/obj/project.assets.json"), StringComparison.Ordinal));
            Assert.Equal(texts, cases.Select(each => sandbox.Read(each.Path)));
        }

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).ExpectGate("solution", string.Join(' ', projects)).ExpectNoRestore();

        void WriteAll(string[] texts)
        {
            foreach (((_, string path, _), string text) in cases.Zip(texts))
            {
                sandbox.Write(path, text);
            }
        }
    }

    [Fact]
    public async Task A_project_that_reads_what_is_always_built_is_looked_up_after_it()
    {
        // No reference says that User reads what Tool makes; a solution builds its projects by name.
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Tool", "lib", body: "<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><Copy SourceFiles=\"text.txt\" DestinationFolder=\"$(OutDir)\" SkipUnchangedFiles=\"false\" /></Target>");
        sandbox.Write("Tool/bin/Debug/net10.0/text.txt", "none");
        sandbox.Write("Tool/text.txt", "one");
        sandbox.WriteProject("User", "lib", body: "<ItemGroup><Content Include=\"../Tool/bin/Debug/net10.0/text.txt\" CopyToOutputDirectory=\"PreserveNewest\" Link=\"text.txt\" /></ItemGroup>");
        sandbox.WriteSolution("User", "Tool");
        (await sandbox.BuildAsync("-m:1")).Succeeded();
        (await sandbox.BuildAsync("-m:1")).Succeeded();
        Assert.Equal("one", sandbox.Read("User/bin/Debug/net10.0/text.txt"));
        sandbox.Write("Tool/text.txt", "two");

        (await sandbox.BuildAsync("-m:1")).Succeeded();

        Assert.Equal("two", sandbox.Read("User/bin/Debug/net10.0/text.txt"));
    }

    /// <summary>A library, and a project that references it and runs a tool.</summary>
    private static async Task<Sandbox> WithToolAsync(string frameworks)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        (string feed, _) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Own", "1.0.0", "one", dependencies: "");
        sandbox.WriteProject("Lib", "lib", frameworks.Length > 0 ? "<TargetFramework>netstandard2.0</TargetFramework>" : "");
        sandbox.WriteProject("App", "lib", frameworks, "Lib", Stamp);
        sandbox.WriteSolution("Lib", "App");
        return sandbox;
    }
}
