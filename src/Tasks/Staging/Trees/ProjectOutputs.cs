using System.Text;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging.Trees;

/// <summary>The outputs of another project as a source: from its entry in the cache, without building it or putting it in place.</summary>
internal static class ProjectOutputs
{
    /// <summary>The source; <see langword="null"/> if the project was built and its outputs lie in their folder.</summary>
    /// <remarks>The key is of the content, as for a folder: a project that is built again with equal results changes nothing.</remarks>
    public static LoadedSource? Load(TreeSource spec, LocalStore store, RootMap roots, CancellationToken stop)
    {
        if (spec.Entry is not { } entry)
        {
            return null;
        }

        string folder = spec.StripPrefix.Length == 0 ? spec.Path : Path.Combine(spec.Path, spec.StripPrefix);
        RootMap places = roots.Only(RootMap.Repository, RootMap.Packages);
        GlobFilter filter = new(spec.Filter, spec.Without);
        Dictionary<string, (CachedOutput Output, byte[]? Text)> outputs = new(StringComparer.Ordinal);
        Dictionary<string, List<TreeFile>> folders = new(StringComparer.Ordinal);
        foreach (CachedOutput output in entry.Outputs)
        {
            string path = roots.ToAbsolute(output.Path);
            if (!RootMap.IsWithin(path, folder) || path.Length == folder.Length)
            {
                continue;
            }

            string relative = TreeNames.Clean(path[(folder.Length + 1)..], spec.Name, allowEmpty: false);
            if (!filter.Takes(relative))
            {
                continue;
            }

            byte[]? text = output.Kind == OutputKind.Text ? store.TryGetBytes(output.Digest) : null;
            if (output.Kind == OutputKind.Text)
            {
                text = PathText.ToLocal(text ?? throw Gone(spec), output.Source, places);
            }

            TreeFile file = new(
                relative[(relative.LastIndexOf('/') + 1)..],
                output.Kind == OutputKind.Link ? TreeEntryKind.Link : (output.Permissions & UnixFileMode.UserExecute) != 0 ? TreeEntryKind.Executable : TreeEntryKind.File,
                text?.Length ?? output.Size,
                text is null ? output.Digest : Digest.Of(text),
                output.Kind == OutputKind.Link ? output.Source : "",
                0);
            outputs[relative] = (output, text);
            string parent = TreeComposer.Parent(relative);
            if (!folders.TryGetValue(parent, out List<TreeFile>? files))
            {
                folders[parent] = files = [];
            }

            files.Add(file);
        }

        TreeRecord listing = new([.. folders.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => new TreeFolder(pair.Key, [.. pair.Value.OrderBy(static file => file.Name, StringComparer.Ordinal)]))]);
        return new LoadedSource(spec, listing.Content(), () => listing)
        {
            ContentOf = (at, file) => ContentOf(outputs[TreeRecord.Join(at, file.Name)], spec, store, roots, stop),
        };
    }

    /// <summary>A file that has the content: what the output is a copy of, the store's, or the output where it was built. Each is read before it is believed.</summary>
    private static FileContent ContentOf((CachedOutput Output, byte[]? Text) found, TreeSource spec, LocalStore store, RootMap roots, CancellationToken stop)
    {
        if (found.Text is not null)
        {
            return new FileContent("", found.Text);
        }

        CachedOutput output = found.Output;
        bool Holds(string path) => FileStamp.TryRead(path, out FileStamp stamp) && stamp.Size == output.Size && FileHasher.Hash(path, stop) == output.Digest;
        if (output.IsCopy && roots.ToAbsolute(output.Source) is { } source && Holds(source))
        {
            return new FileContent(source);
        }

        if (store.TryGetFile(output.Digest, output.Size, stop) is { } stored)
        {
            if (Holds(stored))
            {
                return new FileContent(stored);
            }

            AtomicFile.TryDelete(stored);
        }

        string built = roots.ToAbsolute(output.Path);
        return Holds(built) ? new FileContent(built) : throw Gone(spec);
    }

    private static IOException Gone(TreeSource spec) => new($"the cache has lost outputs of '{spec.Name}': build that project once with -p:BuildCacheMode=write");
}
