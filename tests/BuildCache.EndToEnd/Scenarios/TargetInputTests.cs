using System.Security.Cryptography;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What only a target names, while the project is built: no key made before can hold it, so nothing that used it is ever shown again.</summary>
public class TargetInputTests
{
    private static readonly string[] s_texts = ["one", "two"];

    /// <summary>A project whose own part is <paramref name="Body"/>.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Body">What it adds to the stock targets.</param>
    /// <param name="IsRefused">Whether it is not cached.</param>
    /// <param name="IsCompared">Whether a target of MSBuild's compares the file with the outputs: if none does, a build in place keeps the old ones without a cache, too.</param>
    private sealed record Case(string Name, string Body, bool IsRefused = true, bool IsCompared = true);

    private static readonly Case[] s_cases =
    [
        Added("LateSource", "BeforeTargets=\"CoreCompile\"", "<Compile Include=\"../shared/X.cs\" />"),
        Added("EarlySource", "BeforeTargets=\"BeforeBuild\"", "<Compile Include=\"../shared/X.cs\" />"),
        Added("Text", "BeforeTargets=\"AssignTargetPaths\"", "<None Include=\"../shared/x.txt\" CopyToOutputDirectory=\"PreserveNewest\" Link=\"x.txt\" />"),
        Added("Resource", "BeforeTargets=\"AssignTargetPaths\"", "<EmbeddedResource Include=\"../shared/x.txt\" LogicalName=\"x\" />"),
        Added("CopyLocal", "AfterTargets=\"ResolveAssemblyReferences\"", "<ReferenceCopyLocalPaths Include=\"../shared/x.txt\" />"),
        Added("Project", "BeforeTargets=\"AssignProjectConfiguration\"", "<ProjectReference Include=\"../Dep/Dep.csproj\" />"),
        Added("ProjectAsContent", "BeforeTargets=\"AssignProjectConfiguration\"", "<ProjectReference Include=\"../Dep/Dep.csproj\" ReferenceOutputAssembly=\"false\" OutputItemType=\"Content\" CopyToOutputDirectory=\"PreserveNewest\" />"),
        Set("ResponseFile", "<CompilerResponseFile>../shared/x.rsp</CompilerResponseFile>"),
        Set("Manifest", "<ApplicationManifest>../shared/x.manifest</ApplicationManifest><Win32Manifest>../shared/x.manifest</Win32Manifest>"),
        new("NamedByAddedSource",
            "<PropertyGroup><DocumentationFile>obj/Lib.xml</DocumentationFile><NoWarn>$(NoWarn);CS1591</NoWarn></PropertyGroup><ItemGroup><Compile Remove=\"Included.cs\" /></ItemGroup>" +
            "<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><ItemGroup><Compile Include=\"Included.cs\" /></ItemGroup></Target>", IsCompared: false),
        new("Declared",
            "<ItemGroup><BuildCacheInput Include=\"../shared/X.cs\" /></ItemGroup>" +
            "<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><ItemGroup><Compile Include=\"../shared/X.cs\" /></ItemGroup></Target>", IsRefused: false),
        new("OwnSource",
            "<ItemGroup><Compile Remove=\"Included.cs\" /></ItemGroup>" +
            "<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><ItemGroup><Compile Include=\"Included.cs\" /></ItemGroup></Target>", IsRefused: false),
    ];

    /// <summary>Builds each state in place and afresh, and compares with a build that the cache had no part in. All cases in one solution: none uses another.</summary>
    [Fact]
    public async Task What_a_target_names_is_followed_and_cached_only_where_it_was_declared()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Dep", "lib");
        Array.ForEach(s_cases, one => sandbox.WriteProject(one.Name, "lib", body: one.Body));
        sandbox.WriteSolution(["Dep", .. s_cases.Select(one => one.Name)]);
        List<string> wrong = [];
        foreach (string text in s_texts)
        {
            Write(sandbox, text);
            BuildResult inPlace = (await sandbox.BuildAsync("-v:n")).Succeeded();
            Dictionary<string, string> built = s_cases.ToDictionary(one => one.Name, one => Outputs(sandbox, one));
            sandbox.DeleteOutputs();
            BuildResult fresh = (await sandbox.BuildAsync()).Succeeded();
            Dictionary<string, string> restored = s_cases.ToDictionary(one => one.Name, one => Outputs(sandbox, one));
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync($"-p:BuildCacheSalt={text}")).Succeeded();
            foreach (Case one in s_cases)
            {
                string anew = Outputs(sandbox, one);
                Check(one.IsRefused != fresh.Hits.Contains(one.Name), one.IsRefused ? "was kept" : "was not kept");
                Check(one.IsRefused == Refusals(inPlace).Any(line => line.Contains($"{one.Name}.csproj", StringComparison.Ordinal)), one.IsRefused ? "is not named" : "is refused");
                Check(!one.IsCompared || built[one.Name] == anew, "is another in place");
                Check(restored[one.Name] == anew, "is another afresh");

                void Check(bool isRight, string what)
                {
                    if (!isRight)
                    {
                        wrong.Add($"{one.Name}, {text}: {what}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static Case Added(string name, string hook, string item) => new(name, $"<Target Name=\"Mine\" {hook}><ItemGroup>{item}</ItemGroup></Target>");

    private static Case Set(string name, string property) => new(name, $"<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><PropertyGroup>{property}</PropertyGroup></Target>");

    private static IEnumerable<string> Refusals(BuildResult result) =>
        result.Output.Split('\n').Where(line => line.Contains("BCSDK2005", StringComparison.Ordinal) || line.Contains("BCSDK2006", StringComparison.Ordinal));

    private static void Write(Sandbox sandbox, string text)
    {
        sandbox.Write("shared/X.cs", $"public static class Shared {{ public const string Text = \"{text}\"; }}\n");
        sandbox.Write("shared/x.txt", text);
        sandbox.Write("shared/x.rsp", $"-define:{text}");
        sandbox.Write("shared/x.xml", $"<doc><text>{text}</text></doc>");
        sandbox.Write("shared/x.manifest", $"<assembly manifestVersion=\"1.0\" xmlns=\"urn:schemas-microsoft-com:asm.v1\"><description>{text}</description></assembly>");
        sandbox.Write("Dep/X.cs", $"public static class DepText {{ public const string Text = \"{text}\"; }}\n");
        foreach (Case one in s_cases)
        {
            sandbox.Write($"{one.Name}/Included.cs", "/// <include file='../shared/x.xml' path='doc/*'/>\npublic class Included { }\n");
            sandbox.Write($"{one.Name}/Defined.cs", "#if one\npublic class One { }\n#elif two\npublic class Two { }\n#endif\n");
        }
    }

    private static string Outputs(Sandbox sandbox, Case one) => string.Join('\n', Directory.GetFiles(sandbox.PathOf($"{one.Name}/bin"), "*", SearchOption.AllDirectories)
        .Concat(Directory.GetFiles(sandbox.PathOf($"{one.Name}/obj"), "Lib.xml", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"));
}
