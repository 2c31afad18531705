using System.Security.Cryptography;

namespace BuildCache.EndToEnd.Facts;

public class SourceRows
{
    [Fact]
    public async Task Files_that_are_compiled_copied_embedded_or_only_lie_there()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync();
        sandbox.Write("Other/Extra.cs", "public class Extra;\n");
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.FileAsync("Lib/Lib.cs", "public static class Lib { public static string Say() { return \"changed\"; } }\n", RowRepository.Chain);
        await rows.FileAsync("Other/Other.cs", "public class Other2;\n", "Other");
        await rows.FileAsync("Mid/Added.cs", "public class Added;\n", "Mid App");
        await rows.RemovalAsync("Other/Extra.cs", "Other");
        await rows.FileAsync("Lib/settings.json", "{ \"changed\": true }", RowRepository.Chain);
        await rows.FileAsync("Other/notes.txt", "a generator may read it", "Other");
        await rows.FileAsync("Other/Other.csproj.user", "<Project><PropertyGroup><DefineConstants>$(DefineConstants);USER</DefineConstants></PropertyGroup></Project>", "Other");
        await rows.FileAsync("README.txt", "in no project's folder", "");
        await rows.AssertAllRightAsync();
    }

    [Fact]
    public async Task Files_that_items_and_properties_name()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync(
            "<SignAssembly>true</SignAssembly><AssemblyOriginatorKeyFile>../shared/key.snk</AssemblyOriginatorKeyFile><CodeAnalysisRuleSet>../shared/rules.ruleset</CodeAnalysisRuleSet><RootNamespace>Other</RootNamespace>",
            """
            <ItemGroup>
              <Compile Include="../shared/Linked.cs" Link="Linked.cs" />
              <EmbeddedResource Include="../shared/data.txt" />
              <EmbeddedResource Include="../shared/Strings.resx;../shared/Strings.de.resx" />
              <AdditionalFiles Include="../shared/additional.txt" />
              <EditorConfigFiles Include="../shared/more.globalconfig" />
              <Analyzer Include="../shared/analyzer.dll" />
              <Own Include="../shared/own.txt" />
            </ItemGroup>
            """,
            "<ApplicationManifest>../shared/app.manifest</ApplicationManifest><ApplicationIcon>../shared/app.ico</ApplicationIcon>");
        sandbox.Write("shared/Linked.cs", "public class Linked;\n");
        sandbox.Write("shared/data.txt", "one");
        sandbox.Write("shared/Strings.resx", Resource("one"));
        sandbox.Write("shared/Strings.de.resx", Resource("eins"));
        sandbox.Write("shared/additional.txt", "one");
        sandbox.Write("shared/more.globalconfig", "is_global = true\ndotnet_diagnostic.CS0168.severity = none\n");
        sandbox.Write("shared/own.txt", "one");
        sandbox.Write("shared/rules.ruleset", RuleSet("None"));
        sandbox.Write("shared/app.manifest", Manifest("one"));
        File.WriteAllBytes(sandbox.PathOf("shared/app.ico"), Icon(1));
        File.WriteAllBytes(sandbox.PathOf("shared/key.snk"), Key());
        File.Copy(typeof(SourceRows).Assembly.Location, sandbox.PathOf("shared/analyzer.dll"));
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.FileAsync("shared/Linked.cs", "public class Linked2;\n", "Other");
        await rows.FileAsync("shared/data.txt", "two", "Other");
        await rows.FileAsync("shared/Strings.resx", Resource("two"), "Other");
        await rows.FileAsync("shared/Strings.de.resx", Resource("zwei"), "Other");
        await rows.FileAsync("shared/additional.txt", "two", "Other");
        await rows.FileAsync("shared/more.globalconfig", "is_global = true\ndotnet_diagnostic.CS0168.severity = error\n", "Other");
        await rows.FileAsync("shared/own.txt", "two", "Other");
        await rows.FileAsync("shared/rules.ruleset", RuleSet("Info"), "Other");
        await rows.FileAsync("shared/key.snk", Key(), "Other");
        await rows.FileAsync("shared/analyzer.dll", File.ReadAllBytes(typeof(FactAttribute).Assembly.Location), "Other");
        await rows.FileAsync("shared/app.manifest", Manifest("two"), "App");
        await rows.FileAsync("shared/app.ico", Icon(2), "App");
        await rows.AssertAllRightAsync();
    }

    private static string Resource(string value) => $"""
        <root>
          <resheader name="resmimetype"><value>text/microsoft-resx</value></resheader>
          <resheader name="version"><value>2.0</value></resheader>
          <resheader name="reader"><value>System.Resources.ResXResourceReader</value></resheader>
          <resheader name="writer"><value>System.Resources.ResXResourceWriter</value></resheader>
          <data name="Text" xml:space="preserve"><value>{value}</value></data>
        </root>
        """;

    private static string RuleSet(string action) =>
        $"<RuleSet Name=\"R\" ToolsVersion=\"17.0\"><Rules AnalyzerId=\"A\" RuleNamespace=\"A\"><Rule Id=\"CS0169\" Action=\"{action}\" /></Rules></RuleSet>";

    private static string Manifest(string name) =>
        $"<assembly manifestVersion=\"1.0\" xmlns=\"urn:schemas-microsoft-com:asm.v1\"><assemblyIdentity version=\"1.0.0.0\" name=\"{name}\" /></assembly>";

    private static byte[] Key()
    {
        using RSACryptoServiceProvider rsa = new(2048);
        return rsa.ExportCspBlob(includePrivateParameters: true);
    }

    /// <summary>An icon of one pixel.</summary>
    private static byte[] Icon(byte shade)
    {
        byte[] image = new byte[40 + 4 + 4];
        (image[0], image[4], image[8], image[12], image[14], image[40]) = (40, 1, 2, 1, 32, shade);
        return [0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 32, 0, (byte)image.Length, 0, 0, 0, 22, 0, 0, 0, .. image];
    }
}
