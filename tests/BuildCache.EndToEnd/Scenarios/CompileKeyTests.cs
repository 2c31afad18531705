namespace BuildCache.EndToEnd;

/// <summary>Each kind of input of a compiler: its change alone compiles, and undoing it does not.</summary>
public class CompileKeyTests
{
    [Fact]
    public async Task Every_input_of_the_compiler_counts()
    {
        using Sandbox sandbox = await PreparedAsync();
        (await sandbox.BuildAsync("P")).Succeeded();
        await ExpectAsync(sandbox, "unchanged", compiled: false);

        List<string> wrong = [];
        foreach ((string file, string changed) in ((string, string)[])
        [
            ("P/P.cs", "public class P { public int Other; }"),
            ("P/added.cs", "public class Added;"),
            ("P/table.txt", "another resource"),
            ("P/extra.json", "{ \"additional\": 2 }"),
            ("P/.editorconfig", "[*.cs]\ndotnet_diagnostic.CS0169.severity = none\n"),
            ("P/.globalconfig", "is_global = true\ndotnet_diagnostic.CS0169.severity = none\n"),
            ("P/notes.txt", "what a generator may read"),
            ("Lib/Lib.cs", "public static class Lib { public static string Say() { return \"\"; } public static int Face; }"),
            ("Gen/Gen.cs", Generator("two")),
            ("Directory.Build.props", sandbox.Read("Directory.Build.props").Replace("<PropertyGroup>", "<PropertyGroup><DefineConstants>$(DefineConstants);MORE</DefineConstants>", StringComparison.Ordinal)),
        ])
        {
            string? before = File.Exists(sandbox.PathOf(file)) ? sandbox.Read(file) : null;
            sandbox.Write(file, changed);
            wrong.AddRange(await DifferenceAsync(sandbox, file, compiled: true));
            if (before is null)
            {
                File.Delete(sandbox.PathOf(file));
            }
            else
            {
                sandbox.Write(file, before);
            }

            wrong.AddRange(await DifferenceAsync(sandbox, $"{file} undone", compiled: false));
        }

        Assert.Empty(wrong);
    }

    private static async Task ExpectAsync(Sandbox sandbox, string what, bool compiled) => Assert.Empty(await DifferenceAsync(sandbox, what, compiled));

    private static async Task<string[]> DifferenceAsync(Sandbox sandbox, string what, bool compiled)
    {
        sandbox.DeleteOutputs();
        string gate = (await sandbox.BuildAsync("P")).Succeeded().GateOf("P");
        return gate == (compiled ? "none" : "compile") ? [] : [$"{what}: {gate}"];
    }

    /// <summary>P has a target of its own, so that the project gate leaves it to the compile gate; it references Lib and uses the generator Gen.</summary>
    private static async Task<Sandbox> PreparedAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("Gen", "lib", body: "<ItemGroup><Reference Include=\"$(RoslynTargetsPath)/bincore/Microsoft.CodeAnalysis.dll\" Private=\"false\" /></ItemGroup>");
        sandbox.Write("Gen/Gen.cs", Generator("one"));
        sandbox.WriteProject("P", "lib", references: "Lib", body: """
            <ItemGroup>
              <ProjectReference Include="../Gen/Gen.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
              <EmbeddedResource Include="table.txt" />
              <AdditionalFiles Include="extra.json" />
            </ItemGroup>
            <Target Name="Own" AfterTargets="CoreCompile"><Touch Files="$(IntermediateOutputPath)own.txt" AlwaysCreate="true" /></Target>
            """);
        sandbox.Write("P/P.cs", "public class P { private int unused; }");
        sandbox.Write("P/table.txt", "a resource");
        sandbox.Write("P/extra.json", "{ \"additional\": 1 }");
        sandbox.Write("P/notes.txt", "notes");
        return sandbox;
    }

    private static string Generator(string text) => $$"""
        using Microsoft.CodeAnalysis;
        [Generator]
        public class Gen : IIncrementalGenerator
        {
            public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterPostInitializationOutput(
                output => output.AddSource("g", "class G { const string Text = \"{{text}}\"; }"));
        }
        """;
}
