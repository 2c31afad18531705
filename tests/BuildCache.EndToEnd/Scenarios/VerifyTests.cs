namespace BuildCache.EndToEnd;

/// <summary>Hits that are built all the same, and compared.</summary>
public class VerifyTests
{
    [Fact]
    public async Task A_cache_that_is_right_is_confirmed_in_place_and_in_a_fresh_clone()
    {
        using Sandbox sandbox = await Sandbox.ChainAsync();
        (await sandbox.BuildAsync()).Expect(misses: Sandbox.ChainProjects);
        SortedDictionary<string, string> built = TreeSnapshot.TimelessOutputs(sandbox.Root);

        foreach ((string argument, bool fresh) in ((string, bool)[])[("-p:BuildCacheVerify=all", false), ("-p:BuildCacheVerify=all", true), ("-t:BuildCacheVerifyAll", false), ("-t:BuildCacheVerifyAll", true)])
        {
            if (fresh)
            {
                sandbox.DeleteOutputs();
                (await sandbox.DotnetAsync("restore")).Succeeded();
            }

            BuildResult verified = (await sandbox.BuildAsync(argument, "-v:n")).Succeeded();
            Assert.DoesNotContain("BCSDK5006", verified.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("FROM-CACHE", verified.Output, StringComparison.Ordinal);
            Assert.Equal(built, TreeSnapshot.TimelessOutputs(sandbox.Root));
        }

        (await sandbox.BuildAsync()).Succeeded();
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: Sandbox.ChainProjects);
    }

    [Fact]
    public async Task An_input_that_is_not_declared_is_found_and_its_entry_removed()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        string outside = Path.Combine(Path.GetDirectoryName(sandbox.Root)!, "outside.txt");
        File.WriteAllText(outside, "one");
        sandbox.WriteProject("P", "lib", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: $"""
            <ItemGroup><BuildCacheOutput Include="obj/copy.txt" /></ItemGroup>
            <Target Name="Read" BeforeTargets="CoreCompile"><Copy SourceFiles="{outside}" DestinationFiles="obj/copy.txt" /></Target>
            """);
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        File.WriteAllText(outside, "two!");
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("P")).Expect(hits: "P");

        BuildResult verified = (await sandbox.BuildAsync("P", "-p:BuildCacheVerify=all")).Expect(misses: "P");
        Assert.Contains("warning BCSDK5006", verified.Output, StringComparison.Ordinal);
        Assert.Contains("obj/copy.txt", verified.Output, StringComparison.Ordinal);
        Assert.Contains("a target outside the compiler", verified.Output, StringComparison.Ordinal);
        Assert.Equal("two!", sandbox.Read("P/obj/copy.txt"));

        (await sandbox.BuildAsync("P")).Expect(misses: "P");
    }

    [Fact]
    public async Task A_generator_that_makes_something_else_every_time_is_found()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Gen", "lib", "<EnforceExtendedAnalyzerRules>false</EnforceExtendedAnalyzerRules>", body: """
            <ItemGroup><Reference Include="$(RoslynTargetsPath)/bincore/Microsoft.CodeAnalysis.dll" Private="false" /></ItemGroup>
            """);
        sandbox.Write("Gen/Random.cs", """
            using Microsoft.CodeAnalysis;
            [Generator]
            public class Random : IIncrementalGenerator
            {
                public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
                    context.CompilationProvider, (output, _) => output.AddSource("g", $"class G {{ const string Id = \"{System.Guid.NewGuid()}\"; }}"));
            }
            """);
        sandbox.WriteProject("P", "lib", body: """
            <ItemGroup><ProjectReference Include="../Gen/Gen.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" /></ItemGroup>
            """);
        (await sandbox.BuildAsync("P")).Succeeded();

        BuildResult verified = (await sandbox.BuildAsync("P", "-p:BuildCacheVerify=all")).Succeeded();
        Assert.Contains("warning BCSDK5006", verified.Output, StringComparison.Ordinal);
        Assert.Contains("the compiler or a generator is not deterministic", verified.Output, StringComparison.Ordinal);
    }
}
