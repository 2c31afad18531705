using System.Runtime.InteropServices;
using BuildCache.Reporting;

namespace BuildCache.Staging.Trees;

/// <summary>Puts sources together in their order, and refuses what cannot lie in one tree, before anything is written.</summary>
internal static class TreeComposer
{
    private const int MostClashesShown = 10;

    /// <summary>A folder that several sources may bring files to.</summary>
    private sealed class Draft
    {
        public (TreeFolder Folder, Origin Origin)[] Parts { get; set; } = [];

        public Origin Origin { get; set; } = new(-1, "");
    }

    /// <summary>Composes the tree.</summary>
    /// <exception cref="CacheException">Two sources bring the same name, names differ by case alone, or a link leaves the tree.</exception>
    public static ComposedTree Compose(string tree, IReadOnlyList<LoadedSource> sources)
    {
        ComposedTree composed = sources is [{ Spec.Into: "" } only]
            ? new ComposedTree(WithTop(only.Listing), [], sources)
            : Merge(tree, sources);
        if (composed.Origins.Length == 0)
        {
            composed = composed with { Origins = [.. composed.Record.Folders.Select(static folder => new[] { new Origin(0, folder.Path) })] };
        }

        CheckNames(tree, composed);
        TreeLinks.Check(tree, composed);
        return composed;
    }

