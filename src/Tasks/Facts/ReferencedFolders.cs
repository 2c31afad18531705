using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The folders of assemblies that a project references as files: their own references, their pdb and xml files and their satellites are taken from there without anything naming them.</summary>
internal static class ReferencedFolders
{
    private static readonly HashSet<string> s_assemblies = new(StringComparer.OrdinalIgnoreCase) { ".dll", ".exe", ".winmd", ".netmodule" };

    /// <summary>Adds what lies in the folders, with the names, so that a new file is seen as well.</summary>
    /// <param name="context">The build.</param>
    /// <param name="project">The project.</param>
    /// <param name="made">Folders that the project's own build writes to.</param>
    /// <param name="files">Takes the files.</param>
    /// <param name="facts">Takes the names.</param>
    public static void Add(FactContext context, EvaluatedProject project, string[] made, FileFacts files, List<Fact> facts)
    {
        HashSet<string> folders = new(RootMap.Comparer);
        foreach (EvaluatedItem item in project.ItemsOf("Reference"))
        {
            string name = item.Value("HintPath") is { Length: > 0 } hint ? hint : item.Include;
            if (!name.AsSpan().ContainsAny('/', '\\') && !name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || name.AsSpan().ContainsAny('*', '?', '\0'))
            {
                continue;
            }

            string folder = Path.GetDirectoryName(AbsolutePath.Of(name, project.Directory))!;
            if (context.IsFixed(folder) || made.Any(place => RootMap.IsWithin(folder, place)) || !folders.Add(folder))
            {
                continue;
            }

            string[] found = Files(folder);
            foreach (string file in found)
            {
                files.TryAddCopied(file);
            }

            facts.Add(new Fact(FactKind.Beside, context.Roots.ToRooted(folder), FolderNames.Hash(folder, found)));
        }
    }

    /// <summary>The names of the assemblies in a folder, and of what belongs to them.</summary>
    public static Digest Names(string folder) => FolderNames.Hash(folder, Files(folder));

    /// <summary>Absolute paths of the assemblies, of the files that are called like one with another ending, and of satellites.</summary>
    public static string[] Files(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string[] all = Directory.GetFiles(folder);
        HashSet<string> stems = new(all.Where(IsAssembly).Select(path => Path.GetFileNameWithoutExtension(path)), RootMap.Comparer);
        return
        [
            .. all.Where(path => IsAssembly(path) || BelongsToOne(Path.GetFileName(path))),
            .. Directory.EnumerateDirectories(folder).SelectMany(culture => Directory.EnumerateFiles(culture, "*.resources.dll"))
                .Where(path => stems.Contains(Path.GetFileName(path)[..^".resources.dll".Length])),
        ];

        // Lib.pdb, Lib.xml, Lib.dll.config and so on belong to Lib.dll.
        bool BelongsToOne(string name)
        {
            for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
            {
                if (stems.Contains(name[..dot]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static bool IsAssembly(string path) => s_assemblies.Contains(Path.GetExtension(path));
}
