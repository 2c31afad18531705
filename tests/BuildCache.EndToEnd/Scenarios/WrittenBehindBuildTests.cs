namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Targets behind Build that write into the project's own outputs: they sign, stamp, weave or merge. Dependents get what they leave, and a hit finds what a build would.</summary>
public class WrittenBehindBuildTests
{
    private const string Lib = "Lib/bin/Debug/net10.0/Lib.dll";
    private const string OfApp = "App/bin/Debug/net10.0/Lib.dll";

    /// <summary>A target that appends a text to the project's assembly.</summary>
    private static string Sign(string where, string text = "$([System.IO.File]::ReadAllText('$(MSBuildProjectDirectory)/../sig.txt'))", string more = "") => $"""
        <Target Name="Sign" {where}>
          <PropertyGroup><Signature>{text}</Signature></PropertyGroup>
          <Exec Command="echo signed $(Signature)&gt;&gt; &quot;$(TargetPath)&quot;" />
          {more}
        </Target>
        """;

    [Theory]
    [InlineData("AfterTargets=\"Build\"", "file")]
    [InlineData("AfterTargets=\"AfterBuild\"", "variable")]
    [InlineData("BeforeTargets=\"Signed\" DependsOnTargets=\"Build\"", "import")]
    public async Task A_changed_signature_reaches_dependents(string where, string source)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: source switch
        {
            "file" => Sign(where),
            "variable" => Sign(where, "$([System.Environment]::GetEnvironmentVariable('OUR_TEXT'))"),
            _ => "<Import Project=\"../sig.proj\" /><Target Name=\"Signed\" />" + Sign(where, "$(OurText)"),
        });
        if (source == "import")
        {
            sandbox.Write("Lib/Lib.csproj", sandbox.Read("Lib/Lib.csproj").Replace("<Project Sdk", "<Project DefaultTargets=\"Build;Signed\" Sdk", StringComparison.Ordinal));
        }

        sandbox.WriteProject("App", "exe", references: "Lib");
        Write("one");
        SortedDictionary<string, string> stock = await sandbox.StockAsync("App");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        Check(sandbox, "one");

        Write("two");
        (await sandbox.BuildAsync("App")).Expect(hits: source == "file" ? "Lib" : "", misses: source == "file" ? "App" : "Lib App");
        Check(sandbox, "two");

        Write("one");
        sandbox.DeleteOutputs();
        for (int i = 0; i < 2; i++)
        {
            (await sandbox.BuildAsync("App")).Expect(hits: "Lib App");
            TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        }

        void Write(string text)
        {
            sandbox.Write("sig.txt", text);
            sandbox.Write("sig.proj", $"<Project><PropertyGroup><OurText>{(source == "import" ? text : "")}</OurText></PropertyGroup></Project>");
            sandbox.Environment["OUR_TEXT"] = text;
        }
    }

    [Fact]
    public async Task A_changed_signature_reaches_dependents_through_the_solution_in_clones_and_for_each_framework()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn("<BuildCacheRelocatable>true</BuildCacheRelocatable>");
        sandbox.WriteProject("Lib", "lib", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", body: Sign("AfterTargets=\"Build\" Condition=\"'$(TargetFramework)' != ''\""));
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteProject("Old", "lib", "<TargetFramework>netstandard2.0</TargetFramework>", references: "Lib");
        sandbox.WriteSolution("Lib", "App", "Old");
        sandbox.Write("sig.txt", "one");
        (await sandbox.BuildAsync()).Expect(misses: "Lib/net10.0 Lib/netstandard2.0 App Old");
        sandbox.Write("sig.txt", "two");
        (await sandbox.BuildAsync()).Expect(hits: "Lib/net10.0 Lib/netstandard2.0", misses: "App Old");
        Check(sandbox, "two");

        await sandbox.CommitAsync("two");
        Sandbox clone = await sandbox.CloneAsync("clone");
        (await clone.BuildAsync()).Expect(hits: "Lib/net10.0 Lib/netstandard2.0 App Old");
        Check(clone, "two");
        Assert.Equal(["two"], Signatures(clone.PathOf("Old/bin/Debug/netstandard2.0/Lib.dll")));

        // What it appended last in one clone is not what another one finds.
        clone.Write("sig.txt", "three");
        (await clone.DotnetAsync("publish", "App", "-c", "Debug")).Succeeded();
        Assert.Equal(["three"], Signatures(clone.PathOf("App/bin/Debug/net10.0/publish/Lib.dll")));
        (await sandbox.BuildAsync()).Expect(hits: "Lib/net10.0 Lib/netstandard2.0 App Old");
        Check(sandbox, "two");
    }

    [Fact]
    public async Task A_target_that_remembers_in_obj_that_it_ran_runs_where_its_work_is_gone()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write("sig.txt", "one");
        sandbox.WriteProject("Lib", "lib", body: Sign("AfterTargets=\"Build\" Inputs=\"../sig.txt\" Outputs=\"$(IntermediateOutputPath)signed.txt\"", more: "<Touch Files=\"$(IntermediateOutputPath)signed.txt\" AlwaysCreate=\"true\" />") + """
            <Target Name="Deploy" AfterTargets="Build" Inputs="$(TargetPath)" Outputs="$(IntermediateOutputPath)deployed.txt">
              <Copy SourceFiles="$(TargetPath)" DestinationFolder="$(BaseOutputPath)deployed" />
              <Touch Files="$(IntermediateOutputPath)deployed.txt" AlwaysCreate="true" />
            </Target>
            """);
        (await sandbox.BuildAsync("Lib")).Expect(misses: "Lib");
        sandbox.WriteSource("Lib", "lib", text: "edited");
        (await sandbox.BuildAsync("Lib")).Expect(misses: "Lib");
        SortedDictionary<string, string> stock = await sandbox.StockAsync("Lib");
        Assert.Contains("Lib/bin/deployed/Lib.dll", stock.Keys);

        for (int i = 0; i < 2; i++)
        {
            (await sandbox.BuildAsync("Lib")).Expect(hits: "Lib");
            TreeSnapshot.AssertEqual(stock, TreeSnapshot.TimelessOutputs(sandbox.Root));
        }
    }

    [Fact]
    public async Task Outputs_that_are_written_again_with_the_same_content_are_cached()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();

        // Something large is taken in first, so that the target always comes in between.
        sandbox.WriteProject("App", "exe", body: """
            <ItemGroup><EmbeddedResource Include="large.bin" /></ItemGroup>
            <Target Name="Again" AfterTargets="Build">
              <Warning Code="OWN1" Text="behind" />
              <Touch Files="$(IntermediateOutputPath)apphost" />
              <Copy SourceFiles="$(TargetDir)App.runtimeconfig.json" DestinationFiles="$(BaseIntermediateOutputPath)copy.json" />
              <Delete Files="$(TargetDir)App.runtimeconfig.json" />
              <WriteLinesToFile File="$(TargetDir)App.runtimeconfig.json" Lines="$([System.IO.File]::ReadAllText('$(MSBuildProjectDirectory)/$(BaseIntermediateOutputPath)copy.json').Trim())" />
            </Target>
            """);
        using (FileStream large = File.Create(sandbox.PathOf("App/large.bin")))
        {
            large.SetLength(64 * 1024 * 1024);
        }

        sandbox.WriteProject("User", "lib", references: "App");
        BuildResult first = (await sandbox.BuildAsync("User", "-v:n")).Expect(misses: "App User");
        Assert.DoesNotContain("BCSDK200", first.Output, StringComparison.Ordinal);
        for (int i = 0; i < 2; i++)
        {
            // What the target warns of it says itself: once as it is raised, and once in the list at the end.
            BuildResult hit = (await sandbox.BuildAsync("User")).Expect(hits: "App User");
            Assert.Equal(2, hit.Output.Split("warning OWN1").Length - 1);
        }
    }

    [Fact]
    public async Task What_a_target_behind_the_build_warns_of_is_shown_by_each_build()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: "<Target Name=\"Warn\" AfterTargets=\"Build\"><Warning Code=\"OWN1\" Text=\"behind\" /></Target>");
        sandbox.WriteSolution("Lib");
        for (int i = 0; i < 3; i++)
        {
            BuildResult build = (await sandbox.BuildAsync()).Expect(misses: i == 0 ? "Lib" : "", hits: i == 0 ? "" : "Lib");

            // Once as it is raised, and once in the list at the end.
            Assert.Equal(2, build.Output.Split("warning OWN1").Length - 1);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_target_behind_CoreBuild_is_one_behind_the_build(bool isAllowed)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", isAllowed ? "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>" : "", body: Sign("AfterTargets=\"CoreBuild\""));
        sandbox.WriteProject("App", "exe", references: "Lib");
        sandbox.WriteSolution("Lib", "App");
        sandbox.Write("sig.txt", "one");
        (await sandbox.BuildAsync()).Expect(misses: isAllowed ? "Lib App" : "App", skipped: isAllowed ? "" : "Lib");
        Check(sandbox, "one");
        sandbox.Write("sig.txt", "two");
        (await sandbox.BuildAsync()).Expect(hits: isAllowed ? "Lib" : "", misses: "App", skipped: isAllowed ? "" : "Lib");
        Check(sandbox, "two");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: isAllowed ? "Lib App" : "App", skipped: isAllowed ? "" : "Lib");
        Check(sandbox, "two");
    }

    /// <summary>That the library was signed once with this text, and that the program has that very file.</summary>
    private static void Check(Sandbox sandbox, string text)
    {
        Assert.Equal([text], Signatures(sandbox.PathOf(OfApp)));
        string lib = sandbox.PathOf(Lib);
        Assert.Equal(File.ReadAllBytes(lib), File.ReadAllBytes(sandbox.PathOf(OfApp)));
    }

    private static string[] Signatures(string path) => [.. System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)).Split("signed ").Skip(1).Select(static each => each.Trim())];
}
