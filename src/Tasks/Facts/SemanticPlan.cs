using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>How a file is hashed by its meaning.</summary>
internal enum SemanticForm
{
    /// <summary>A C# source, without comments and blank lines.</summary>
    Source,

    /// <summary>An archive, by its members.</summary>
    Archive,

    /// <summary>An assembly that is only compiled against, by its MVID.</summary>
    Assembly,
}

/// <summary>Which files of a project may be hashed by their meaning, as far as evaluation shows.</summary>
/// <remarks>
/// A file may only if all that read it are known, and none can see what is left out. Whatever evaluation cannot show is
/// looked at when the project was built, before anything is published (Gates/SemanticProof).
/// </remarks>
/// <param name="Files">The files, by absolute path.</param>
/// <param name="WhyNotSources">Why no source is among them; <see langword="null"/> if nothing speaks against it.</param>
internal sealed record SemanticPlan(IReadOnlyDictionary<string, SemanticForm> Files, string? WhyNotSources)
{
    /// <summary>Items that no target of the .NET SDK reads in a build, unless their metadata ask for a copy.</summary>
    private static readonly HashSet<string> s_unread = new(StringComparer.OrdinalIgnoreCase) { "None", "NativeLibrary" };

    /// <param name="project">The project, before any target of it ran.</param>
    /// <param name="hasHooks">Whether targets that are not known run in its build: they may read anything.</param>
    public static SemanticPlan For(EvaluatedProject project, bool hasHooks)
    {
        Dictionary<string, string> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in project.Properties)
        {
            properties[name] = value;
        }

        string? whyNot = hasHooks
            ? "it has targets of its own, which may read comments"
            : SourceVisibility.Find(name => properties.GetValueOrDefault(name, ""));
        Dictionary<string, SemanticForm> files = new(RootMap.Comparer);
        HashSet<string> refused = new(RootMap.Comparer);
        foreach (EvaluatedItemType type in project.ItemTypes)
        {
            foreach (EvaluatedItem item in type.Items)
            {
                bool isImplied = type.Name.Equals("BuildCacheInput", StringComparison.OrdinalIgnoreCase) && item.Value("Implicit") == "true";
                if (isImplied || item.Include.Length > 4096 || item.Include.Contains('\0'))
                {
                    continue;
                }

                Enter(project, type.Name, item, item.Include, hasHooks, files, refused);
                if (item.Value("HintPath") is { Length: > 0 } hint)
                {
                    Enter(project, type.Name, item, hint, hasHooks, files, refused);
                }
            }
        }

        foreach (EvaluatedItem resource in project.ItemsOf("EmbeddedResource"))
        {
            refused.UnionWith(NamingSources(project, resource, files.Keys));
        }

        return new SemanticPlan(
            files.Where(file => !refused.Contains(file.Key) && (file.Value != SemanticForm.Source || whyNot is null)).ToDictionary(RootMap.Comparer),
            whyNot);
    }

    /// <summary>Notes one use of a file: the first that it has, or one that goes with those before.</summary>
    private static void Enter(
        EvaluatedProject project, string type, EvaluatedItem item, string name, bool hasHooks, Dictionary<string, SemanticForm> files, HashSet<string> refused)
    {
        string path = AbsolutePath.Of(name, project.Directory);
        bool isUnread = s_unread.Contains(type) && !IsCopied(item);
        SemanticForm? form = type.ToUpperInvariant() switch
        {
            "COMPILE" when path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) && !IsCopied(item) && !hasHooks => SemanticForm.Source,
            "REFERENCE" when item.Value("Private").Equals("false", StringComparison.OrdinalIgnoreCase) &&
                !item.Value("EmbedInteropTypes").Equals("true", StringComparison.OrdinalIgnoreCase) && !IsCopied(item) && !hasHooks => SemanticForm.Assembly,

            // Only the project knows what its target does with a file: it says that it unpacks it.
            "BUILDCACHEINPUT" when ArchiveHasher.IsArchive(path) && item.Value("ByMembers").Equals("true", StringComparison.OrdinalIgnoreCase) => SemanticForm.Archive,
            _ when isUnread && !hasHooks && ArchiveHasher.IsArchive(path) => SemanticForm.Archive,
            _ => null,
        };
        if (form is { } wanted && (!files.TryGetValue(path, out SemanticForm before) || before == wanted))
        {
            files[path] = wanted;
        }
        else if (!isUnread)
        {
            refused.Add(path);
        }
    }

    private static bool IsCopied(EvaluatedItem item) =>
        item.Value("CopyToOutputDirectory") is { Length: > 0 } copy && !copy.Equals("Never", StringComparison.OrdinalIgnoreCase);

    /// <summary>The sources in which MSBuild looks for the class that a resource is named after: one of the same name beside it, or the one it depends on.</summary>
    private static IEnumerable<string> NamingSources(EvaluatedProject project, EvaluatedItem resource, IEnumerable<string> sources)
    {
        string path = AbsolutePath.Of(resource.Include, project.Directory);
        string folder = Path.GetDirectoryName(path)!;
        string parent = Path.GetFileName(resource.Value("DependentUpon").Replace('\\', Path.DirectorySeparatorChar));
        return sources.Where(source =>
            Path.GetFileName(source).Equals(parent, StringComparison.OrdinalIgnoreCase) ||
            (Path.GetDirectoryName(source)!.Equals(folder, RootMap.Comparison) &&
                Path.GetFileName(path).StartsWith(Path.GetFileNameWithoutExtension(source) + ".", StringComparison.OrdinalIgnoreCase)));
    }
}
