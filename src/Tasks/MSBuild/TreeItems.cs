using System.Text.Json;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Reads <c>BuildCacheTree</c> and <c>BuildCacheTreeSource</c> items.</summary>
/// <param name="folder">The project's folder.</param>
/// <param name="packages">NuGet's global folder.</param>
/// <param name="assets">What restore resolved.</param>
/// <param name="placement">The placement of trees that name none.</param>
internal sealed class TreeItems(string folder, string packages, string assets, string placement)
{
    /// <summary>A tree with all its sources.</summary>
    /// <exception cref="CacheException">An item says something that cannot be.</exception>
    public TreeRequest Read(ITaskItem tree, IReadOnlyList<ITaskItem> sources, Func<ITaskItem, TreeSource, TreeSource> resolveProject)
    {
        string name = tree.ItemSpec;
        List<TreeSource> all = [.. PathsOf(tree).Select(path => OfPath(path))];
        ITaskItem[] own = [.. OwnOf(tree, sources)];
        for (int i = 0; i < own.Length; i++)
        {
            TreeSource source = Of(name, own[i], resolveProject);

            // Files that follow one another are one source: a list has thousands.
            if (source.Kind == SourceKind.Files && all is [.., { Kind: SourceKind.Files } last] && last with { Files = [], Name = "" } == source with { Files = [], Name = "" })
            {
                ((List<NamedFile>)last.Files).AddRange(source.Files);
            }
            else
            {
                all.Add(source);
            }
        }

        if (all.Count == 0)
        {
            throw Invalid(name, "it has no sources");
        }

        return PlaceOf(tree) with { Sources = all };
    }

    /// <summary>A tree that is to be taken away. Of its sources only the paths count: packages and projects need not be there.</summary>
    /// <exception cref="CacheException">An item says something that cannot be.</exception>
    public TreeRequest ReadPlace(ITaskItem tree, IReadOnlyList<ITaskItem> sources) => PlaceOf(tree) with
    {
        Sources = [.. PathsOf(tree).Select(path => OfPath(path)), .. OwnOf(tree, sources).Select(source => OfPath(source.ItemSpec))],
    };

    private TreeRequest PlaceOf(ITaskItem tree)
    {
        string name = tree.ItemSpec;
        string destination = tree.GetMetadata("Destination");
        if (destination.Trim().Length == 0)
        {
            throw Invalid(name, "it has no Destination");
        }

        bool readOnly = Flag(name, "ReadOnly", tree.GetMetadata("ReadOnly"));
        return new TreeRequest
        {
            Name = name,
            Destination = ProjectTask.Absolute(destination, folder),
            Placement = PlacementOf(name, tree.GetMetadata("Placement"), readOnly),
            ReadOnly = readOnly,
            Clean = Choose(name, "Clean", tree.GetMetadata("Clean"), ("", CleanMode.Default), ("remove", CleanMode.Remove), ("keep", CleanMode.Keep)),
            Sources = [],
        };
    }

    private static string[] PathsOf(ITaskItem tree) => tree.GetMetadata("Sources").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<ITaskItem> OwnOf(ITaskItem tree, IReadOnlyList<ITaskItem> sources) =>
        sources.Where(source => source.GetMetadata("Tree").Equals(tree.ItemSpec, StringComparison.OrdinalIgnoreCase));

    /// <summary>Refuses sources of trees that are not there, and two trees of one name.</summary>
    public static void CheckNames(IReadOnlyList<ITaskItem> trees, IReadOnlyList<ITaskItem> sources)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (ITaskItem tree in trees)
        {
            if (!names.Add(tree.ItemSpec))
            {
                throw Invalid(tree.ItemSpec, "there are two trees of this name");
            }
        }

