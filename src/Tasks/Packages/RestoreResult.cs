using System.Text.Json;
using BuildCache.Hashing;

namespace BuildCache.Packages;

/// <summary>Which packages a project's restore used.</summary>
internal static class RestoreResult
{
    private const string CacheFile = "project.nuget.cache";

    /// <summary>So far above a project's folder in obj does NuGet's file lie at most: obj, configuration, framework, runtime.</summary>
    private const int Highest = 4;

    /// <summary>The packages that NuGet expects for a project, those that it only downloads included.</summary>
    /// <param name="folder">NuGet's folder in obj, or one below it.</param>
    public static IReadOnlyList<PackageFolder> PackagesOf(string folder)
    {
        string? at = folder;
        for (int level = 0; level < Highest && at is not null; level++, at = Path.GetDirectoryName(at))
        {
            string path = Path.Combine(at, CacheFile);
            if (File.Exists(path))
            {
                return Read(path);
            }
        }

        return [];
    }

    private static PackageFolder[] Read(string path)
    {
        try
        {
            using JsonDocument cache = JsonDocument.Parse(File.ReadAllBytes(path));
            Dictionary<string, PackageFolder> packages = new(RootMap.Comparer);
            foreach (JsonElement file in cache.RootElement.GetProperty("expectedPackageFiles").EnumerateArray())
            {
                if (Path.GetDirectoryName(file.GetString()) is { } folder && PackageName.TryOfFolder(folder, out PackageName name))
                {
                    packages.TryAdd(folder, new PackageFolder(name, folder));
                }
            }

            return [.. packages.Values];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }
}
