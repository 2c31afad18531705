using BuildCache.Testing;

namespace BuildCache.Tests.Testing;

public class TestVariablesTests
{
    [Theory]
    [InlineData("DB_URL", true, false)]
    [InlineData("PATH", true, false)]
    [InlineData("TZ", true, true)]
    [InlineData("LC_ALL", true, true)]
    [InlineData("DOTNET_gcServer", true, true)]
    [InlineData("ASPNETCORE_ENVIRONMENT", true, true)]
    [InlineData("CI", true, false)]
    [InlineData("DOTNET_CLI_TELEMETRY_SESSIONID", false, false)]
    [InlineData("MSBUILDENSURESTDOUTFORTASKPROCESSES", false, false)]
    [InlineData("VSTEST_MSBUILD_NOLOGO", false, false)]
    [InlineData("VSTEST_CONNECTION_TIMEOUT", true, true)]
    [InlineData("PWD", false, false)]
    [InlineData("HOME", false, false)]
    [InlineData("SSH_CONNECTION", false, false)]
    [InlineData("GITHUB_RUN_ID", false, false)]
    public void A_variable_counts_unless_it_is_known_to_say_nothing(string name, bool ofAll, bool ofDeclared)
    {
        Assert.Equal(ofAll, TestVariables.Counts(name, all: true));
        Assert.Equal(ofDeclared, TestVariables.Counts(name, all: false));
    }
}
