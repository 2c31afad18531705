using BuildCache.Reporting;

namespace BuildCache.Staging.Trees;

/// <summary>Refuses links that lead out of their tree, or in circles.</summary>
/// <remarks>A link is followed through the tree as it will be, through other links too: comparing texts is not enough, since a/.. is not always where a lies.</remarks>
internal static class TreeLinks
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    public static void Check(string tree, ComposedTree composed)
    {
        Dictionary<string, TreeFolder>? folders = null;
        for (int i = 0; i < composed.Record.Folders.Length; i++)
        {
            TreeFolder folder = composed.Record.Folders[i];
            for (int n = 0; folder.Traits.HasFlag(FolderTraits.HasLinks) && n < folder.Count; n++)
            {
                if (folder.Files[n].Kind == TreeEntryKind.Link)
                {
                    folders ??= composed.Record.ByPath();
                    string path = TreeRecord.Join(folder.Path, folder.Files[n].Name);
                    int followed = 0;
                    if (Follow(folders, folder.Path, folder.Files[n].Target, ref followed, out string fault) is null)
                    {
                        Origin origin = composed.OriginOf(i, n);
                        throw new CacheException(Diagnostics.TreeBadLink, path, composed.Sources[origin.Source].Spec.Name, tree, folder.Files[n].Target, fault);
                    }
                }
            }
        }
    }

    /// <summary>Where a link in a folder leads, relative to the tree; <see langword="null"/> if out of it, or nowhere ever.</summary>
    private static string? Follow(Dictionary<string, TreeFolder> folders, string folder, string target, ref int followed, out string fault)
    {
        fault = "";
        if (target.Length == 0 || target[0] is '/' or '\\' || target.AsSpan().ContainsAny('\\', ':'))
        {
            fault = "is an absolute path";
            return null;
        }

        string at = folder;
        foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
            {
                continue;
            }

            if (part == "..")
            {
                if (at.Length == 0)
                {
                    fault = "leaves the tree";
                    return null;
                }

                at = TreeComposer.Parent(at);
                continue;
            }

            if (folders.TryGetValue(at, out TreeFolder? here) && here.Traits.HasFlag(FolderTraits.HasLinks) && TreeFolderSearch.IndexOf(here.Files, part) is >= 0 and int found && here.Files[found].Kind == TreeEntryKind.Link)
            {
                if (++followed > MostLinks)
                {
                    fault = "goes in a circle";
                    return null;
                }

                if (Follow(folders, at, here.Files[found].Target, ref followed, out fault) is not { } next)
                {
                    return null;
                }

                at = next;
                continue;
            }

            at = TreeRecord.Join(at, part);
        }

        return at;
    }
}
