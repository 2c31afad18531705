using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;

namespace BuildCache.Packages;

/// <summary>A package as it lies in NuGet's folder.</summary>
/// <remarks>
/// NuGet keeps the package file itself, its SHA-512, and last a small file that marks the folder as whole. Everything
/// else is a member of the package file, so that it can be seen whether somebody has changed it.
/// </remarks>
internal sealed class PackageFolder(PackageName name, string folder)
{
    /// <summary>The file that NuGet writes last: a folder with it is whole.</summary>
    public const string Mark = ".nupkg.metadata";

    private readonly string _package = $"{name.Id}.{name.Version}.nupkg";

    public PackageName Name => name;

    public string Folder => folder;

    /// <summary>Whether NuGet takes the folder for a whole package.</summary>
    public bool IsWhole => File.Exists(Path.Combine(folder, Mark));

    /// <summary>NuGet's hash of the package; <see langword="null"/> if the folder is not whole.</summary>
    public string? ContentHash()
    {
        try
        {
            using JsonDocument mark = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Mark)));
            return mark.RootElement.GetProperty("contentHash").GetString();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Why the folder is not what NuGet made; <see langword="null"/> if it is.</summary>
    /// <param name="files">All files in it, relative, with forward slashes.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    /// <exception cref="InvalidDataException">The package file is damaged.</exception>
    public string? Fault(IReadOnlyCollection<string> files)
    {
        string package = Path.Combine(folder, _package);
        if (!files.Contains(_package) || !files.Contains(_package + ".sha512"))
        {
            return "its package file is missing";
        }

        using FileStream stream = new(package, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (Convert.ToBase64String(SHA512.HashData(stream)) != File.ReadAllText(package + ".sha512").Trim())
        {
            return "its package file is not the one that NuGet hashed";
        }

        stream.Position = 0;
        using ZipArchive archive = new(stream, ZipArchiveMode.Read);
        Dictionary<string, ZipArchiveEntry> members = new(StringComparer.OrdinalIgnoreCase);
        foreach (ZipArchiveEntry member in archive.Entries.Where(member => !member.FullName.EndsWith('/')))
        {
            members[Uri.UnescapeDataString(member.FullName.Replace('\\', '/'))] = member;
        }

        foreach (string file in files)
        {
            if (file == _package || file == _package + ".sha512" || file == Mark)
            {
                continue;
            }

            if (!members.Remove(file, out ZipArchiveEntry? member))
            {
                return $"'{file}' is not part of it";
            }

            byte[] content = File.ReadAllBytes(Path.Combine(folder, file));
            if (content.Length != member.Length || Crc32.HashToUInt32(content) != member.Crc32)
            {
                return $"'{file}' has been changed";
            }
        }

        string? missing = members.Keys.FirstOrDefault(static path => !IsOfTheContainer(path));
        return missing is null ? null : $"'{missing}' is missing";
    }

    /// <summary>What the package format needs for itself and NuGet does not unpack.</summary>
    private static bool IsOfTheContainer(string path) =>
        path.StartsWith("_rels/", StringComparison.OrdinalIgnoreCase) || path.StartsWith("package/", StringComparison.OrdinalIgnoreCase) ||
        path.Equals("[Content_Types].xml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".psmdcp", StringComparison.OrdinalIgnoreCase);
}
