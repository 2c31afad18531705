namespace BuildCache.EndToEnd.Stale;

/// <summary>Copies that MSBuild takes for current by size and time, or takes away, although a clean build would have others.</summary>
public class StaleCopyTests
{
    private const string Output = "App/bin/Debug/net10.0/";

    private const string AllowHooks = "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>";

    private const string OutsideOfProjects =
        "<OutputPath>$(MSBuildThisFileDirectory)bin/$(MSBuildProjectName)/</OutputPath><AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>";

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, AllowHooks)]
    public async Task A_file_in_place_of_another_of_the_same_size_and_time_is_copied(bool bySolution, string properties)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>{properties}");
        string hook = properties.Length == 0 ? "" : "<Target Name=\"Hook\" BeforeTargets=\"CoreCompile\"><Exec Command=\"exit 0\" /></Target>";
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><None Include=\"data.txt\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>" + hook);
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        sandbox.Write("Lib/data.txt", "one");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        byte[] right = File.ReadAllBytes(sandbox.PathOf(Output + "Lib.dll"));

        Replace(sandbox.PathOf("Lib/data.txt"), "two"u8);
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        Assert.Equal("two", sandbox.Read(Output + "data.txt"));
        Assert.Equal("two", sandbox.Read("Lib/bin/Debug/net10.0/data.txt"));

        // A damaged copy of the right size survives neither a miss nor a hit.
        Replace(sandbox.PathOf(Output + "Lib.dll"), new byte[right.Length]);
        sandbox.WriteSource("App", "exe", "Lib", text: "two");
        (await sandbox.BuildAsync()).Expect(hits: "Lib", misses: "App");
        Assert.Equal(right, File.ReadAllBytes(sandbox.PathOf(Output + "Lib.dll")));
        Replace(sandbox.PathOf(Output + "Lib.dll"), new byte[right.Length]);
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");
        Assert.Equal(right, File.ReadAllBytes(sandbox.PathOf(Output + "Lib.dll")));

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), cached);
    }

    /// <summary>dotnet/msbuild#8276: the older file is not copied over the newer one.</summary>
    [Fact]
    public async Task Content_of_an_older_package_takes_the_place_of_a_newer_ones()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        (string feed, _) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Texts", "1.0.0", "older", copied: "older", at: new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        PackageFeed.Pack(feed, "Texts", "2.0.0", "newer", copied: "newer", at: new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        sandbox.WriteSolution("App");
        foreach ((string version, string text) in ((string, string)[])[("2.0.0", "newer"), ("1.0.0", "older")])
        {
            sandbox.WriteProject("App", "exe", body: $"<ItemGroup><PackageReference Include=\"Texts\" Version=\"{version}\" /></ItemGroup>");
            (await sandbox.BuildAsync()).Expect(misses: "App");
            Assert.Equal(text, sandbox.Read(Output + "copied.txt"));
        }

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "App");
        Assert.Equal("older", sandbox.Read(Output + "copied.txt"));
    }

    /// <summary>dotnet/msbuild#9709: a file is copied for two reasons, one of which goes, and MSBuild's incremental clean takes the file.</summary>
    /// <param name="hook">A target of the project's own, which could have removed it, and does not.</param>
    [Theory]
    [InlineData("")]
    [InlineData("<Target Name=\"Own\" AfterTargets=\"CoreCompile\"><Exec Command=\"exit 0\" /></Target>")]
    public async Task What_the_incremental_clean_takes_by_mistake_is_copied_again(string hook)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(OutsideOfProjects);
        sandbox.WriteProject("A", "lib");
        sandbox.WriteSolution("A", "B");
        void Write(string body) => sandbox.WriteProject("B", "exe", AllowHooks, references: "A", body: body + hook);
        Write("<ItemGroup><None Include=\"../bin/A/A.dll\" Link=\"A.dll\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        await sandbox.BuildAsync();
        Write("");
        (await sandbox.BuildAsync()).Expect(hits: "A", misses: "B");
        Assert.True(File.Exists(sandbox.PathOf("bin/B/A.dll")));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "A B");
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), cached);
    }

    [Fact]
    public async Task What_it_takes_of_other_files_that_the_build_has_written_keeps_the_result_out()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(OutsideOfProjects);
        void Write(string list) => sandbox.WriteProject("B", "exe", AllowHooks, body: $"""
            <Target Name="Note" AfterTargets="CopyFilesToOutputDirectory">
              <WriteLinesToFile File="$(OutDir)note.txt" Lines="note" Overwrite="true" />
              <ItemGroup><{list} Include="$(OutDir)note.txt" /></ItemGroup>
            </Target>
            """);
        Write("FileWrites");
        (await sandbox.BuildAsync("B")).Expect(misses: "B");
        Write("FileWritesShareable");

        BuildResult changed = (await sandbox.BuildAsync("B", "-v:n")).Expect(misses: "B");

        Assert.False(File.Exists(sandbox.PathOf("bin/B/note.txt")));
        Assert.Contains("bin/B/note.txt' away, which this very build had written", changed.Output, StringComparison.Ordinal);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("B")).Expect(misses: "B");
        Assert.Equal("note\n", sandbox.Read("bin/B/note.txt"));
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("B")).Expect(hits: "B");
        Assert.Equal("note\n", sandbox.Read("bin/B/note.txt"));
    }

    /// <summary>MSBuild makes it only if a copy was really written, and never takes it away.</summary>
    [Fact]
    public async Task The_mark_that_references_were_copied_is_that_of_a_clean_build()
    {
        using Sandbox sandbox = await BuiltPairAsync();
        sandbox.WriteProject("App", "exe");
        (await sandbox.BuildAsync()).Expect(hits: "Lib", misses: "App");
        SortedDictionary<string, string> without = TreeSnapshot.TimelessOutputs(sandbox.Root);

        // The copies lie there, and need not be written.
        sandbox.WriteProject("App", "exe", references: "Lib");
        (await sandbox.BuildAsync()).Expect(hits: "Lib App");
        Directory.Delete(sandbox.PathOf("App/obj"), recursive: true);
        sandbox.WriteSource("App", "exe", "Lib", text: "two");
        (await sandbox.BuildAsync()).Expect(hits: "Lib", misses: "App");
        SortedDictionary<string, string> with = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), with);
        sandbox.WriteProject("App", "exe");
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), without);
    }

    /// <summary>The .NET SDK copies it as content, where it is newer.</summary>
    [Fact]
    public async Task A_damaged_program_host_is_nobodys_data_though_it_is_newer()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        string host = "Hello/bin/Debug/net10.0/Hello" + (OperatingSystem.IsWindows() ? ".exe" : "");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        byte[] right = File.ReadAllBytes(sandbox.PathOf(host));

        sandbox.Write(host, "damaged");
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        Assert.Equal(right, File.ReadAllBytes(sandbox.PathOf(host)));

        sandbox.Write(host, "damaged");
        sandbox.WriteSource("Hello", "exe", text: "two");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> built = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync("Hello"), built);
    }

    /// <summary>
    /// MSBuild's incremental clean looks into the present output folder alone, and keeps the others' files in its list.
    /// </summary>
    [Fact]
    public async Task Outputs_in_a_folder_that_is_not_the_projects_any_more_are_nobodys()
    {
        using Sandbox sandbox = await BuiltPairAsync();

        sandbox.WriteProject("Lib", "lib", "<OutputPath>bin/other/</OutputPath>");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        await sandbox.IsAsStockHereAndInACloneAsync("Lib App");
    }

    /// <summary>App on top of Lib, both built.</summary>
    private static async Task<Sandbox> BuiltPairAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        (await sandbox.BuildAsync()).Expect(misses: "Lib App");
        return sandbox;
    }

    /// <summary>Other bytes, the same size and the same time of the last write.</summary>
    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        DateTime time = File.GetLastWriteTimeUtc(path);
        Assert.Equal(new FileInfo(path).Length, content.Length);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, time);
    }
}
