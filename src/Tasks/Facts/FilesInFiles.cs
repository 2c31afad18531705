using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Files that are read because the text of another file names them.</summary>
internal static class FilesInFiles
{
    private static readonly Digest s_none = Digest.Of("takes nothing in");
    private static readonly Digest s_some = Digest.Of("takes files in");

    /// <summary>The files that some files name, those that they name in turn, and so on: absolute paths, whether the files are there or not, without the first ones.</summary>
    /// <param name="context">The build.</param>
    /// <param name="form">Tells this question from others in the memo: a file is searched once after each change.</param>
    /// <param name="first">Absolute paths of the files to begin with.</param>
    /// <param name="namesAny">Whether a text names files.</param>
    /// <param name="namedIn">The files that a file with this text names.</param>
    /// <param name="stop">Stops the reading.</param>
    public static IReadOnlyCollection<string> Of(
        FactContext context, string form, IEnumerable<string> first, Func<string, bool> namesAny, Func<string, string, IEnumerable<string>> namedIn, CancellationToken stop)
    {
        HashSet<string> found = new(RootMap.Comparer);
        Stack<string> open = new(first);
        while (open.TryPop(out string? path))
        {
            if (!context.Memo.TryHash(form, path, (path, _) => namesAny(File.ReadAllText(path)) ? s_some : s_none, out Digest has, out _, stop) || has != s_some)
            {
                continue;
            }

            foreach (string named in namedIn(path, File.ReadAllText(path)).Where(found.Add))
            {
                open.Push(named);
            }
        }

        return found;
    }
}
