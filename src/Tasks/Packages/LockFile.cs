using System.Text.Json;

namespace BuildCache.Packages;

/// <summary>Reads NuGet's lock files.</summary>
internal static class LockFile
{
    private const string DefaultName = "packages.lock.json";

    /// <summary>The lock file of a project: the configured one, else that with the project's name, else the usual one; <see langword="null"/> if there is none.</summary>
    /// <param name="project">Absolute path of the project file.</param>
    /// <param name="configured">NuGetLockFilePath; "" if it is not set.</param>
    public static string? PathOf(string project, string configured) => Array.Find(Candidates(project, configured), File.Exists);

    /// <summary>Where the lock file of a project may lie, as in <see cref="PathOf"/>; the first one that exists is the one.</summary>
    public static string[] Candidates(string project, string configured)
    {
        string folder = Path.GetDirectoryName(project)!;
        return configured.Length > 0
            ? [Path.GetFullPath(configured.Replace('\\', Path.DirectorySeparatorChar), folder)]
            : [Path.Combine(folder, $"packages.{Path.GetFileNameWithoutExtension(project).Replace(' ', '_')}.lock.json"), Path.Combine(folder, DefaultName)];
    }

    /// <summary>Whether a lock file names the very packages that restore took.</summary>
    /// <param name="content">The lock file.</param>
    /// <param name="assets">NuGet's project.assets.json.</param>
    public static bool Agrees(byte[] content, byte[] assets)
    {
        HashSet<PackageName> taken = [];
        using JsonDocument file = JsonDocument.Parse(assets);
        foreach (JsonProperty library in file.RootElement.GetProperty("libraries").EnumerateObject())
        {
            int slash = library.Name.IndexOf('/', StringComparison.Ordinal);
            if (library.Value.GetProperty("type").ValueEquals("package") && PackageName.TryCreate(library.Name[..slash], library.Name[(slash + 1)..], out PackageName name))
            {
                taken.Add(name);
            }
        }

        return taken.SetEquals(Read(content).Keys);
    }

    /// <summary>The packages with their content hashes; those of other projects are not among them.</summary>
    public static IReadOnlyDictionary<PackageName, string> Read(byte[] content)
    {
        Dictionary<PackageName, string> packages = [];
        try
        {
            using JsonDocument file = JsonDocument.Parse(content, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (JsonProperty framework in file.RootElement.GetProperty("dependencies").EnumerateObject())
            {
                foreach (JsonProperty package in framework.Value.EnumerateObject())
                {
                    if (package.Value.TryGetProperty("resolved", out JsonElement version) && package.Value.TryGetProperty("contentHash", out JsonElement hash) &&
                        PackageName.TryCreate(package.Name, version.GetString(), out PackageName name) && hash.GetString() is { Length: > 0 } text)
                    {
                        packages[name] = text;
                    }
                }
            }
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // NuGet will say what is wrong with it.
            packages.Clear();
        }

        return packages;
    }
}
