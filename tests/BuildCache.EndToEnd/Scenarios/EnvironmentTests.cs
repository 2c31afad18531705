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

    [Fact]
    public async Task The_culture_counts_where_what_build_files_compute_depends_on_it()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.InFreshProcesses = true;
        sandbox.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
        sandbox.WriteProject("Number", "lib", "<Description>$([System.Convert]::ToDouble('1.5'))</Description>");
        sandbox.WriteProject("Sum", "lib", "<Description>$([MSBuild]::Add('1.5', '1'))</Description>");
        sandbox.WriteProject("Letter", "lib", "<Description>$([System.String]::Copy('title').ToUpper())</Description>");
        sandbox.WriteProject("Plain", "lib");
        sandbox.WriteSolution("Number", "Sum", "Letter", "Plain");
        Task<BuildResult> BuildIn(string culture)
        {
            sandbox.Environment["LC_ALL"] = culture;
            return sandbox.BuildAsync();
        }

        (await BuildIn("en_US.UTF-8")).Expect(misses: "Number Sum Letter Plain");
        (await BuildIn("en_US.UTF-8")).Expect(hits: "Number Sum Letter Plain").ExpectGate("solution", "Number Sum Letter Plain");

        (await BuildIn("de_DE.UTF-8")).Expect(hits: "Letter Plain", misses: "Number Sum").ExpectGate("solution", "Letter Plain");
        (await BuildIn("en_US.UTF-8")).Expect(hits: "Number Sum Letter Plain");

        // The letter i is another there, for whatever the .NET SDK's own files compute, too.
        (await BuildIn("tr_TR.UTF-8")).Expect(misses: "Number Sum Letter Plain");
    }
}
