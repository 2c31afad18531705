using System.Security.Cryptography;

namespace BuildCache.EndToEnd;

/// <summary>The files of a sandbox that no build may take, change or add to: tracked ones, and those that a scenario names.</summary>
/// <param name="sandbox">The sandbox.</param>
internal sealed class Keepsakes(Sandbox sandbox)
{
    private readonly List<string> _roots = [];
    private readonly SortedSet<string> _tracked = new(StringComparer.Ordinal);

    /// <summary>Keeps a file, a link, or a folder with all that is in it, by its absolute path.</summary>
    public void Keep(params string[] paths) => _roots.AddRange(paths);

    /// <summary>No longer keeps a path.</summary>
    public void Drop(string path) => _roots.Remove(path);

    /// <summary>Keeps what git has in the index of a repository, now that another branch may be checked out.</summary>
    public async Task KeepTrackedAsync(params string[] repositories)
    {
        _tracked.Clear();
        foreach (string repository in repositories)
        {
            (int exitCode, string output) = await Tool.RunAsync(repository, sandbox.Environment, "git", ["ls-files", "-z"]);
            Assert.True(exitCode == 0, output);
            _tracked.UnionWith(output.Split('\0').Select(static name => name.Trim('\n')).Where(static name => name.Length > 0).Select(name => Path.Combine(repository, name)));
        }
    }

    /// <summary>Does something that must leave all of it as it is: content, permissions, targets of links, and the set of files.</summary>
    public async Task<BuildResult> DuringAsync(string what, Func<Task<BuildResult>> work)
    {
        SortedDictionary<string, string> before = Look();
        Assert.NotEmpty(before);
        BuildResult result = await work();
        SortedDictionary<string, string> after = Look();
        string[] differences = [.. before.Keys.Union(after.Keys).Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Select(path => $"{path}: was {before.GetValueOrDefault(path, "not there")}, is {after.GetValueOrDefault(path, "gone")}")];
        Assert.True(differences.Length == 0, $"{what} did not leave the user's files as they were:\n{string.Join('\n', differences.Take(40))}\n{result.Output}");
        return result;
    }

    private SortedDictionary<string, string> Look()
    {
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        foreach (string path in _tracked.Concat(_roots))
        {
            Add(found, path);
        }

        return found;
    }

    /// <summary>A link is what it names; what lies behind it is kept by a path of its own.</summary>
    private static void Add(SortedDictionary<string, string> found, string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is { } target)
        {
            found[path] = "a link to " + target;
        }
        else if (Directory.Exists(path))
        {
            found[path] = "a folder";
            foreach (string inner in Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { AttributesToSkip = 0 }))
            {
                Add(found, inner);
            }
        }
        else if (file.Exists)
        {
            // Opened so that a file which another process holds can be read.
            using FileStream content = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            found[path] = $"{(OperatingSystem.IsWindows() ? "" : Convert.ToString((int)file.UnixFileMode, 8))} {Convert.ToHexStringLower(SHA256.HashData(content))}";
        }
    }
}
