using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>A repository with a store, into which trees are staged.</summary>
public abstract class TreeTest : TestFolder
{
    private protected StoreLayout Layout => new(PathOf("store"));

    private protected string Destination => PathOf("repo/app/deps");

    private protected TreeRequest Request(params TreeSource[] sources) => new() { Name = "deps", Destination = Destination, Sources = sources };

    private protected TreeSource Folder(string path, string into = "", bool overwrite = false, string filter = "", string without = "") => new()
    {
        Kind = SourceKind.Folder, Name = path, Path = PathOf(path), Into = into, Overwrite = overwrite, Filter = filter, Without = without,
    };

    private protected TreeSource Archive(string path, string stripPrefix = "") => new() { Kind = SourceKind.Archive, Name = path, Path = PathOf(path), StripPrefix = stripPrefix };

    private protected static TreeSource Files(params NamedFile[] files) => new() { Kind = SourceKind.Files, Name = "files", Files = files };

    private protected StagedTree Stage(params TreeSource[] sources) => Stage(Request(sources));

    /// <summary>As a build does: with a memo of its own.</summary>
    private protected StagedTree Stage(TreeRequest request, ArchiveLimits? limits = null, bool withStore = true, StatMemo? memo = null, Func<TreeSource, LoadedSource?>? load = null)
    {
        Directory.CreateDirectory(PathOf("repo/app"));
        TreePlaces places = new(PathOf("repo"), PathOf("repo/app"), [PathOf("repo/app/obj"), PathOf("repo/app/bin")], PathOf("store"));
        TreeStager stager = new(withStore ? Layout : null, memo ?? new StatMemo(null, Log), places, Log) { Limits = limits ?? new() };
        return stager.Stage(request, load ?? (static _ => null), CancellationToken.None);
    }

    private protected Diagnostic Fails(TreeRequest request, ArchiveLimits? limits = null, string says = "")
    {
        CacheException failure = Assert.Throws<CacheException>(() => Stage(request, limits));
        Assert.Contains(says, string.Join('|', failure.Arguments), StringComparison.Ordinal);
        return failure.Diagnostic;
    }

    /// <summary>All that lies below a folder: each path with its content, "/" for a folder, "-> target" for a link, and " x" for what can be executed.</summary>
    private protected string[] Listing(string? folder = null)
    {
        folder ??= Destination;
        return !Directory.Exists(folder) ? [] : [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry =>
            {
                string path = Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/');
                return entry.LinkTarget is { } target ? $"{path} -> {target}"
                    : entry is DirectoryInfo ? path + "/"
                    : $"{path}={File.ReadAllText(entry.FullName)}{(!OperatingSystem.IsWindows() && entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? " x" : "")}";
            })
            .Order(StringComparer.Ordinal)];
    }
}
