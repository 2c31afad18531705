using System.Security.Cryptography;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>What only a target names, while the project is built: no key made before can hold it, so nothing that used it is ever shown again.</summary>
public class TargetInputTests
{
    private static readonly string[] s_texts = ["one", "two"];

    [Theory]
    [InlineData("BeforeTargets=\"CoreCompile\"", "<Compile Include=\"../shared/X.cs\" />")]
    [InlineData("BeforeTargets=\"BeforeBuild\"", "<Compile Include=\"../shared/X.cs\" />")]
    [InlineData("BeforeTargets=\"AssignTargetPaths\"", "<None Include=\"../shared/x.txt\" CopyToOutputDirectory=\"PreserveNewest\" Link=\"x.txt\" />")]
    [InlineData("BeforeTargets=\"AssignTargetPaths\"", "<EmbeddedResource Include=\"../shared/x.txt\" LogicalName=\"x\" />")]
    [InlineData("AfterTargets=\"ResolveAssemblyReferences\"", "<ReferenceCopyLocalPaths Include=\"../shared/x.txt\" />")]
    [InlineData("BeforeTargets=\"AssignProjectConfiguration\"", "<ProjectReference Include=\"../Dep/Dep.csproj\" />")]
    [InlineData("BeforeTargets=\"AssignProjectConfiguration\"", "<ProjectReference Include=\"../Dep/Dep.csproj\" ReferenceOutputAssembly=\"false\" OutputItemType=\"Content\" CopyToOutputDirectory=\"PreserveNewest\" />")]
    public async Task An_item_that_a_target_adds_is_followed(string hook, string item) =>
        await FollowedAsync($"<Target Name=\"Mine\" {hook}><ItemGroup>{item}</ItemGroup></Target>", isRefused: true);

    [Theory]
    [InlineData("<CompilerResponseFile>../shared/x.rsp</CompilerResponseFile>")]
    [InlineData("<ApplicationManifest>../shared/x.manifest</ApplicationManifest><Win32Manifest>../shared/x.manifest</Win32Manifest>")]
    public async Task A_property_that_a_target_sets_is_followed(string property) =>
        await FollowedAsync($"<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><PropertyGroup>{property}</PropertyGroup></Target>", isRefused: true);

    [Fact]
    public async Task What_an_added_source_names_is_followed() => await FollowedAsync(
        "<PropertyGroup><DocumentationFile>obj/Lib.xml</DocumentationFile><NoWarn>$(NoWarn);CS1591</NoWarn></PropertyGroup><ItemGroup><Compile Remove=\"Included.cs\" /></ItemGroup>" +
        "<Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><ItemGroup><Compile Include=\"Included.cs\" /></ItemGroup></Target>", isRefused: true, isCompared: false);

    [Fact]
    public async Task What_was_declared_is_followed_and_cached() => await FollowedAsync(
        "<ItemGroup><BuildCacheInput Include=\"../shared/X.cs\" /></ItemGroup><Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><ItemGroup><Compile Include=\"../shared/X.cs\" /></ItemGroup></Target>", isRefused: false);

    [Fact]
    public async Task A_source_of_the_project_s_own_folder_is_followed_and_cached() => await FollowedAsync(
        "<ItemGroup><Compile Remove=\"Included.cs\" /></ItemGroup><Target Name=\"Mine\" BeforeTargets=\"CoreCompile\"><ItemGroup><Compile Include=\"Included.cs\" /></ItemGroup></Target>", isRefused: false);

    /// <summary>Builds each state in place and afresh, and compares with a build that the cache had no part in.</summary>
    /// <param name="body">The project's own part.</param>
    /// <param name="isRefused">Whether the project is not cached.</param>
    /// <param name="isCompared">Whether a target of MSBuild's compares the file with the outputs: if none does, a build in place keeps the old ones without a cache, too.</param>
    private static async Task FollowedAsync(string body, bool isRefused, bool isCompared = true)
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Dep", "lib");
        sandbox.WriteProject("Lib", "lib", body: body);
        sandbox.WriteSolution("Dep", "Lib");
        foreach (string text in s_texts)
        {
            Write(sandbox, text);
            BuildResult inPlace = (await sandbox.BuildAsync("-v:n")).Succeeded();
            Assert.Equal(isRefused, inPlace.Output.Contains("BCSDK2005", StringComparison.Ordinal) || inPlace.Output.Contains("BCSDK2006", StringComparison.Ordinal));
            string built = Outputs(sandbox);
            sandbox.DeleteOutputs();
            BuildResult fresh = (await sandbox.BuildAsync()).Succeeded();
            Assert.Equal(isRefused, !fresh.Hits.Contains("Lib"));
            string restored = Outputs(sandbox);
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync($"-p:BuildCacheSalt={text}")).Succeeded();
            string anew = Outputs(sandbox);

            Assert.Equal(anew, isCompared ? built : anew);
            Assert.Equal(anew, restored);
        }
    }

    private static void Write(Sandbox sandbox, string text)
    {
        sandbox.Write("shared/X.cs", $"public static class Shared {{ public const string Text = \"{text}\"; }}\n");
        sandbox.Write("shared/x.txt", text);
        sandbox.Write("shared/x.rsp", $"-define:{text}");
        sandbox.Write("shared/x.xml", $"<doc><text>{text}</text></doc>");
        sandbox.Write("shared/x.manifest", $"<assembly manifestVersion=\"1.0\" xmlns=\"urn:schemas-microsoft-com:asm.v1\"><description>{text}</description></assembly>");
        sandbox.Write("Lib/Included.cs", "/// <include file='../shared/x.xml' path='doc/*'/>\npublic class Included { }\n");
        sandbox.Write("Lib/Defined.cs", "#if one\npublic class One { }\n#elif two\npublic class Two { }\n#endif\n");
        sandbox.Write("Dep/X.cs", $"public static class DepText {{ public const string Text = \"{text}\"; }}\n");
    }

    private static string Outputs(Sandbox sandbox) => string.Join('\n', Directory.GetFiles(sandbox.PathOf("Lib/bin"), "*", SearchOption.AllDirectories)
        .Concat(Directory.GetFiles(sandbox.PathOf("Lib/obj"), "Lib.xml", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"));
}
