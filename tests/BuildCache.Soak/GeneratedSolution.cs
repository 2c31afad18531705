namespace BuildCache.Soak;

/// <summary>The solution that a walk begins with: seven small projects, of which Multi is for two frameworks.</summary>
internal static class GeneratedSolution
{
    /// <summary>The environment variable that App compiles in.</summary>
    public const string Variable = "SOAK_FLAVOUR";

    /// <summary>A repository with the solution, committed.</summary>
    /// <param name="relocatable">Whether other folders find what is built in this one.</param>
    public static async Task<Sandbox> CreateAsync(bool relocatable)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn($"<BuildCacheRelocatable>{(relocatable ? "true" : "false")}</BuildCacheRelocatable>");
        Project(sandbox, "Multi", "", items: "", frameworks: "net10.0;netstandard2.0");
        Project(sandbox, "Core", "Multi", """<EmbeddedResource Update="Texts.de.resx" DependentUpon="Texts.resx" />""");
        Project(sandbox, "Data", "Multi", """
            <PackageReference Include="Soak.Texts" Version="1.0.0" />
                <Content Include="content/*.txt" CopyToOutputDirectory="PreserveNewest" />
                <None Include="always/*.txt" CopyToOutputDirectory="Always" />
                <EmbeddedResource Include="templates/*.txt" />
            """);
        Project(sandbox, "Mid", "Core;Data", "");
        Project(sandbox, "Extra", "", "");
        Project(sandbox, "Tool", "Core", "", output: "Exe");
        Project(sandbox, "App", "Mid", $"""
            <AssemblyMetadata Include="Flavour" Value="$({Variable})" />
                <Content Include="settings.json" CopyToOutputDirectory="PreserveNewest" />
            """, output: "Exe");
        sandbox.WriteSolution("Multi", "Core", "Data", "Mid", "Extra", "Tool", "App");
        sandbox.Write("Core/Texts.resx", Resources("text 0"));
        sandbox.Write("Core/Texts.de.resx", Resources("Text 0"));
        sandbox.Write("Data/content/one.txt", "text 0\n");
        sandbox.Write("Data/content/two.txt", "text 0\n");
        sandbox.Write("Data/always/three.txt", "text 0\n");
        sandbox.Write("Data/templates/four.txt", "text 0\n");
        sandbox.Write("Data/Letters.cs", "internal static class Letters\n{\n    public static string Say() { return Soak.Texts.Name + Soak.Texts.Say(); }\n}\n");
        sandbox.Write("App/settings.json", "{ \"text\": \"text 0\" }\n");
        await sandbox.CommitAsync("Start");
        return sandbox;
    }

    /// <summary>A source that makes nothing but one of these types.</summary>
    public static string Part(string type, bool warns) =>
        $"internal static class {type}\n{{\n    public static string Say() {{ {(warns ? "int unused; " : "")}return \"{type} body 0\"; }}\n}}\n";

    /// <summary>A source that uses another project.</summary>
    public static string Use(string project) =>
        $"internal static class Uses{project}\n{{\n    public static string Say() {{ return {project}.Say() + {project}.Describe(0); }}\n}}\n";

    private static void Project(Sandbox sandbox, string name, string references, string items, string frameworks = "net10.0", string output = "Library")
    {
        string[] names = references.Split(';', StringSplitOptions.RemoveEmptyEntries);
        string framework = frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework";
        sandbox.Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <{framework}>{frameworks}</{framework}>
                <OutputType>{output}</OutputType>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(names.Select(reference => $"<ProjectReference Include=\"../{reference}/{reference}.csproj\" />"))}
                {items}
              </ItemGroup>
            </Project>

            """);
        string calls = string.Concat(names.Select(reference => $" + {reference}.Say() + {reference}.Describe(0)"));
        string main = output == "Exe" ? "\n    public static void Main() { System.Console.WriteLine(Say()); }\n" : "";
        sandbox.Write($"{name}/{name}.cs", $$"""
            public static class {{name}}
            {
                public static string Say() { return "{{name}} body 0"{{calls}}; }

                public static string Describe(int value) { return "{{name}}" + value; }
            {{main}}}

            """);
    }

    private static string Resources(string text) => $"""
        <root>
          <resheader name="resmimetype"><value>text/microsoft-resx</value></resheader>
          <resheader name="version"><value>2.0</value></resheader>
          <resheader name="reader"><value>System.Resources.ResXResourceReader, System.Windows.Forms</value></resheader>
          <resheader name="writer"><value>System.Resources.ResXResourceWriter, System.Windows.Forms</value></resheader>
          <data name="Text" xml:space="preserve"><value>{text}</value></data>
        </root>

        """;
}