        foreach (ITaskItem source in sources)
        {
            if (!names.Contains(source.GetMetadata("Tree")))
            {
                throw Invalid(source.GetMetadata("Tree"), $"the source '{source.ItemSpec}' names it in its Tree, and there is no such BuildCacheTree");
            }
        }
    }

    private TreeSource Of(string tree, ITaskItem item, Func<ITaskItem, TreeSource, TreeSource> resolveProject)
    {
        string include = item.ItemSpec;
        TreeSource source = Choose(tree, $"Kind of '{include}'", item.GetMetadata("Kind"),
            ("", "path"), ("folder", "folder"), ("archive", "archive"), ("package", "package"), ("project", "project"), ("files", "files")) switch
        {
            "folder" => new TreeSource { Kind = SourceKind.Folder, Name = include, Path = Absolute(include) },
            "archive" => ArchiveReader.IsArchive(include)
                ? new TreeSource { Kind = SourceKind.Archive, Name = include, Path = Absolute(include) }
                : throw Invalid(tree, $"the archive '{include}' is none of .tar, .tar.gz, .tgz, .zip, .nupkg"),
            "package" => new TreeSource { Kind = SourceKind.Package, Name = include, Path = PackageFolder(tree, include, item.GetMetadata("Version")) },
            "project" => new TreeSource { Kind = SourceKind.Project, Name = include },
            "files" => FileOf(include, item),
            _ => OfPath(include, item),
        };
        source = source with
        {
            Into = TreeNames.Clean(item.GetMetadata("Into"), include),
            Filter = item.GetMetadata("Filter"),
            Without = item.GetMetadata("Without"),
            StripPrefix = TreeNames.Clean(item.GetMetadata("StripPrefix"), include),
            Overwrite = Flag(tree, $"Overwrite of '{include}'", item.GetMetadata("Overwrite")),
        };
        return source.Kind == SourceKind.Project ? resolveProject(item, source) : source;
    }

    /// <summary>What a path is: a folder, an archive by its name, or a file.</summary>
    private TreeSource OfPath(string path, ITaskItem? item = null)
    {
        string full = Absolute(path);
        return ArchiveReader.IsArchive(full) && !Directory.Exists(full) ? new TreeSource { Kind = SourceKind.Archive, Name = path, Path = full }
            : File.Exists(full) ? FileOf(path, item)
            : new TreeSource { Kind = SourceKind.Folder, Name = path, Path = full };
    }

    private TreeSource FileOf(string path, ITaskItem? item)
    {
        string full = Absolute(path);
        string target = item?.GetMetadata("TargetPath") is { Length: > 0 } given ? given : (item?.GetMetadata("RecursiveDir") ?? "") + Path.GetFileName(full);
        return new TreeSource { Kind = SourceKind.Files, Name = path, Files = new List<NamedFile> { new(full, target.Replace('\\', '/')) } };
    }

    /// <summary>The folder of a package: "Id/Version", or the version that restore resolved.</summary>
    private string PackageFolder(string tree, string include, string version)
    {
        string[] parts = include.Split('/', '\\');
        string id = parts[0];
        version = version.Length > 0 ? version : parts.Length == 2 ? parts[1] : ResolvedVersion(id);
        if (version.Length == 0)
        {
            throw new CacheException(Diagnostics.TreeSourceMissing, tree, include, "has no Version, and restore resolved no package of this id");
        }

        if (TreeNames.Fault(id) is not null || TreeNames.Fault(version) is not null || packages.Length == 0)
        {
            throw Invalid(tree, $"'{include}' is no package");
        }

        string path = Path.Combine(packages, id.ToLowerInvariant(), version.ToLowerInvariant());
        return File.Exists(Path.Combine(path, ".nupkg.metadata"))
            ? path
            : throw new CacheException(Diagnostics.TreeSourceMissing, tree, include, $"is not in NuGet's folder ('{path}'): name it in a PackageReference or PackageDownload, and restore");
    }

    private string ResolvedVersion(string id)
    {
        if (!File.Exists(assets))
        {
            return "";
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
        return document.RootElement.TryGetProperty("libraries", out JsonElement libraries)
            ? libraries.EnumerateObject().Select(static library => library.Name.Split('/')).FirstOrDefault(library => library.Length == 2 && library[0].Equals(id, StringComparison.OrdinalIgnoreCase))?[1] ?? ""
            : "";
    }

    private TreePlacement PlacementOf(string tree, string given, bool readOnly)
    {
        string chosen = given.Trim().Length > 0 ? given : placement;
        TreePlacement placed = Choose(tree, "Placement", chosen,
            ("", TreePlacement.Copy), ("auto", TreePlacement.Copy), ("clone", TreePlacement.Copy), ("copy", TreePlacement.Copy), ("hardlink", TreePlacement.Hardlink), ("symlink", TreePlacement.Symlink));
        return placed == TreePlacement.Copy || readOnly ? placed
            : given.Trim().Length == 0 ? TreePlacement.Copy
            : throw Invalid(tree, $"Placement '{given}' shares files with the cache, so the tree needs ReadOnly=\"true\"");
    }

    private string Absolute(string path) => ProjectTask.Absolute(path, folder);

    private static bool Flag(string tree, string what, string value) => Choose(tree, what, value, ("", false), ("false", false), ("true", true));

    private static T Choose<T>(string tree, string what, string value, params (string Word, T Meaning)[] words)
    {
        foreach ((string word, T meaning) in words)
        {
            if (word.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return meaning;
            }
        }

        throw Invalid(tree, $"{what} is '{value}', which is none of {string.Join(", ", words.Where(static word => word.Word.Length > 0).Select(static word => $"'{word.Word}'"))}");
    }

    private static CacheException Invalid(string tree, string fault) => new(Diagnostics.TreeSetting, tree, fault);
}