    /// <summary>The same with all folders above those listed.</summary>
    private static TreeRecord WithTop(TreeRecord listing)
    {
        HashSet<string> paths = new(listing.Folders.Length + 1, StringComparer.Ordinal);
        foreach (TreeFolder folder in listing.Folders)
        {
            paths.Add(folder.Path);
        }

        List<TreeFolder> missing = [];
        foreach (TreeFolder folder in listing.Folders)
        {
            for (string above = Parent(folder.Path); paths.Add(above); above = Parent(above))
            {
                missing.Add(new TreeFolder(above, []));
            }
        }

        if (paths.Add(""))
        {
            missing.Add(new TreeFolder("", []));
        }

        if (missing.Count == 0)
        {
            return listing;
        }

        TreeFolder[] all = [.. listing.Folders, .. missing];
        Array.Sort(all, static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new TreeRecord(all);
    }

    private static ComposedTree Merge(string tree, IReadOnlyList<LoadedSource> sources)
    {
        Dictionary<string, Draft> drafts = new(StringComparer.Ordinal) { [""] = new Draft() };
        for (int i = 0; i < sources.Count; i++)
        {
            foreach (TreeFolder folder in sources[i].Listing.Folders)
            {
                string path = TreeRecord.Join(sources[i].Spec.Into, folder.Path);
                Draft draft = Get(drafts, path);
                Origin origin = new(i, folder.Path);
                draft.Origin = origin;
                if (folder.Count > 0)
                {
                    draft.Parts = [.. draft.Parts, (folder, origin)];
                }
            }
        }

        List<string> clashes = [];
        KeyValuePair<string, Draft>[] ordered = [.. drafts];
        Array.Sort(ordered, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        TreeFolder[] folders = new TreeFolder[ordered.Length];
        Origin[][] origins = new Origin[ordered.Length][];
        for (int i = 0; i < ordered.Length; i++)
        {
            (folders[i], origins[i]) = Settle(ordered[i].Key, ordered[i].Value, sources, clashes);
        }

        if (clashes.Count > 0)
        {
            throw new CacheException(Diagnostics.TreeOverlap, tree,
                string.Join("; ", clashes.Take(MostClashesShown)) + (clashes.Count > MostClashesShown ? $"; and {clashes.Count - MostClashesShown} more" : ""));
        }

        return new ComposedTree(new TreeRecord(folders), origins, sources);
    }

    private static Draft Get(Dictionary<string, Draft> drafts, string path)
    {
        if (drafts.TryGetValue(path, out Draft? draft))
        {
            return draft;
        }

        Get(drafts, Parent(path));
        return drafts[path] = new Draft();
    }

    /// <summary>One file for each name: the last one, if its source may overwrite.</summary>
    private static (TreeFolder, Origin[]) Settle(string path, Draft draft, IReadOnlyList<LoadedSource> sources, List<string> clashes)
    {
        if (draft.Parts.Length == 0)
        {
            return (new TreeFolder(path, []), [draft.Origin]);
        }

        if (draft.Parts is [var only])
        {
            return (only.Folder.At(path), [only.Origin]);
        }

        // Stable by source: the order in which the files came.
        (TreeFile File, Origin Origin)[] sorted = [.. draft.Parts
            .SelectMany(static part => part.Folder.Unpack().Select(file => (File: file, part.Origin)))
            .OrderBy(static file => file.File.Name, StringComparer.Ordinal)];
        List<TreeFile> kept = new(sorted.Length);
        List<Origin> origins = new(sorted.Length);
        foreach ((TreeFile file, Origin origin) in sorted)
        {
            if (kept.Count > 0 && kept[^1].Name == file.Name)
            {
                if (!sources[origin.Source].Spec.Overwrite || origins[^1].Source == origin.Source)
                {
                    clashes.Add(Clash(path, file.Name, origins[^1], origin, sources));
                }

                kept[^1] = file;
                origins[^1] = origin;
                continue;
            }

            kept.Add(file);
            origins.Add(origin);
        }

        bool isUniform = origins.TrueForAll(origin => origin == origins[0]);
        return (new TreeFolder(path, CollectionsMarshal.AsSpan(kept)), isUniform ? [origins[0]] : [.. origins]);
    }

    private static string Clash(string folder, string name, Origin first, Origin second, IReadOnlyList<LoadedSource> sources) =>
        $"'{TreeRecord.Join(folder, name)}' comes from '{sources[first.Source].Owner(TreeRecord.Join(first.Folder, name))}' and from '{sources[second.Source].Owner(TreeRecord.Join(second.Folder, name))}'";

    /// <summary>No two names in a folder may be the same on a system that ignores case, nor a file and a folder have one name.</summary>
    private static void CheckNames(string tree, ComposedTree composed)
    {
        Dictionary<string, int> folders = new(composed.Record.Folders.Length, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < composed.Record.Folders.Length; i++)
        {
            TreeFolder folder = composed.Record.Folders[i];
            if (!folders.TryAdd(folder.Path, i))
            {
                throw CaseClash(tree, composed, folder.Path, i, composed.Record.Folders[folders[folder.Path]].Path, folders[folder.Path]);
            }
        }

        for (int i = 0; i < composed.Record.Folders.Length; i++)
        {
            TreeFolder folder = composed.Record.Folders[i];
            if (folder.Traits.HasFlag(FolderTraits.HasCaseClash))
            {
                HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
                string first = folder.Files.First(file => !names.Add(file.Name)).Name;
                names.TryGetValue(first, out string? other);
                throw CaseClash(tree, composed, TreeRecord.Join(folder.Path, first), i, TreeRecord.Join(folder.Path, other!), i);
            }
        }

        Dictionary<int, HashSet<string>> namesOf = [];
        for (int i = 1; i < composed.Record.Folders.Length; i++)
        {
            string path = composed.Record.Folders[i].Path;
            int parent = folders[Parent(path)];
            TreeFolder above = composed.Record.Folders[parent];
            if (above.Count == 0)
            {
                continue;
            }

            if (!namesOf.TryGetValue(parent, out HashSet<string>? names))
            {
                namesOf[parent] = names = new(above.Files.Select(static file => file.Name), StringComparer.OrdinalIgnoreCase);
            }

            if (names.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out string? name))
            {
                throw CaseClash(tree, composed, path + "/", i, TreeRecord.Join(above.Path, name), parent);
            }
        }
    }

    private static CacheException CaseClash(string tree, ComposedTree composed, string first, int firstFolder, string second, int secondFolder) =>
        new(Diagnostics.TreeNameClash, tree, first, OwnerOf(composed, firstFolder), second, OwnerOf(composed, secondFolder));

    private static string OwnerOf(ComposedTree composed, int folder) =>
        composed.Origins[folder] is [{ Source: >= 0 } origin, ..] ? composed.Sources[origin.Source].Spec.Name : composed.Sources[0].Spec.Name;

    /// <summary>The folder above; "" for one at the top.</summary>
    public static string Parent(string path)
    {
        int at = path.LastIndexOf('/');
        return at < 0 ? "" : path[..at];
    }
}
