namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A repository full of traps goes through all that a cache does, and every file that is not an output stays what it was.</summary>
/// <remarks>docs/security.md says for each call why it can only touch what is ours.</remarks>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class NothingOfTheUserIsLostTests
{
    private const string Obj = "obj/Debug/net10.0/";
    private const string Bin = "bin/Debug/net10.0/";

    [LinuxFact("A file system that tells names by their case")]
    public async Task Links_tracked_files_data_and_repositories_in_output_folders_stay()
    {
        using Sandbox sandbox = await CreateAsync();
        string top = Path.GetDirectoryName(sandbox.Root)!;
        Keepsakes kept = new(sandbox);
        await PlantAsync(sandbox, kept, top);
        string[] repositories = [sandbox.Root, sandbox.PathOf("Outer/vendor"), sandbox.PathOf("Outer/sub")];
        await kept.KeepTrackedAsync(repositories);
        Task<BuildResult> BuildAsync(string what) => kept.DuringAsync(what, async () => (await sandbox.BuildAsync()).Succeeded());

        await BuildAsync("A cold build");
        string data = sandbox.PathOf("App/" + Bin + "app.db");
        File.AppendAllText(data, "written by the program\n");
        kept.Keep(data);
        using FileStream open = new(data, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        open.Lock(0, 1);

        await BuildAsync("A build of nothing");
        Assert.True(File.Exists(sandbox.PathOf("Shared/" + Bin + "One.dll")) && File.Exists(sandbox.PathOf("Shared/" + Bin + "Two.dll")));
        sandbox.WriteSource("Lib", "lib", text: " edited");
        sandbox.WriteSource("App", "exe", "Lib", " edited");
        sandbox.WriteSource("Outer", "lib", text: " edited");
        File.AppendAllText(sandbox.PathOf("App/" + Obj + "Note.txt"), "edited by hand\n");
        File.AppendAllText(sandbox.PathOf("Lib/Generated/README.md"), "edited by hand\n");
        Assert.Contains("App", (await BuildAsync("A build of an edit")).Misses);
        await sandbox.GitAsync("checkout", "-q", "*.cs");
        Assert.Contains("Lib", (await BuildAsync("A build of the undone edit")).Hits);
        await sandbox.GitAsync("checkout", "-q", ".");

        foreach (string branch in (string[])["next", "master"])
        {
            await sandbox.GitAsync("checkout", "-q", branch);
            await kept.KeepTrackedAsync(repositories);
            await BuildAsync($"A build of branch {branch}");
            Assert.Equal("", (await Tool.RunAsync(sandbox.Root, sandbox.Environment, "git", "status", "--porcelain")).Output.Trim());
        }

        // MSBuild's own clean takes the copies of data.
        kept.Drop(data);
        await kept.DuringAsync("Clean", async () => (await sandbox.DotnetAsync("clean", "-nologo")).Succeeded());
        await BuildAsync("A build after clean");
        await kept.DuringAsync("Prune", async () => (await sandbox.DotnetAsync("msbuild", "Lib", "-nologo", "-t:BuildCachePrune", "-p:BuildCacheMaxSize=1MB")).Succeeded());
        await kept.DuringAsync("Clear", async () => (await sandbox.DotnetAsync("msbuild", "Lib", "-nologo", "-t:BuildCacheClear")).Succeeded());
        Assert.Empty(sandbox.Entries());
        sandbox.WriteSource("App", "exe", "Lib", " edited again");
        await BuildAsync("A build with an empty cache");
    }

    /// <summary>A repository of dot files: what NuGet keeps and the cache itself lie in it, and a staged tree lies beside a person's folders.</summary>
    [LinuxFact("A home folder that a variable names")]
    public async Task A_home_folder_that_is_a_repository_stays()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        string home = sandbox.Root;
        foreach (string name in (string[])["HOME", "DOTNET_CLI_HOME"])
        {
            sandbox.Environment[name] = home;
        }

        foreach (string name in (string[])["BuildCacheDirectory", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "NUGET_PACKAGES"])
        {
            sandbox.Environment.Remove(name);
        }

        sandbox.Write(".gitignore", "bin/\nobj/\n.nuget/\n.cache/\n.local/\n.dotnet/\n.config/NuGet/\ndeps/*\n!deps/README.md\n");
        string[] mine = [".bashrc", ".ssh/config", ".config/editor/settings.json", ".cache/other/file", ".cache/buildcache/notes.txt", "deps/README.md", "deps-old/a.txt", "base/a.txt"];
        Array.ForEach(mine, name => sandbox.Write(name, name + " of a person"));
        File.SetUnixFileMode(sandbox.PathOf(".ssh/config"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        sandbox.WriteProject("Hello", "exe", body: """<ItemGroup><BuildCacheTree Include="deps" Destination="../deps" Sources="../base" Clean="keep" /></ItemGroup>""");
        await sandbox.CommitAsync("dot files");
        Keepsakes kept = new(sandbox);
        kept.Keep([.. mine.Select(sandbox.PathOf), sandbox.PathOf(".ssh"), sandbox.PathOf("deps-old"), sandbox.PathOf("base")]);
        await kept.KeepTrackedAsync(home);
        Task<BuildResult> BuildAsync(string what) => kept.DuringAsync(what, async () => (await sandbox.BuildAsync("Hello")).Succeeded());

        (await BuildAsync("A cold build")).Expect(misses: "Hello");
        Assert.True(Directory.Exists(sandbox.PathOf(".cache/buildcache/v1")) && File.Exists(sandbox.PathOf("deps/a.txt")));
        sandbox.WriteSource("Hello", "exe", text: " edited");
        (await BuildAsync("A build of an edit")).Expect(misses: "Hello");
        await sandbox.GitAsync("checkout", "-q", ".");
        (await BuildAsync("A build of the undone edit")).Expect(hits: "Hello");
        await kept.DuringAsync("Prune", async () => (await sandbox.DotnetAsync("msbuild", "Hello", "-nologo", "-t:BuildCachePrune", "-p:BuildCacheMaxSize=1MB")).Succeeded());
        await kept.DuringAsync("Clear", async () => (await sandbox.DotnetAsync("msbuild", "Hello", "-nologo", "-t:BuildCacheClear")).Succeeded());
        Assert.False(Directory.Exists(sandbox.PathOf(".cache/buildcache/v1")));

        // A file that somebody puts among the cache's stays, and is named.
        Directory.CreateDirectory(sandbox.PathOf(".cache/buildcache/v1/projects"));
        sandbox.Write(".cache/buildcache/v1/projects/plan.md", "of a person");
        kept.Keep(sandbox.PathOf(".cache/buildcache/v1/projects"));
        BuildResult refused = await kept.DuringAsync("Clear with a person's file", async () => (await sandbox.DotnetAsync("msbuild", "Hello", "-nologo", "-t:BuildCacheClear")).Failed());
        Assert.Contains("error BCSDK3012", refused.Output, StringComparison.Ordinal);
        Assert.Contains("plan.md", refused.Output, StringComparison.Ordinal);
    }

    /// <summary>The projects.</summary>
    private static async Task<Sandbox> CreateAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write(".gitignore", "bin/\nobj/\ndocs/\n");
        sandbox.WriteProject("Lib", "lib", """
            <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
            <CompilerGeneratedFilesOutputPath>Generated</CompilerGeneratedFilesOutputPath>
            """, body: "<ItemGroup><Compile Remove=\"Generated/**\" /></ItemGroup>");
        sandbox.Write("Lib/Pattern.cs", "public static partial class Pattern { [System.Text.RegularExpressions.GeneratedRegex(\"a+\")] public static partial System.Text.RegularExpressions.Regex A(); }");
        sandbox.Write("Lib/Generated/.gitignore", "*.cs\n");
        WriteApp(sandbox, "<DocumentationFile>../docs/api.xml</DocumentationFile>");
        sandbox.Write("App/app.db", "empty\n");
        sandbox.Write("assets/data.txt", "a source");
        sandbox.WriteProject("Linked", "lib");
        sandbox.WriteProject("Outer", "lib");
        foreach (string name in (string[])["One", "Two"])
        {
            sandbox.Write($"Shared/{name}.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework><EnableDefaultItems>false</EnableDefaultItems></PropertyGroup>
                  <ItemGroup><Compile Include="{name}.cs" /></ItemGroup>
                </Project>
                """);
            sandbox.Write($"Shared/{name}.cs", $"public static class {name} {{ }}");
        }

        sandbox.WriteSolution("Lib", "App", "Linked", "Outer");
        sandbox.Write("All.slnx", sandbox.Read("All.slnx").Replace("</Solution>", "  <Project Path=\"Shared/One.csproj\" />\n  <Project Path=\"Shared/Two.csproj\" />\n</Solution>", StringComparison.Ordinal));
        return sandbox;
    }

    private static void WriteApp(Sandbox sandbox, string properties) => sandbox.WriteProject("App", "exe", properties + "<NoWarn>$(NoWarn);CS1591</NoWarn>", "Lib", """
        <ItemGroup><None Update="app.db" CopyToOutputDirectory="PreserveNewest" /></ItemGroup>
        """);

    /// <summary>The traps, with two branches: on master the build makes docs/api.xml, on next it is checked in.</summary>
    private static async Task PlantAsync(Sandbox sandbox, Keepsakes kept, string top)
    {
        // Tracked files in output folders, one named like an output but for its case, one without write permission.
        string[] tracked = ["App/" + Obj + "Note.txt", "App/" + Obj + "note.txt", "App/" + Obj + "App.DLL", "App/" + Bin + "App.DLL", "Outer/" + Obj + "deep/er/notes.md", "Outer/obj/notes.md", "Outer/bin/notes.md"];
        foreach (string file in tracked.Append("Lib/Generated/README.md"))
        {
            sandbox.Write(file, $"{file} is tracked\n");
        }

        File.SetUnixFileMode(sandbox.PathOf("Lib/Generated/README.md"), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(sandbox.PathOf(tracked[4]), UnixFileMode.UserRead);

        // Repositories in the repository: one that git knows nothing of, one in an output folder, and a submodule.
        string clone = "repo/Outer/" + Obj + "clone";
        foreach (string inner in (string[])["origin", "repo/Outer/vendor", clone])
        {
            string folder = Path.Combine(top, inner);
            Directory.CreateDirectory(Path.Combine(folder, Obj));
            File.WriteAllText(Path.Combine(folder, "kept.txt"), "kept");
            File.WriteAllText(Path.Combine(folder, Obj, "kept.txt"), "kept");
            await GitAsync(sandbox, folder, "init", "-q");
            await GitAsync(sandbox, folder, "add", "-A");
            await GitAsync(sandbox, folder, "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "kept");
        }

        File.WriteAllText(Path.Combine(top, clone, "work.txt"), "not committed");
        kept.Keep(Path.Combine(top, clone));
        sandbox.Write(".git/info/exclude", "Outer/vendor\n");
        await sandbox.GitAsync("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", Path.Combine(top, "origin"), "Outer/sub");
        kept.Keep(Path.Combine(top, "origin"), sandbox.PathOf("Outer/vendor"), sandbox.PathOf("Outer/sub"), sandbox.PathOf(".git/modules/Outer/sub/objects"));

        await sandbox.GitAsync(["add", "-f", .. tracked]);
        await sandbox.CommitAsync("api.xml is made");
        await sandbox.GitAsync("checkout", "-q", "-b", "next");
        WriteApp(sandbox, "");
        sandbox.Write("docs/api.xml", "written by hand\n");
        await sandbox.GitAsync("add", "-f", "docs/api.xml");
        await sandbox.CommitAsync("api.xml is checked in");
        await sandbox.GitAsync("checkout", "-q", "master");

        // What a person put into bin. MSBuild does not empty that folder.
        sandbox.Write("App/" + Bin + "mine/notes.txt", "mine");
        sandbox.Write("App/" + Bin + "readonly.txt", "mine");
        File.SetUnixFileMode(sandbox.PathOf("App/" + Bin + "readonly.txt"), UnixFileMode.UserRead);
        kept.Keep(sandbox.PathOf("App/" + Bin + "mine"), sandbox.PathOf("App/" + Bin + "readonly.txt"));

        // Links out of the output folders: to a folder and a file elsewhere, into the repository, and in a circle.
        string outside = Path.Combine(top, "outside");
        Directory.CreateDirectory(Path.Combine(outside, "deep"));
        File.WriteAllText(Path.Combine(outside, "deep", "precious.txt"), "precious");
        File.WriteAllText(Path.Combine(outside, "file.txt"), "precious");
        kept.Keep(outside, sandbox.PathOf("assets"));
        foreach (string folder in (string[])["Linked/" + Obj, "Linked/" + Bin])
        {
            Directory.CreateDirectory(sandbox.PathOf(folder));
            File.CreateSymbolicLink(sandbox.PathOf(folder + "folder"), outside);
            File.CreateSymbolicLink(sandbox.PathOf(folder + "file"), Path.Combine(outside, "file.txt"));
            File.CreateSymbolicLink(sandbox.PathOf(folder + "assets"), "../../../../assets");
            File.CreateSymbolicLink(sandbox.PathOf(folder + "loop"), "..");
            kept.Keep(sandbox.PathOf(folder + "folder"), sandbox.PathOf(folder + "file"));
        }
    }

    private static async Task GitAsync(Sandbox sandbox, string folder, params string[] arguments)
    {
        (int exitCode, string output) = await Tool.RunAsync(folder, sandbox.Environment, "git", arguments);
        Assert.True(exitCode == 0, output);
    }
}
