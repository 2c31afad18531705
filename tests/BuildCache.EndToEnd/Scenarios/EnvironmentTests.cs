namespace BuildCache.EndToEnd.Scenarios;

public class EnvironmentTests
{
    [Theory]
    [InlineData("FLAVOUR", "<DefineConstants Condition=\"'$(flavour)' == 'sweet'\">$(DefineConstants);SWEET</DefineConstants>")]
    [InlineData("LangVersion", "")]
    [InlineData("TASTE", "<AssemblyTitle>$([System.Environment]::GetEnvironmentVariable('TASTE'))</AssemblyTitle>")]
    public async Task A_variable_that_reaches_the_build_counts_and_another_does_not(string name, string properties)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync(properties);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        sandbox.Environment["OF_NO_MATTER"] = "1";
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        sandbox.Environment[name] = name == "LangVersion" ? "13" : "sweet";
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        sandbox.Environment.Remove(name);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
    }
}
