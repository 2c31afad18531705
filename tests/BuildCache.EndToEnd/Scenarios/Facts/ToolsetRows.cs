namespace BuildCache.EndToEnd.Facts;

/// <summary>The .NET SDK itself: a copy of the installed one, of which a part changes.</summary>
public class ToolsetRows
{
    [LinuxFact("cp")]
    public async Task Build_files_the_versions_of_packs_and_the_compiler()
    {
        const string FSharp = "Fs/Fs.fsproj";
        using Sandbox sandbox = await RowRepository.CreateAsync();
        sandbox.Write(FSharp, "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><Compile Include=\"A.fs\" /></ItemGroup></Project>");
        sandbox.Write("Fs/A.fs", "module A\nlet one = 1\n");
        string installed = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string copy = sandbox.PathOf("../dotnet");
        (int exitCode, string said) = await Tool.RunAsync(sandbox.Root, sandbox.Environment, "cp", "-a", "--reflink=auto", installed, copy);
        Assert.True(exitCode == 0, said);
        sandbox.Environment["PATH"] = copy + Path.PathSeparator + sandbox.Environment["PATH"];
        sandbox.Environment["DOTNET_ROOT"] = copy;
        // No server may go on living in a folder that is about to be removed.
        sandbox.Environment["UseSharedCompilation"] = "false";

        List<string> wrong = [];
        async Task Build(string what, string misses, params string[] project)
        {
            BuildResult result = (await sandbox.BuildUnderAsync(["env", $"PATH={sandbox.Environment["PATH"]}"], project)).Succeeded();
            string actual = string.Join(' ', result.Misses.Order(StringComparer.Ordinal));
            if (actual != string.Join(' ', misses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)))
            {
                wrong.Add($"{what}: expected [{misses}], missed [{actual}]");
            }
        }

        await Build("first", RowRepository.All);
        await Build("again", "");
        await Build("first of F#", "Fs", FSharp);
        await Build("again, F#", "", FSharp);
        foreach ((string name, string misses, string missesOfFSharp) in ((string, string, string)[])
        [
            ("Microsoft.CSharp.CurrentVersion.targets", RowRepository.All, ""),
            ("Microsoft.NETCoreSdk.BundledVersions.props", RowRepository.All, "Fs"),
            ("csc.dll", RowRepository.All, "Fs"),
            ("fsc.dll", "", "Fs"),
        ])
        {
            string file = Assert.Single(Directory.GetFiles(Path.Combine(copy, "sdk"), name, SearchOption.AllDirectories));
            byte[] before = File.ReadAllBytes(file);
            // In another file of the same name: the one that runs may be mapped.
            File.Delete(file);
            File.WriteAllBytes(file, [.. before, (byte)'\n']);
            await Build(name, misses);
            await Build($"{name}, F#", missesOfFSharp, FSharp);
            File.Delete(file);
            File.WriteAllBytes(file, before);
            await Build($"{name}, undone", "");
            await Build($"{name}, undone, F#", "", FSharp);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
