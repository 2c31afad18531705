using System.IO.Compression;

namespace BuildCache.EndToEnd;

/// <summary>Packages of a scenario's own.</summary>
internal static class PackageFeed
{
    /// <summary>The same content must be the same package.</summary>
    private static readonly DateTimeOffset s_always = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A source of packages beside the repository, and a folder that they are restored into.</summary>
    public static (string Feed, string Packages) Create(Sandbox sandbox)
    {
        string feed = Directory.CreateDirectory(sandbox.PathOf("../feed")).FullName;
        string packages = sandbox.PathOf("../packages");
        sandbox.Environment["NUGET_PACKAGES"] = packages;
        sandbox.Write("nuget.config", sandbox.Read("nuget.config").Replace("</packageSources>", $"<add key=\"own\" value=\"{feed}\" /></packageSources>", StringComparison.Ordinal));
        return (feed, packages);
    }

    /// <summary>A package with one assembly for net10.0, which is any assembly: nobody calls it; and a text in which versions differ.</summary>
    /// <param name="feed">The folder of the source.</param>
    /// <param name="id">The package's name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="content">The text.</param>
    /// <param name="dependencies">Elements of the nuspec.</param>
    /// <param name="copied">What is in copied.txt, which projects get into their output folder; "" for no such file.</param>
    /// <param name="at">The time of its files; <see langword="null"/> for the same as always.</param>
    /// <param name="targets">What projects import that reference it; "" for nothing.</param>
    /// <param name="analyzer">An assembly with analyzers or generators; <see langword="null"/> for none.</param>
    public static void Pack(
        string feed, string id, string version, string content, string dependencies = "", string copied = "", DateTimeOffset? at = null, string targets = "",
        byte[]? analyzer = null)
    {
        using ZipArchive archive = new(File.Create(Path.Combine(feed, $"{id}.{version}.nupkg".ToLowerInvariant())), ZipArchiveMode.Create);
        Add($"{id}.nuspec", Bytes($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{id}</id><version>{version}</version><authors>tests</authors><description>{content}</description>
                <contentFiles>{(copied.Length > 0 ? "<files include=\"**/copied.txt\" buildAction=\"None\" copyToOutput=\"true\" />" : "")}</contentFiles>
                <dependencies><group targetFramework="net10.0">{dependencies}</group></dependencies>
              </metadata>
            </package>
            """));
        Add("content.txt", Bytes(content));
        if (copied.Length > 0)
        {
            Add("contentFiles/any/any/copied.txt", Bytes(copied));
        }

        if (targets.Length > 0)
        {
            Add($"build/{id}.targets", Bytes(targets));
        }

        if (analyzer is not null)
        {
            Add($"analyzers/dotnet/cs/{id}.Generator.dll", analyzer);
        }

        Add($"lib/net10.0/{id}.dll", File.ReadAllBytes(typeof(FactAttribute).Assembly.Location));

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

        // LastWriteTime can be set only before the entry is opened.
        void Add(string name, byte[] bytes)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name);
            entry.LastWriteTime = at ?? s_always;
            using Stream stream = entry.Open();
            stream.Write(bytes);
        }
    }
}
