using System.IO.Compression;
using System.Security.Cryptography;

namespace BuildCache.Tests;

/// <summary>A package in a folder as NuGet lays it out.</summary>
internal static class FakePackage
{
    /// <summary>Writes it, and returns its folder.</summary>
    public static string Write(string packages, string id, string version, params (string Path, string Text)[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(packages, id, version)).FullName;
        string package = Path.Combine(folder, $"{id}.{version}.nupkg");
        using (ZipArchive archive = ZipFile.Open(package, ZipArchiveMode.Create))
        {
            foreach ((string path, string text) in files.Append(("[Content_Types].xml", "<Types />")))
            {
                using StreamWriter member = new(archive.CreateEntry(path).Open());
                member.Write(text);
            }
        }

        foreach ((string path, string text) in files)
        {
            string to = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.WriteAllText(to, text);
            File.SetLastWriteTimeUtc(to, new DateTime(2020, 2, 2, 2, 2, 2, DateTimeKind.Utc));
        }

        string hash = Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(package)));
        File.WriteAllText(package + ".sha512", hash);
        File.WriteAllText(Path.Combine(folder, ".nupkg.metadata"), $$"""{ "version": 2, "contentHash": "{{hash}}", "source": "somewhere" }""");
        return folder;
    }
}
