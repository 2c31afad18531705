using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Looks facts of a record at again, without MSBuild.</summary>
internal static class FactCheck
{
    private static readonly Digest s_file = Digest.Of("file");
    private static readonly Digest s_folder = Digest.Of("folder");
    private static readonly Digest s_executable = Digest.Of("executable");
    private static readonly Digest s_data = Digest.Of("data");

    /// <summary>The present value of a fact; none for what is not there.</summary>
    public static Digest Now(FactContext context, Fact fact, CancellationToken stop)
    {
        string path = context.Roots.ToAbsolute(fact.Name);
        return fact.Kind switch
        {
            FactKind.File => context.TryHash(path, out HashedFile? file, stop) ? file.Digest : default,
            FactKind.Absence => FileStamp.TryRead(path, out FileStamp stamp) && stamp.IsRegular ? s_file : default,
            FactKind.Probe => Probe(path, out _),
            FactKind.Listing => Listing(path, fact.Text),
            FactKind.Tree => FolderNames.Tree(path, fact.Text),
            FactKind.Names => FolderNames.Matching(path, fact.Text),
            FactKind.Executable => Executable(path),
            FactKind.Beside => ReferencedFolders.Names(path),
            FactKind.Folders => FolderNames.Folders(path),
            FactKind.Git => GitFacts.OfMachine(context, path, fact.Text),
            FactKind.Above => AmbientFiles.Above(context, stop),
            FactKind.Environment => context.Environment.TryGetValue(fact.Name, out string? value) ? Digest.Of(context.Roots.Neutral(value)) : default,
            _ => default,
        };
    }

    /// <summary>What lies at a path: a file, a folder, or nothing.</summary>
    public static Digest Probe(string path, out FileStamp stamp) =>
        !FileStamp.TryRead(path, out stamp) ? default : stamp.IsDirectory ? s_folder : s_file;

    /// <summary>Whether a file may be executed; none if there is none.</summary>
    public static Digest Executable(string path) =>
        !FileStamp.TryRead(path, out FileStamp stamp) ? default : stamp.IsExecutable ? s_executable : s_data;

    private static Digest Listing(string folder, string skipped)
    {
        if (!Directory.Exists(folder))
        {
            return default;
        }

        string[] files = FolderNames.OfProject(folder, skipped, out bool hasLinks);
        return hasLinks ? default : FolderNames.Hash(folder, files);
    }
}
