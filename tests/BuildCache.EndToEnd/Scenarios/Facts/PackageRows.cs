using System.IO.Compression;

namespace BuildCache.EndToEnd.Facts;

public class PackageRows
{
    private const string Chain = "Lib Mid";

    /// <summary>The same content must be the same package.</summary>
    private static readonly DateTimeOffset s_always = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Packages_direct_transitive_floating_and_swapped()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        string feed = Directory.CreateDirectory(sandbox.PathOf("../feed")).FullName;
        string packages = sandbox.PathOf("../packages");
        sandbox.Environment["NUGET_PACKAGES"] = packages;
        sandbox.Write("nuget.config", sandbox.Read("nuget.config").Replace("</packageSources>", $"<add key=\"own\" value=\"{feed}\" /></packageSources>", StringComparison.Ordinal));
        Pack(feed, "Direct", "1.0.0", "one", "<dependency id=\"Below\" version=\"1.0.0\" />");
        Pack(feed, "Direct", "1.1.0", "two", "<dependency id=\"Below\" version=\"1.0.0\" />");
        Pack(feed, "Below", "1.0.0", "one");
        Pack(feed, "Below", "1.1.0", "two");
        Pack(feed, "Floating", "1.0.0", "one");
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><PackageReference Include=\"Direct\" Version=\"1.0.0\" /></ItemGroup>");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("Other", "lib", body: "<ItemGroup><PackageReference Include=\"Floating\" Version=\"1.*\" /></ItemGroup>");
        sandbox.WriteSolution("Lib", "Mid", "Other");
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.EditAsync("Lib/Lib.csproj", "\"Direct\" Version=\"1.0.0\"", "\"Direct\" Version=\"1.1.0\"", Chain);
        await rows.EditAsync("Lib/Lib.csproj", "<PackageReference", "<PackageReference Include=\"Below\" Version=\"1.1.0\" /><PackageReference", Chain);
        await rows.EditAsync("Lib/Lib.csproj", "Version=\"1.0.0\"", "Version=\"1.0.0\" PrivateAssets=\"all\"", Chain);
        await rows.EditAsync("Lib/Lib.csproj", "Version=\"1.0.0\"", "Version=\"1.0.0\" ExcludeAssets=\"compile\"", Chain);

        // A new version that a floating one takes: restore finds it when it really resolves.
        await rows.ChangeAsync(
            "a floating version",
            "Other",
            () => Pack(feed, "Floating", "1.5.0", "two"),
            () => File.Delete(Path.Combine(feed, "floating.1.5.0.nupkg")),
            "--force");
        await rows.ChangeAsync("the old floating version", "", static () => { }, static () => { }, "--force");

        // Another content under the same version, as from a feed that lets packages be replaced.
        await rows.ChangeAsync("content swapped under the same version", "Other", () => Swap("two"), () => Swap("one"), "--force", "--no-http-cache");
        await rows.AssertAllRightAsync();

        void Swap(string content)
        {
            Pack(feed, "Floating", "1.0.0", content);
            Directory.Delete(Path.Combine(packages, "floating"), recursive: true);
        }
    }

    /// <summary>A package with one assembly for net10.0, which is any assembly: nobody calls it; and a text in which versions differ.</summary>
    private static void Pack(string feed, string id, string version, string content, string dependencies = "")
    {
        using ZipArchive archive = new(File.Create(Path.Combine(feed, $"{id}.{version}.nupkg".ToLowerInvariant())), ZipArchiveMode.Create);
        Add($"{id}.nuspec", Bytes($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{id}</id><version>{version}</version><authors>tests</authors><description>{content}</description>
                <dependencies><group targetFramework="net10.0">{dependencies}</group></dependencies>
              </metadata>
            </package>
            """));
        Add("content.txt", Bytes(content));
        Add($"lib/net10.0/{id}.dll", File.ReadAllBytes(typeof(FactAttribute).Assembly.Location));

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

        // LastWriteTime can be set only before the entry is opened.
        void Add(string name, byte[] bytes)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name);
            entry.LastWriteTime = s_always;
            using Stream stream = entry.Open();
            stream.Write(bytes);
        }
    }
}
