namespace BuildCache.Soak;

/// <summary>
/// The package Soak.Texts in two versions, in the source that holds the SDK: an assembly, a file that projects get into
/// their output folder, and a property.
/// </summary>
internal static class TextsPackage
{
    public static readonly string[] Versions = ["1.0.0", "2.0.0"];

    /// <summary>Packs both.</summary>
    public static async Task PackAsync()
    {
        string folder = Directory.CreateDirectory(Path.Combine(PackedSdk.Scratch, "texts")).FullName;
        foreach (string stopper in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(Path.Combine(folder, stopper), "<Project />\n");
        }

        File.WriteAllText(Path.Combine(folder, "Soak.Texts.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>netstandard2.0</TargetFramework>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <Content Include="letters.txt" PackagePath="contentFiles/any/any" PackageCopyToOutput="true" />
                <None Include="Soak.Texts.props" Pack="true" PackagePath="build" />
              </ItemGroup>
            </Project>

            """);
        foreach (string version in Versions)
        {
            File.WriteAllText(Path.Combine(folder, "Texts.cs"), $$"""
                namespace Soak
                {
                    public static class Texts
                    {
                        public const string Name = "{{version}}";

                        public static string Say() { return "of {{version}}"; }
                    }
                }

                """);
            File.WriteAllText(Path.Combine(folder, "letters.txt"), $"Letters of {version}\n");
            File.WriteAllText(Path.Combine(folder, "Soak.Texts.props"), $"<Project><PropertyGroup><SoakTexts>{version}</SoakTexts></PropertyGroup></Project>\n");
            (int exitCode, string output) = await Tool.RunAsync(
                folder, Tool.CleanEnvironment(), "dotnet", "pack", "-nologo", $"-p:Version={version}", $"-p:PackageOutputPath={PackedSdk.Feed}");
            Assert.True(exitCode == 0, output);
        }
    }
}
