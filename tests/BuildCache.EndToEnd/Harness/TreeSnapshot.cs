using System.Globalization;
using System.Security.Cryptography;

namespace BuildCache.EndToEnd;

/// <summary>What lies in bin and obj, file by file: content, mode, target of a link.</summary>
internal static class TreeSnapshot
{
    private static readonly EnumerationOptions s_all = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    /// <summary>All files under bin and obj folders, without NuGet's.</summary>
    public static SortedDictionary<string, string> Outputs(string root) => Of(root, path => IsOutput(path) && !IsOfRestore(path));

    /// <summary>As <see cref="Outputs"/>, but without what differs between any two builds: the file in which MSBuild keeps the times of references, and the order in its list of files, which an earlier build that failed changes.</summary>
    public static SortedDictionary<string, string> TimelessOutputs(string root) =>
        Of(root, path => IsOutput(path) && !IsOfRestore(path) && !path.EndsWith(".AssemblyReference.cache", StringComparison.Ordinal));

    /// <summary>NuGet's files under obj folders.</summary>
    public static SortedDictionary<string, string> Restored(string root) => Of(root, path => IsOutput(path) && IsOfRestore(path));

    /// <summary>Whether a file holds times of other files, so that it differs between any two builds: MSBuild's caches of references and resources, and what the SDK for web projects writes about assets (their Last-Modified). docs/exceptions.md lists them.</summary>
    public static bool HoldsTimes(string path) =>
        path.EndsWith(".AssemblyReference.cache", StringComparison.Ordinal) || path.EndsWith(".GenerateResource.cache", StringComparison.Ordinal) || path.Contains("staticwebassets", StringComparison.Ordinal) || path.EndsWith(".dswa.cache.json", StringComparison.Ordinal);

    /// <summary>Whether a file is a cache of MSBuild's or NuGet's that depends on the folder: made anew where it is missing, or a hash of absolute paths, which only decides whether a build without this SDK compiles again.</summary>
    public static bool HoldsHashesOfPaths(string path) =>
        path.EndsWith(".assets.cache", StringComparison.Ordinal) || path.EndsWith(".CoreCompileInputs.cache", StringComparison.Ordinal) || path.EndsWith(".genruntimeconfig.cache", StringComparison.Ordinal);

    /// <summary>All files under a folder.</summary>
    public static SortedDictionary<string, string> All(string folder) => Of(folder, static _ => true);

    /// <summary>The times of the last write of what <see cref="Outputs"/> holds.</summary>
    public static SortedDictionary<string, string> Times(string root)
    {
        SortedDictionary<string, string> times = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(root, "*", s_all))
        {
            string relative = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (IsOutput(relative) && !IsOfRestore(relative))
            {
                times[relative] = File.GetLastWriteTimeUtc(path).Ticks.ToString(CultureInfo.InvariantCulture);
            }
        }

        return times;
    }

    public static void AssertEqual(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual)
    {
        Assert.NotEmpty(expected);
        List<string> differences = [];
        foreach (string path in expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal))
        {
            string before = expected.GetValueOrDefault(path, "absent");
            string after = actual.GetValueOrDefault(path, "absent");
            if (before != after)
            {
                differences.Add($"{path}: expected {before}, is {after}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} files differ:\n{string.Join('\n', differences.Take(25))}");
    }

    private static SortedDictionary<string, string> Of(string root, Func<string, bool> isWanted)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(root, "*", s_all))
        {
            string relative = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (isWanted(relative))
            {
                files[relative] = Describe(path);
            }
        }

        return files;
    }

    private static string Describe(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            return "link to " + target;
        }

        if (path.EndsWith(".FileListAbsolute.txt", StringComparison.Ordinal))
        {
            return "list " + string.Join(' ', File.ReadAllLines(path).Order(StringComparer.Ordinal));
        }

        string mode = OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8) + " ";
        return mode + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
    }

    private static bool IsOutput(string relative) => ("/" + relative).Contains("/bin/", StringComparison.Ordinal) || ("/" + relative).Contains("/obj/", StringComparison.Ordinal);

    /// <summary>Whether a file is NuGet's.</summary>
    public static bool IsOfRestore(string relative)
    {
        string name = Path.GetFileName(relative);
        return name is "buildcache.neutral" or "project.assets.json" or "project.nuget.cache" or "packages.lock.json" ||
            name.Contains(".nuget.g.", StringComparison.Ordinal) || name.EndsWith(".nuget.dgspec.json", StringComparison.Ordinal);
    }
}
