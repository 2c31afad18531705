using System.Security.Cryptography;

namespace BuildCache.EndToEnd;

/// <summary>Files that are read because another file names them, not an item or a property. In place MSBuild does not compare their times.</summary>
public class NamedInFilesTests
{
    private const string Resource = """
        <root>
          <resheader name='resmimetype'><value>text/microsoft-resx</value></resheader>
          <resheader name='version'><value>2.0</value></resheader>
          <resheader name='reader'><value>System.Resources.ResXResourceReader, System.Windows.Forms, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089</value></resheader>
          <resheader name='writer'><value>System.Resources.ResXResourceWriter, System.Windows.Forms, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089</value></resheader>
          <assembly alias='System.Windows.Forms' name='System.Windows.Forms, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089' />
          <data name='Text' type='System.Resources.ResXFileRef, System.Windows.Forms'>
            <value>../named/text.txt;System.String, mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089;utf-8</value>
          </data>
        </root>
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_one_is_built_in_place(bool bySolution)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheSolutionGate>{(bySolution ? "true" : "false")}</BuildCacheSolutionGate>");
        sandbox.WriteProject("P", "exe", "<GenerateDocumentationFile>true</GenerateDocumentationFile><CompilerResponseFile>../named/first.rsp</CompilerResponseFile>");
        sandbox.WriteSolution("P");
        sandbox.Write("P/R.resx", Resource);
        sandbox.Write("named/text.txt", "text 1");
        sandbox.Write("named/first.rsp", "# the real options\n@\"../named/second.rsp\"\n");
        sandbox.Write("named/second.rsp", "/define:ONE\n");
        sandbox.Write("named/first.xml", "<docs><include file='more/second.xml' path='docs/*' /></docs>");
        sandbox.Write("named/more/second.xml", "<docs><summary>Comment 1.</summary></docs>");
        sandbox.Write("P/P.cs", """
            /// <include file='../named/first.xml' path='docs/*' />
            public class P
            {
                public static void Main() => System.Console.WriteLine(new System.Resources.ResourceManager("P.R", typeof(P).Assembly).GetString("Text") + Option);
            #if ONE
                private const string Option = " option 1";
            #else
                private const string Option = " option 2";
            #endif
            }
            """);
        (await sandbox.BuildAsync()).Expect(misses: "P");
        (await sandbox.BuildAsync()).Expect(hits: "P");
        await ExpectAsync("text 1 option 1", "Comment 1.");

        sandbox.Write("named/text.txt", "text 2");
        (await sandbox.BuildAsync()).Expect(misses: "P");
        await ExpectAsync("text 2 option 1", "Comment 1.");

        sandbox.Write("named/second.rsp", "/define:TWO\n");
        (await sandbox.BuildAsync()).Expect(misses: "P");
        await ExpectAsync("text 2 option 2", "Comment 1.");

        sandbox.Write("named/more/second.xml", "<docs><summary>Comment 2.</summary></docs>");
        (await sandbox.BuildAsync()).Expect(misses: "P");
        await ExpectAsync("text 2 option 2", "Comment 2.");

        // What was published is what a fresh clone gets, and what a build without the cache makes.
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "P");
        SortedDictionary<string, string> cached = TreeSnapshot.TimelessOutputs(sandbox.Root);
        TreeSnapshot.AssertEqual(await sandbox.StockAsync(), cached);

        async Task ExpectAsync(string said, string comment)
        {
            Assert.Contains(said, await sandbox.CommandAsync("run", "--no-build", "--project", "P"), StringComparison.Ordinal);
            Assert.Contains(comment, sandbox.Read("P/bin/Debug/net10.0/P.xml"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rule_set_that_is_included_counts()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<CodeAnalysisRuleSet>../rules/first.ruleset</CodeAnalysisRuleSet>");
        sandbox.Write("Hello/Unused.cs", "internal class Unused { private void M() { int unused; } }\n");
        sandbox.Write("rules/first.ruleset", "<RuleSet Name='first' ToolsVersion='15.0'><Include Path='second.ruleset' Action='Default' /></RuleSet>");
        sandbox.Write("rules/second.ruleset", Second("None"));
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello").Succeeded();
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        sandbox.Write("rules/second.ruleset", Second("Error"));
        Assert.Contains("error CS0168", (await sandbox.BuildAsync("Hello")).Failed().Output, StringComparison.Ordinal);

        static string Second(string action) =>
            $"<RuleSet Name='second' ToolsVersion='15.0'><Rules AnalyzerId='C' RuleNamespace='C'><Rule Id='CS0168' Action='{action}' /></Rules></RuleSet>";
    }

    [Fact]
    public async Task Options_whose_reach_is_not_known_are_refused_by_name()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync("<CompilerResponseFile>../more.rsp</CompilerResponseFile>");
        sandbox.Write("more.rsp", "/nowarn:1591 /recurse:../more/*.cs\n");
        sandbox.Write("more/More.cs", "internal class More;\n");
        Assert.Contains("/recurse:../more/*.cs", (await sandbox.BuildAsync("Hello")).Expect(skipped: "Hello").ReasonOf("Hello"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_a_source_names_is_refused()
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        using RSACryptoServiceProvider key = new(2048);
        File.WriteAllBytes(sandbox.PathOf("key.snk"), key.ExportCspBlob(includePrivateParameters: true));
        sandbox.Write("Hello/Signed.cs", "[assembly: System.Reflection.AssemblyKeyFile(\"../key.snk\")]\n");
        Assert.Equal("BCSDK2003", (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello").ReasonOf("Hello"));

        // What restore made may be kept, what was signed not.
        Assert.All(sandbox.Entries(), entry => Assert.Contains("project.assets.json", File.ReadAllText(entry, System.Text.Encoding.Latin1), StringComparison.Ordinal));
    }
}
