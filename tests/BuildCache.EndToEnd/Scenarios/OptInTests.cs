namespace BuildCache.EndToEnd.Scenarios;

public class OptInTests
{
    public static TheoryData<string> Ways => ["element in the project", "element in Directory.Build.props", "second SDK of the project", "PackageReference", "version in global.json"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Each_way_of_opting_in_caches_and_heeds_settings_in_Directory_Build_props(string way)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.Write("global.json", """{ "sdk": { "version": "10.0.100", "rollForward": "latestFeature" } }""");
        string element = $"<Sdk Name=\"BuildCache.Sdk\" Version=\"{sandbox.Version}\" />";
        string sdk = "Microsoft.NET.Sdk", inProject = "", inProps = "";
        switch (way)
        {
            case "element in the project":
                inProject = element;
                break;
            case "element in Directory.Build.props":
                inProps = element;
                break;
            case "second SDK of the project":
                sdk += $";BuildCache.Sdk/{sandbox.Version}";
                break;
            case "PackageReference":
                inProject = $"<ItemGroup><PackageReference Include=\"BuildCache.Sdk\" Version=\"{sandbox.Version}\" PrivateAssets=\"all\" /></ItemGroup>";
                break;
            default:
                sandbox.Write("global.json", $$"""{ "sdk": { "version": "10.0.100", "rollForward": "latestFeature" }, "msbuild-sdks": { "BuildCache.Sdk": "{{sandbox.Version}}" } }""");
                inProject = "<Sdk Name=\"BuildCache.Sdk\" />";
                break;
        }

        void WriteProps(string salt) => sandbox.Write("Directory.Build.props", $"<Project>{inProps}<PropertyGroup><BuildCacheSalt>{salt}</BuildCacheSalt></PropertyGroup></Project>");
        WriteProps("one");
        sandbox.WriteProject("Hello", "exe");
        sandbox.Write("Hello/Hello.csproj", $"<Project Sdk=\"{sdk}\">{inProject}<PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        WriteProps("two");
        (await sandbox.BuildAsync("Hello", "-p:BuildCacheExplain=true")).Expect(misses: "Hello");
    }
}
