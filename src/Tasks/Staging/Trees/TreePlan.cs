namespace BuildCache.Staging.Trees;

/// <summary>What must happen in one folder of a destination.</summary>
/// <param name="Index">The number of the folder in the composed tree.</param>
/// <param name="IsNew">Whether the folder is to be made.</param>
/// <param name="Writes">Numbers of the files that are to be written.</param>
internal readonly record struct FolderWork(int Index, bool IsNew, IReadOnlyList<int> Writes);

/// <summary>The difference between a destination as it is and as it should be.</summary>
/// <param name="Deletes">Files that go, relative to the destination: not the tree's, or to be replaced.</param>
/// <param name="DeletedFolders">Folders that go then, the deepest first.</param>
/// <param name="Folders">Folders with something to write, in order.</param>
/// <param name="Strangers">Files that are not the tree's.</param>
internal sealed record TreePlan(IReadOnlyList<string> Deletes, IReadOnlyList<string> DeletedFolders, IReadOnlyList<FolderWork> Folders, IReadOnlyList<string> Strangers)
{
    /// <summary>Files that are written or removed.</summary>
    public int Count => Deletes.Count + Folders.Sum(static folder => folder.Writes.Count);

    /// <summary>The folders in which something changes.</summary>
    public IReadOnlySet<string> Touched(TreeRecord tree)
    {
        HashSet<string> touched = new(DeletedFolders, StringComparer.Ordinal);
        foreach (FolderWork work in Folders)
        {
            touched.Add(tree.Folders[work.Index].Path);
        }

        foreach (string path in Deletes)
        {
            touched.Add(TreeComposer.Parent(path));
        }

        return touched;
    }

    /// <summary>Compares.</summary>
    /// <param name="tree">What should be there.</param>
    /// <param name="actual">What is.</param>
    /// <param name="keeps">Whether a file that is not the tree's stays, by its path.</param>
    public static TreePlan Between(TreeRecord tree, TreeRecord actual, Func<string, bool> keeps)
    {
        Dictionary<string, TreeFolder> present = actual.ByPath();
        List<string> deletes = [];
        List<string> strangers = [];
        List<FolderWork> work = [];
        Dictionary<int, int[]> numbers = [];
        HashSet<string> wanted = new(tree.Folders.Length, StringComparer.Ordinal);
        for (int i = 0; i < tree.Folders.Length; i++)
        {
            wanted.Add(tree.Folders[i].Path);
        }

        // Most new folders have as many files as others: one list of numbers serves them all.
        int[] AllOf(int count) => numbers.TryGetValue(count, out int[]? all) ? all : numbers[count] = [.. Enumerable.Range(0, count)];

        // A kept file must not lie where a folder is wanted.
        void Extra(string path)
        {
            strangers.Add(path);
            if (!keeps(path) || wanted.Contains(path))
            {
                deletes.Add(path);
            }
        }

        for (int i = 0; i < tree.Folders.Length; i++)
        {
            TreeFolder folder = tree.Folders[i];
            present.Remove(folder.Path, out TreeFolder? here);
            if (here is null)
            {
                work.Add(new FolderWork(i, IsNew: true, AllOf(folder.Count)));
            }
            else if (here.Content != folder.Content)
            {
                List<int> writes = [];
                Merge(folder, here, writes, deletes, Extra);
                if (writes.Count > 0)
                {
                    work.Add(new FolderWork(i, IsNew: false, writes));
                }
            }
        }

        List<string> folders = [];
        foreach (TreeFolder gone in present.Values)
        {
            foreach (TreeFile file in gone.Files)
            {
                Extra(TreeRecord.Join(gone.Path, file.Name));
            }

            folders.Add(gone.Path);
        }

        folders.Sort(static (left, right) => string.CompareOrdinal(right, left));
        return new TreePlan(deletes, folders, work, strangers);
    }

    private static void Merge(TreeFolder wanted, TreeFolder here, List<int> writes, List<string> deletes, Action<string> extra)
    {
        int at = 0;
        for (int i = 0; i < wanted.Files.Length; i++)
        {
            int order = 1;
            for (; at < here.Files.Length && (order = string.CompareOrdinal(here.Files[at].Name, wanted.Files[i].Name)) < 0; at++)
            {
                extra(TreeRecord.Join(here.Path, here.Files[at].Name));
            }

            if (at == here.Files.Length || order != 0)
            {
                writes.Add(i);
                continue;
            }

            if (!here.Files[at].IsSameContent(wanted.Files[i]))
            {
                deletes.Add(TreeRecord.Join(here.Path, here.Files[at].Name));
                writes.Add(i);
            }

            at++;
        }

        for (; at < here.Files.Length; at++)
        {
            extra(TreeRecord.Join(here.Path, here.Files[at].Name));
        }
    }
}
