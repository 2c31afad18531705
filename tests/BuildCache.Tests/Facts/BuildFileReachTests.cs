using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class BuildFileReachTests
{
    [Fact]
    public void Questions_patterns_and_searches_are_found_outside_of_targets()
    {
        BuildFileReach reach = BuildFileReach.Parse("""
            <Project>
              <Import Project="../eng/*.props" Condition="Exists('../eng') and !Exists('$(Other)off.txt')" />
              <PropertyGroup><A>$([MSBuild]::GetPathOfFileAbove('marker.txt', '$(MSBuildThisFileDirectory)..'))</A><A>2</A></PropertyGroup>
              <ItemGroup Condition="'$(A)' == '2'"><Compile Include="../shared/**/*.cs;$(More)" Exclude="x" Remove="z/*" Condition="'$(B)' == ''" /><None Update="**/*.txt" /></ItemGroup>
              <Target Name="T"><Exec Command="[System.IO.File]::Delete" Condition="Exists('in a target')" /></Target>
            </Project>
            """);

        Assert.Null(reach.Unmodelled);
        Assert.Equal(["../eng", "$(Other)off.txt"], reach.Probes);
        Assert.Equal([("../eng/*.props", "", true), ("../shared/**/*.cs", "x", false)], reach.Globs.Select(glob => (glob.Pattern, glob.Exclude, glob.IsImport)));
        Assert.Equal(["'$(B)' == ''", "'$(A)' == '2'"], reach.Globs[1].Conditions);
        Assert.Empty(reach.Globs[0].Conditions);
        Assert.Equal("$(More)", Assert.Single(reach.Indirect).Pattern);
        Assert.Equal(["marker.txt"], reach.SearchedAbove);
        Assert.Equal(2, reach.Assigned["a"]);
    }

    [Theory]
    [InlineData("<PropertyGroup><A>$([System.IO.File]::ReadAllText('x', 'utf-8'))</A></PropertyGroup>", "System.IO.File::ReadAllText")]
    [InlineData("<PropertyGroup><A>$([System.IO.File]::ReadAllText('$([System.IO.Path]::Combine(`a`, `b`))'))</A></PropertyGroup>", "System.IO.File::ReadAllText")]
    [InlineData("<PropertyGroup><A>$([System.IO.File]::ReadAllLines('x'))</A></PropertyGroup>", "System.IO.File::ReadAllLines")]
    [InlineData("<PropertyGroup><A>$([System.IO.Directory]::GetFiles('x'))</A></PropertyGroup>", "System.IO.Directory::GetFiles")]
    [InlineData("<PropertyGroup><A>$([System.DateTime]::UtcNow)</A></PropertyGroup>", "System.DateTime::UtcNow")]
    [InlineData("<PropertyGroup><A>$([System.Environment]::MachineName)</A></PropertyGroup>", "System.Environment::MachineName")]
    [InlineData("<PropertyGroup><A>$([MSBuild]::GetRegistryValue('a', 'b'))</A></PropertyGroup>", "MSBuild::GetRegistryValue")]
    [InlineData("<PropertyGroup><A>$(Registry:HKEY_LOCAL_MACHINE\\Software\\A@B)</A></PropertyGroup>", "Registry")]
    [InlineData("<PropertyGroup Condition=\"$([System.OperatingSystem]::IsWindowsVersionAtLeast(10))\" />", "IsWindowsVersionAtLeast")]
    [InlineData("<ItemGroup><A Include=\"@(Compile->'%(ModifiedTime)')\" /></ItemGroup>", "ModifiedTime")]
    [InlineData("<ItemGroup><A Include=\"a\"><At>%(Compile.CreatedTime)</At></A></ItemGroup>", "CreatedTime")]
    [InlineData("<PropertyGroup><A>$([System.IO.Path]::GetTempPath())</A></PropertyGroup>", "GetTempPath")]
    [InlineData("<PropertyGroup Condition=\"$([System.IO.File]::Exists('%(Compile.Identity)'))\" />", "System.IO.File::Exists")]
    [InlineData("<PropertyGroup Condition=\"Exists('$([MSBuild]::NormalizePath(`a`))')\" />", "Exists")]
    [InlineData("<PropertyGroup Condition=\"Exists('@(Compile)')\" />", "Exists")]
    [InlineData("<ItemGroup><A Include=\"@(B->Exists())\" /></ItemGroup>", "exist")]
    [InlineData("<PropertyGroup><A>$([MSBuild]::GetPathOfFileAbove('$(Name)'))</A></PropertyGroup>", "searches")]
    [InlineData("<not closed", "no XML")]
    public void What_cannot_be_looked_at_again_is_named(string body, string reason)
    {
        BuildFileReach reach = BuildFileReach.Parse(body.StartsWith("<not", StringComparison.Ordinal) ? body : $"<Project>{body}</Project>");

        Assert.Contains(reason, reach.Unmodelled, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Files_that_functions_ask_for_are_found()
    {
        BuildFileReach reach = BuildFileReach.Parse("""
            <Project>
              <PropertyGroup Condition="$([System.IO.File]::Exists('$(Here)/there.txt')) and !$([System.IO.Directory]::Exists( `there` ))">
                <A>$([System.IO.File]::ReadAllText('$(MSBuildThisFileDirectory)version.txt').Trim())</A>
                <B>$([System.IO.File]::ReadAllText($(RefPath)))</B>
              </PropertyGroup>
            </Project>
            """);

        Assert.Null(reach.Unmodelled);
        Assert.Equal(["$(Here)/there.txt", "there"], reach.Probes);
        Assert.Equal(["$(MSBuildThisFileDirectory)version.txt", "$(RefPath)"], reach.Reads);
    }

    [Theory]
    [InlineData("$([MSBuild]::EnsureTrailingSlash('$(A)'))")]
    [InlineData("$([System.IO.Path]::GetFullPath('$(A)/..'))")]
    [InlineData("$([System.String]::IsNullOrEmpty('$(A)').ToString())")]
    [InlineData("$([System.Text.RegularExpressions.Regex]::Replace('$(A)', '[^a]', ''))")]
    [InlineData("$([System.Environment]::GetEnvironmentVariable('A'))")]
    [InlineData("$([System.OperatingSystem]::IsLinux())")]
    public void Functions_of_their_arguments_are_no_obstacle(string expression) => Assert.Null(PropertyFunctions.FindImpure(expression));
}
