namespace BuildCache.EndToEnd;

/// <summary>What compilers read or do without any item or property that says so.</summary>
public class CompilerInputTests
{
    [Fact]
    public async Task A_file_that_a_documentation_comment_takes_in_counts_wherever_it_lies()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("P", "lib", "<GenerateDocumentationFile>true</GenerateDocumentationFile>");
        sandbox.Write("P/P.cs", "/// <include file='../docs/p.xml' path='docs/*' />\npublic class P;\n");
        sandbox.Write("docs/p.xml", "<docs><summary>First.</summary></docs>");
        (await sandbox.BuildAsync("P")).Expect(misses: "P");
        Assert.Contains("First.", sandbox.Read("P/bin/Debug/net10.0/P.xml"), StringComparison.Ordinal);

        sandbox.Write("docs/p.xml", "<docs><summary>Second.</summary></docs>");
        sandbox.DeleteOutputs();
        Assert.Equal("project", (await sandbox.BuildAsync("P")).Expect(misses: "P").GateOf("P"));
        Assert.Contains("Second.", sandbox.Read("P/bin/Debug/net10.0/P.xml"), StringComparison.Ordinal);

        sandbox.Write("docs/p.xml", "<docs><summary>First.</summary></docs>");
        (await sandbox.BuildAsync("P")).Expect(hits: "P");
        Assert.Contains("First.", sandbox.Read("P/bin/Debug/net10.0/P.xml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_is_not_deterministic_is_named_and_built()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<Deterministic>false</Deterministic>");
        sandbox.Write("Hello/Version.cs", "[assembly: System.Reflection.AssemblyVersion(\"1.0.*\")]\n");
        sandbox.Write("Hello/Hello.csproj", sandbox.Read("Hello/Hello.csproj").Replace("<OutputType>", "<GenerateAssemblyInfo>false</GenerateAssemblyInfo><OutputType>", StringComparison.Ordinal));
        BuildResult result = (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello");
        Assert.Contains("Deterministic=false", result.ReasonOf("Hello"), StringComparison.Ordinal);

        sandbox.DeleteOutputs();
        Assert.Equal("none", (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello").GateOf("Hello"));
    }
}
