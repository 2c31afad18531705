using System.Text.RegularExpressions;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>A person's own list of work, ordered by what it took before.</summary>
public partial class OrderLongestFirstTests
{
    // As docs/scheduling.md shows it; the steps only wait.
    private const string Steps = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
          <UsingTask TaskName="Wait" TaskFactory="RoslynCodeTaskFactory" AssemblyFile="$(MSBuildToolsPath)/Microsoft.Build.Tasks.Core.dll">
            <ParameterGroup><Milliseconds ParameterType="System.Int32" Required="true" /></ParameterGroup>
            <Task><Code Type="Fragment" Language="cs">System.Threading.Thread.Sleep(Milliseconds);</Code></Task>
          </UsingTask>
          <ItemGroup>
            <Step Include="docs" Milliseconds="30" />
            <Step Include="installer" Milliseconds="900" />
            <Step Include="images" Milliseconds="400" WorkKey="images/linux" />
            <Step Include="new" Milliseconds="1" Condition="'$(WithNew)' == 'true'" />
          </ItemGroup>
          <Target Name="AllSteps">
            <OrderLongestFirst Items="@(Step)"><Output TaskParameter="Ordered" ItemName="_Ordered" /></OrderLongestFirst>
            <Message Importance="high" Text="ORDER @(_Ordered, ' ')" />
            <MSBuild Projects="$(MSBuildProjectFullPath)" Targets="OneStep" BuildInParallel="true" Properties="Step=%(_Ordered.Identity);Key=%(_Ordered.WorkKey);Milliseconds=%(_Ordered.Milliseconds)" />
          </Target>
          <Target Name="OneStep">
            <PropertyGroup><Key Condition="'$(Key)' == ''">$(Step)</Key></PropertyGroup>
            <BeginTimedWork Key="$(Key)" />
            <Wait Milliseconds="$(Milliseconds)" />
            <Error Text="The step failed." Condition="'$(FailingStep)' == '$(Step)'" />
            <EndTimedWork Key="$(Key)" />
          </Target>
          <Target Name="Forgotten"><EndTimedWork Key="never begun" /></Target>
        </Project>
        """;

    [Fact]
    public async Task Work_is_listed_as_it_was_until_it_is_known_and_longest_first_then()
    {
        using Sandbox sandbox = await StepsAsync();

        Assert.Equal("docs installer images", Order(await RunAsync(sandbox)));
        Assert.Equal("installer images docs", Order(await RunAsync(sandbox)));
        Assert.Equal("docs installer images", Order(await RunAsync(sandbox, "-p:BuildCacheSchedule=off")));
    }

    [Fact]
    public async Task Work_that_is_new_counts_as_a_typical_one()
    {
        using Sandbox sandbox = await StepsAsync();
        await RunAsync(sandbox);

        Assert.Equal("installer images new docs", Order(await RunAsync(sandbox, "-p:WithNew=true")));
    }

    [Fact]
    public async Task Only_what_succeeds_is_remembered()
    {
        using Sandbox sandbox = await StepsAsync();
        (await sandbox.DotnetAsync("build", "Steps", "-t:AllSteps", "-nologo", "-tl:off", "--no-restore", "-p:FailingStep=installer")).Failed();

        BuildResult exported = (await sandbox.DotnetAsync("build", "Steps", "-t:BuildCacheExportHistory", "-nologo", "-tl:off", "--no-restore", $"-p:BuildCacheHistoryFile={sandbox.PathOf(".git/history.json")}")).Succeeded();

        Assert.Contains("durations written", exported.Output, StringComparison.Ordinal);
        string history = sandbox.Read(".git/history.json");
        Assert.Contains("\"docs\"", history, StringComparison.Ordinal);
        Assert.DoesNotContain("\"installer\"", history, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_without_a_beginning_is_an_error_that_says_so()
    {
        using Sandbox sandbox = await StepsAsync();

        BuildResult result = (await sandbox.DotnetAsync("build", "Steps", "-t:Forgotten", "-nologo", "-tl:off", "--no-restore")).Failed();

        Assert.Contains("error BCSDK6012", result.Output, StringComparison.Ordinal);
    }

    private static async Task<Sandbox> StepsAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.Write("Steps/Steps.csproj", Steps);
        return sandbox;
    }

    private static async Task<BuildResult> RunAsync(Sandbox sandbox, params string[] more) =>
        (await sandbox.DotnetAsync(["build", "Steps", "-t:AllSteps", "-nologo", "-tl:off", "--no-restore", .. more])).Succeeded();

    private static string Order(BuildResult result) => OrderPattern().Match(result.Output).Groups[1].Value.Trim();

    [GeneratedRegex("ORDER (.*)")]
    private static partial Regex OrderPattern();
}
