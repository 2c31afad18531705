namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What a known package runs that was not looked at: targets of others, which it calls in a build of its own, and what a later version of it brings.</summary>
public class NestedTargetTests
{
    private static string Generate(string to) => $"""
        <Exec Command="cat ../shared/template.txt &gt; &quot;{to}&quot;" Condition="'$(OS)' != 'Windows_NT'" />
        <Exec Command="type ..\shared\template.txt &gt; &quot;{to}&quot;" Condition="'$(OS)' == 'Windows_NT'" />
        """;

    private static readonly string[] s_texts = ["one", "two"];

    [Fact]
    public async Task A_known_package_is_known_for_its_own_targets_and_for_what_they_did()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        (_, string packages) = PackageFeed.Create(sandbox);

        // The package calls a target by the name of the generator, in the same project with other global properties.
        sandbox.WriteProject("Client", "lib", body: $"""
            <ItemGroup><PackageReference Include="Microsoft.Extensions.ApiDescription.Client" Version="10.0.15" /><OpenApiReference Include="api.json" CodeGenerator="Mine" /></ItemGroup>
            <Target Name="GenerateMine"><MakeDir Directories="$([System.IO.Path]::GetDirectoryName('$(GeneratorTargetPath)'))" />{Generate("$(GeneratorTargetPath)")}</Target>
            """);
        sandbox.Write("Client/api.json", "{}");

        // A target that was looked at, with another task; and one that was not there.
        sandbox.WriteProject("Task", "lib", body: "<Import Project=\"$(NuGetPackageRoot)/polysharp/99.0.0/build/PolySharp.targets\" />");
        sandbox.WriteProject("Target", "lib", body: "<Import Project=\"$(NuGetPackageRoot)/polysharp/98.0.0/build/PolySharp.targets\" />");
        sandbox.WriteProject("Same", "lib", body: "<Import Project=\"$(NuGetPackageRoot)/polysharp/97.0.0/build/PolySharp.targets\" />");
        WriteTargets("99.0.0", "_PolySharpGatherAnalyzers", Generate("$(IntermediateOutputPath)made.cs"));
        WriteTargets("98.0.0", "_PolySharpMakeText", Generate("$(IntermediateOutputPath)made.cs"));
        WriteTargets("97.0.0", "_PolySharpGatherAnalyzers", "<PropertyGroup Condition=\"Exists('../shared/none')\"><Nothing /></PropertyGroup>");
        sandbox.WriteSolution("Client", "Task", "Target", "Same");

        foreach (string text in s_texts)
        {
            sandbox.Write("shared/template.txt", $"public static class Made {{ public const string Text = \"{text}\"; }}\n");
            sandbox.DeleteOutputs();
            BuildResult build = (await sandbox.BuildAsync()).Expect(skipped: "Client Task Target", misses: text == "one" ? "Same" : "", hits: text == "two" ? "Same" : "");
            Assert.Contains("GenerateMine", build.ReasonOf("Client"), StringComparison.Ordinal);
            Assert.Contains("'_PolySharpGatherAnalyzers' of {packages}/polysharp/99.0.0/build/PolySharp.targets runs the task Exec", build.ReasonOf("Task"), StringComparison.Ordinal);
            Assert.Contains("'_PolySharpMakeText'", build.ReasonOf("Target"), StringComparison.Ordinal);
            foreach (string name in (string[])["Client", "Task", "Target"])
            {
                byte[] assembly = File.ReadAllBytes(sandbox.PathOf($"{name}/bin/Debug/net10.0/{name}.dll"));
                Assert.True(assembly.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes(text)) >= 0, $"{name} has not '{text}'");
            }
        }

        void WriteTargets(string version, string target, string body)
        {
            string folder = Directory.CreateDirectory(Path.Combine(packages, "polysharp", version, "build")).FullName;
            File.WriteAllText(Path.Combine(folder, "PolySharp.targets"), $"""
                <Project>
                  <Target Name="{target}" BeforeTargets="BeforeCompile;CoreCompile">
                    {body}
                    <ItemGroup><Compile Include="$(IntermediateOutputPath)made.cs" Condition="'{version}' != '97.0.0'" /></ItemGroup>
                  </Target>
                </Project>
                """);
        }
    }
}
