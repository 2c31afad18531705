using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The files that MSBuild, NuGet and the compiler look for by name in every folder upwards.</summary>
internal static class AmbientFiles
{
    private static readonly string[] s_names =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props",
        ".editorconfig", ".globalconfig", "global.json", "nuget.config", "NuGet.config", "NuGet.Config",
    ];

    /// <summary>Whether a tool looks for files of this name by itself.</summary>
    public static bool IsOne(string name) => s_names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The digest of those above the repository, the nearest first.</summary>
    public static Digest Above(FactContext context, CancellationToken stop)
    {
        using CanonicalHasher hasher = new("above/1");
        for (string? folder = Path.GetDirectoryName(context.Roots.PathOf(RootMap.Repository)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (string name in s_names)
            {
                if (context.TryHash(Path.Combine(folder, name), out HashedFile? file, stop))
                {
                    hasher.Add(1, name);
                    hasher.Add(2, file.Digest);
                }
            }
        }

        return hasher.Finish();
    }

    /// <summary>Adds those that are there, and inside the repository the absence of those that are not.</summary>
    /// <remarks>Above the repository an absence cannot be named the same on two machines; what is there counts all the same.</remarks>
    public static void Add(FactContext context, EvaluatedProject project, FileFacts files)
    {
        string root = context.Roots.PathOf(RootMap.Repository);
        files.AddOrAbsent(project.Path + ".user");
        for (string? folder = project.Directory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            bool inside = RootMap.IsWithin(folder, root);
            foreach (string name in s_names)
            {
                if (inside)
                {
                    files.AddOrAbsent(Path.Combine(folder, name));
                }
                else
                {
                    files.TryAdd(Path.Combine(folder, name));
                }
            }
        }
    }
}
