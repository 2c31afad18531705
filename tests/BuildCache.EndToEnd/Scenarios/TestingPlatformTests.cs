namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Microsoft.Testing.Platform under <c>dotnet test</c>: its results are out of reach, which is said, and the tests run.</summary>
public class TestingPlatformTests
{
    [Fact]
    public async Task The_runner_of_global_json_runs_tests_each_time_and_a_wish_to_keep_results_is_refused_by_name()
    {
        using Sandbox sandbox = await MtpAsync();
        sandbox.Write("global.json", sandbox.Read("global.json").Replace("\"msbuild-sdks\"", "\"test\": { \"runner\": \"Microsoft.Testing.Platform\" }, \"msbuild-sdks\"", StringComparison.Ordinal));

        string first = await sandbox.CommandAsync("test", "--project", "Mtp");
        string second = await sandbox.CommandAsync("test", "--project", "Mtp", "-p:BuildCacheTestResults=on");

        Assert.Equal(2, sandbox.RunsOf("Mtp"));
        Assert.DoesNotContain("warning BCSDK", first, StringComparison.Ordinal);
        Assert.Contains("warning BCSDK7002", second, StringComparison.Ordinal);
    }

    private static async Task<Sandbox> MtpAsync()
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteTests("Mtp", properties: "<OutputType>Exe</OutputType><UseMicrosoftTestingPlatformRunner>true</UseMicrosoftTestingPlatformRunner>");
        string project = sandbox.Read("Mtp/Mtp.csproj");
        int from = project.IndexOf("<PackageReference", StringComparison.Ordinal);
        int to = project.LastIndexOf("/>", StringComparison.Ordinal) + 2;
        sandbox.Write("Mtp/Mtp.csproj", project[..from] + "<PackageReference Include=\"xunit.v3.mtp-v2\" Version=\"4.0.2\" />" + project[to..]);
        return sandbox;
    }
}
