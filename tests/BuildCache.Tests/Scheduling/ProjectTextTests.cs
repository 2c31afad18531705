using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class ProjectTextTests : TestFolder
{
    private ProjectText Read(string text) => ProjectText.Read(Write("src/App/App.csproj", text));

    [Fact]
    public void References_are_read_as_they_are_written()
    {
        ProjectText text = Read("""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <ProjectReference Include="..\Lib\Lib.csproj" />
                <ProjectReference Include="../A/A.csproj; $(MSBuildThisFileDirectory)../B/B.csproj"><Private>false</Private></ProjectReference>
                <ProjectReference Include="$(Unknown)/C.csproj;../*/D.csproj" />
                <ProjectReference Remove="../E/E.csproj" />
              </ItemGroup>
            </Project>
            """);

        Assert.Equal([PathOf("src/Lib/Lib.csproj"), PathOf("src/A/A.csproj"), PathOf("src/B/B.csproj")], text.References);
    }

    [Theory]
    [InlineData("<TargetFramework>net10.0</TargetFramework>", "net10.0")]
    [InlineData("<TargetFrameworks>net10.0; net9.0</TargetFrameworks>", "net10.0 net9.0")]
    [InlineData("<TargetFramework>$(Default)</TargetFramework>", "")]
    [InlineData("<TargetFramework />", "")]
    public void Frameworks_are_read_as_they_are_written(string property, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read($"<Project Sdk=\"S\"><PropertyGroup>{property}</PropertyGroup></Project>").Frameworks));

    [Theory]
    [InlineData("<Project Sdk=\"Microsoft.NET.Sdk\" />", true)]
    [InlineData("<Project DefaultTargets=\"build\" />", true)]
    [InlineData("<Project Sdk=\"Microsoft.NET.Sdk\" DefaultTargets=\"Pack\" />", false)]
    [InlineData("<Project DefaultTargets=\"Build;Pack\" />", false)]
    [InlineData("<Project />", false)]
    [InlineData("<Project", false)]
    [InlineData("", false)]
    public void A_project_builds_by_default_if_it_says_so_or_its_SDK_does(string text, bool expected) =>
        Assert.Equal(expected, Read(text).BuildsByDefault);

    [Fact]
    public void A_project_that_is_gone_says_nothing() => Assert.Empty(ProjectText.Read(PathOf("gone.csproj")).References);
}
