namespace BuildCache.EndToEnd.Scenarios.Trees;

/// <summary>Outputs of another project in a tree of this one: from the cache, without building that project.</summary>
public class ProjectSourceTests
{
    private static async Task<Sandbox> PrepareAsync(string more)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Plugin", "lib", references: "Lib");
        sandbox.WriteProject("Host", "exe", body: $"""
            <ItemGroup>
              <BuildCacheTree Include="plugins" Destination="plugins" />
              <BuildCacheTreeSource Include="../Plugin/Plugin.csproj" Kind="Project" Tree="plugins" Filter="*.dll" {more} />
            </ItemGroup>
            """);
        return sandbox;
    }

    private static string[] Staged(Sandbox sandbox) => Directory.Exists(Path.Combine(sandbox.Root, "Host/plugins"))
        ? [.. Directory.GetFiles(Path.Combine(sandbox.Root, "Host/plugins")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    [Fact]
    public async Task They_come_from_the_cache_and_the_project_is_not_built()
    {
        using Sandbox sandbox = await PrepareAsync("");
        BuildResult missed = (await sandbox.BuildAsync("Host")).Failed();
        Assert.Contains("BCSDK5032", missed.Output, StringComparison.Ordinal);
        Assert.Empty(Staged(sandbox));

        (await sandbox.BuildAsync("Plugin")).Expect(misses: "Lib Plugin");
        byte[] built = File.ReadAllBytes(Path.Combine(sandbox.Root, "Plugin/bin/Debug/net10.0/Plugin.dll"));
        Directory.Delete(Path.Combine(sandbox.Root, "Plugin/bin"), recursive: true);
        Directory.Delete(Path.Combine(sandbox.Root, "Lib/bin"), recursive: true);

        (await sandbox.BuildAsync("Host")).Expect(misses: "Host");
        Assert.Equal(["Lib.dll", "Plugin.dll"], Staged(sandbox));
        Assert.Equal(built, File.ReadAllBytes(Path.Combine(sandbox.Root, "Host/plugins/Plugin.dll")));
        Assert.False(Directory.Exists(Path.Combine(sandbox.Root, "Plugin/bin")));
        Assert.False(Directory.Exists(Path.Combine(sandbox.Root, "Lib/bin")));
        (await sandbox.BuildAsync("Host")).Expect(hits: "Host");
    }

    [Fact]
    public async Task A_miss_is_built_where_OnMiss_says_so_and_the_tree_is_the_same_later_from_the_cache()
    {
        using Sandbox sandbox = await PrepareAsync("OnMiss=\"build\"");
        (await sandbox.DotnetAsync("restore", "Plugin")).Succeeded();

        (await sandbox.BuildAsync("Host")).Expect(misses: "Lib Plugin Host");
        Assert.Equal(["Lib.dll", "Plugin.dll"], Staged(sandbox));
        (await sandbox.BuildAsync("Host")).Expect(hits: "Host");

        sandbox.WriteSource("Lib", "lib", text: "another");
        (await sandbox.BuildAsync("Host")).Expect(misses: "Lib Plugin Host");
    }

    [Fact]
    public async Task A_folder_of_the_project_can_be_named()
    {
        using Sandbox sandbox = await PrepareAsync("SourcePath=\"obj/Debug/net10.0/ref\"");
        (await sandbox.BuildAsync("Plugin")).Succeeded();

        (await sandbox.BuildAsync("Host")).Succeeded();

        Assert.Equal(["Plugin.dll"], Staged(sandbox));
    }

    [Fact]
    public async Task What_targets_behind_its_build_leave_is_what_is_staged()
    {
        using Sandbox sandbox = await PrepareAsync("");
        sandbox.WriteProject("Lib", "lib", body: "<Target Name=\"Sign\" AfterTargets=\"Build\"><Exec Command=\"echo signed&gt;&gt; &quot;$(TargetPath)&quot;\" /></Target>");
        (await sandbox.BuildAsync("Plugin")).Expect(misses: "Lib Plugin");
        byte[] signed = File.ReadAllBytes(sandbox.PathOf("Plugin/bin/Debug/net10.0/Lib.dll"));
        Assert.EndsWith("signed", System.Text.Encoding.Latin1.GetString(signed).TrimEnd(), StringComparison.Ordinal);
        Directory.Delete(sandbox.PathOf("Plugin/bin"), recursive: true);
        Directory.Delete(sandbox.PathOf("Lib/bin"), recursive: true);

        (await sandbox.BuildAsync("Host")).Expect(hits: "Lib Plugin", misses: "Host");

        Assert.Equal(signed, File.ReadAllBytes(sandbox.PathOf("Host/plugins/Lib.dll")));
        sandbox.Write("Host/Host.csproj", sandbox.Read("Host/Host.csproj").Replace("Plugin", "Lib", StringComparison.Ordinal));
        (await sandbox.BuildAsync("Host")).Expect(hits: "Lib", misses: "Host");
        Assert.Equal(signed, File.ReadAllBytes(sandbox.PathOf("Host/plugins/Lib.dll")));
    }
}
