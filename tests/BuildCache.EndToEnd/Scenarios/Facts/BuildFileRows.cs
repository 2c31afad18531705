namespace BuildCache.EndToEnd.Facts;

public class BuildFileRows
{
    private const string Define = "<PropertyGroup><DefineConstants>$(DefineConstants);CHANGED</DefineConstants></PropertyGroup>";

    [Fact]
    public async Task Files_that_the_build_looks_for_by_name()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync();
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.EditAsync("Directory.Build.props", "</Project>", Define + "</Project>", RowRepository.All);
        await rows.FileAsync("Directory.Build.targets", $"<Project>{Define}</Project>", RowRepository.All);
        await rows.FileAsync("Directory.Packages.props", $"<Project>{Define}</Project>", RowRepository.All);
        await rows.FileAsync("Other/Directory.Build.props", $"<Project><Import Project=\"../Directory.Build.props\" />{Define}</Project>", "Other");
        await rows.FileAsync("Other/Directory.Build.targets", $"<Project>{Define}</Project>", "Other");
        await rows.FileAsync("Other/Directory.Packages.props", $"<Project>{Define}</Project>", "Other");
        await rows.FileAsync("Mid/.editorconfig", "[*.cs]\ndotnet_diagnostic.CS0168.severity = none\n", "Mid");
        await rows.FileAsync(".editorconfig", "[*.cs]\ndotnet_diagnostic.CS0168.severity = none\n", RowRepository.All);
        await rows.FileAsync(".globalconfig", "is_global = true\ndotnet_diagnostic.CS0168.severity = none\n", RowRepository.All);
        await rows.FileAsync("Directory.Build.rsp", "-p:AnyName=changed\n", RowRepository.All);
        await rows.FileAsync("Other/nuget.config", "<configuration />", "Other");
        await rows.EditAsync("global.json", "latestFeature", "latestMinor", RowRepository.All);
        await rows.FileAsync("../.editorconfig", "[*.cs]\ndotnet_diagnostic.CS0168.severity = none\n", RowRepository.All);
        await rows.FileAsync("../.globalconfig", "is_global = true\ndotnet_diagnostic.CS0168.severity = none\n", RowRepository.All);
        await rows.FileAsync("../nuget.config", "<configuration />", RowRepository.All);
        await rows.AssertAllRightAsync();
    }

    [Fact]
    public async Task Files_that_are_imported_and_questions_whether_a_file_is_there()
    {
        using Sandbox sandbox = await RowRepository.CreateAsync(body: """
            <Import Project="../../outside.props" />
            <Import Project="maybe.props" Condition="Exists('maybe.props')" />
            <Import Project="parts/*.props" />
            <PropertyGroup>
              <DefineConstants Condition="Exists('../flag.txt')">$(DefineConstants);FLAG</DefineConstants>
              <Above>$([MSBuild]::GetPathOfFileAbove('above.txt'))</Above>
            </PropertyGroup>
            """);
        File.WriteAllText(sandbox.PathOf("../outside.props"), "<Project />");
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.FileAsync("../outside.props", $"<Project>{Define}</Project>", "Other");
        await rows.FileAsync("Other/maybe.props", $"<Project>{Define}</Project>", "Other");
        await rows.FileAsync("Other/parts/one.props", $"<Project>{Define}</Project>", "Other");
        await rows.FileAsync("flag.txt", "here", "Other");
        await rows.FileAsync("../above.txt", "here", "Other");
        await rows.AssertAllRightAsync();
    }
}
