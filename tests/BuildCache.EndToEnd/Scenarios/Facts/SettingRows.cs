namespace BuildCache.EndToEnd.Facts;

public class SettingRows
{
    [Fact]
    public async Task Properties_of_the_command_line()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync();
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.ArgumentsAsync(RowRepository.All, "-p:LangVersion=13");
        await rows.ArgumentsAsync(RowRepository.All, "-p:DefineConstants=CHANGED");
        await rows.ArgumentsAsync(RowRepository.All, "-c", "Release");
        await rows.ArgumentsAsync(RowRepository.All, "-p:PlatformTarget=x64");
        await rows.ArgumentsAsync(RowRepository.All, "-p:NobodyKnowsThis=1");
        await rows.ArgumentsAsync(RowRepository.All, "-p:NuGetAuditLevel=critical");
        await rows.ArgumentsAsync(RowRepository.All, "-p:TreatWarningsAsErrors=true");
        await rows.ArgumentsAsync(RowRepository.All, "-p:BuildCacheSourceRevision=exact");
        await rows.ArgumentsAsync(RowRepository.All, "-p:BuildCacheSalt=another");
        await rows.ArgumentsAsync(RowRepository.All, "-p:BuildCacheRelocatable=true");
        await rows.ArgumentsAsync("", "-p:BuildCacheExplain=true");
        await rows.ArgumentsAsync("", "-m:2");
        await rows.AssertAllRightAsync();
    }

    [Fact]
    public async Task The_project_file_and_what_it_says_of_its_references()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync();
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.EditAsync("Lib/Lib.csproj", "<ItemGroup>", "<ItemGroup><InternalsVisibleTo Include=\"Mid\" />", RowRepository.Chain);
        await rows.EditAsync("Other/Other.csproj", "<ItemGroup>", "<ItemGroup><ProjectReference Include=\"../Lib/Lib.csproj\" />", "Other");
        await rows.EditAsync("Mid/Mid.csproj", "Lib.csproj\" />", "Lib.csproj\" PrivateAssets=\"all\" />", "Mid App");
        await rows.EditAsync("Other/Other.csproj", "<TargetFramework>net10.0<", "<TargetFramework>netstandard2.0<", "Other");
        await rows.EditAsync("App/App.csproj", "<OutputType>", $"<SelfContained>false</SelfContained><RuntimeIdentifier>{System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier><OutputType>", "App");
        await rows.EditAsync("Other/Other.csproj", "<ItemGroup>", "<ItemGroup><Using Include=\"System.Text\" />", "Other");
        await rows.AssertAllRightAsync();
    }

    [Fact]
    public async Task A_property_of_the_solution_counts_where_a_project_mentions_it()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync("<Description>part of $(SolutionName)</Description>");
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();
        string second = sandbox.PathOf("second/Second.slnx");

        await rows.ChangeAsync(
            "another solution",
            "Other",
            () => sandbox.Write("second/Second.slnx", sandbox.Read("All.slnx").Replace("Path=\"", "Path=\"../", StringComparison.Ordinal)),
            () => File.Delete(second),
            second);
        await rows.AssertAllRightAsync();
    }

    [Fact]
    public async Task The_clock_in_a_property_makes_every_build_a_miss()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync("<Description>$([System.DateTime]::UtcNow.Ticks)</Description>");
        (await sandbox.BuildAsync()).Expect(misses: RowRepository.All);
        (await sandbox.BuildAsync()).Expect(hits: RowRepository.Chain, misses: "Other");
        (await sandbox.BuildAsync()).Expect(hits: RowRepository.Chain, misses: "Other");
    }

    [Fact]
    public async Task Environment_variables_count_where_they_can_reach_the_build()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync(body: """
            <PropertyGroup>
              <DefineConstants Condition="'$(IN_CONDITION)' == 'changed'">$(DefineConstants);CHANGED</DefineConstants>
              <Description>$([System.Environment]::GetEnvironmentVariable('IN_FUNCTION'))</Description>
              <Authors>$(Another_Case)</Authors>
            </PropertyGroup>
            <ItemGroup>
              <CompilerVisibleProperty Include="VISIBLE_TO_COMPILER" />
              <BuildCacheEnvironment Include="DECLARED" />
            </ItemGroup>
            """);
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.VariableAsync("IN_CONDITION", "Other");
        await rows.VariableAsync("IN_FUNCTION", "Other");
        await rows.VariableAsync("ANOTHER_CASE", "Other");
        await rows.VariableAsync("VISIBLE_TO_COMPILER", "Other");
        await rows.VariableAsync("DECLARED", "Other");
        await rows.VariableAsync("LangVersionIsNotThis", "");
        await rows.VariableAsync("DefineConstants", RowRepository.All);
        await rows.AssertAllRightAsync();
    }
}
