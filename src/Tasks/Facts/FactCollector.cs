using System.Runtime.InteropServices;
using BuildCache.Hashing;
using BuildCache.Reporting;

namespace BuildCache.Facts;

/// <summary>What a referenced project shows to its dependents.</summary>
/// <param name="Name">Its rooted path, with its target framework where it has several.</param>
/// <param name="Visible">The digest of what it shows.</param>
internal sealed record ReferenceState(string Name, Digest Visible);

/// <summary>A tree that was staged for the project before the lookup.</summary>
/// <param name="Destination">Absolute path of where it lies.</param>
/// <param name="Key">Stands for all that lies there.</param>
internal sealed record StagedState(string Destination, Digest Key);

/// <summary>Settings that are part of every key.</summary>
/// <param name="Salt">Anything a team wants: another salt is another cache.</param>
/// <param name="Relocatable">Whether clones in other folders share; if not, the folders are part of the key.</param>
internal readonly record struct KeySettings(string Salt, bool Relocatable);

/// <summary>Gathers the facts of an evaluated project and makes its fingerprint.</summary>
internal sealed class FactCollector(FactContext context, KeySettings settings, ICacheLog log)
{
    /// <summary>Raised with every change of what enters a key or of how: entries of other versions are then not found.</summary>
    private const string Format = "buildcache-key/1";

    /// <param name="project">The project, before any target of it ran.</param>
    /// <param name="references">What its direct references show.</param>
    /// <param name="sourceRevision">The commit that is compiled in; "" where none is.</param>
    /// <param name="trees">What was staged for it.</param>
    /// <param name="stop">Stops the hashing.</param>
    public Fingerprint Collect(EvaluatedProject project, IReadOnlyList<ReferenceState> references, string sourceRevision, IReadOnlyList<StagedState> trees, CancellationToken stop)
    {
        long started = FileStamp.Nanoseconds(DateTime.UtcNow);
        List<Fact> facts = new(1024);
        FileFacts files = new(context, facts, stop);

        HashSet<string> byOthers = Mentioned(project);
        files.TryAdd(project.Path);
        List<string> ofSdk = new(project.Imports.Count);
        foreach (string import in project.Imports)
        {
            if (context.IsSdk(import))
            {
                ofSdk.Add(import);
            }
            else
            {
                files.TryAdd(import);
            }
        }

        SdkImports sdk = context.SdkImports(ofSdk, stop);
        facts.Add(new Fact(FactKind.Toolset, "the build files of the .NET SDK", sdk.Content));

        AmbientFiles.Add(context, project, files);
        GitFacts.Add(context, project, files, facts);
        AddInputs(project, files, facts);
        ItemFacts.Add(context, project, files, facts);
        string[] made = [.. WrittenPlaces.FoldersOfThisBuild(project), .. WrittenPlaces.ElsewhereOfThisBuild(project)];
        ReferencedFolders.Add(context, project, made, files, facts);
        foreach (string named in NamedInFiles(context, project, stop).Where(named => !made.Any(place => RootMap.IsWithin(named, place))))
        {
            files.AddOrAbsent(named);
        }

        PropertyFacts.Add(context, project, byOthers, facts);
        EnvironmentFacts.Add(context, byOthers, sdk.Mentioned, facts);
        PackageFacts.Add(context, project.Property("ProjectAssetsFile"), facts, stop);
        foreach (ReferenceState reference in references)
        {
            facts.Add(new Fact(FactKind.Reference, reference.Name, reference.Visible));
        }

        foreach (StagedState tree in trees)
        {
            facts.Add(new Fact(FactKind.Staged, context.Roots.ToRooted(tree.Destination), tree.Key));
        }

        if (sourceRevision.Length > 0)
        {
            facts.Add(new Fact(FactKind.Toolset, "source revision", Digest.Of(sourceRevision), sourceRevision));
        }

        return Fingerprint.Create(WeakKey(project, byOthers), facts, files.Files, started) with
        {
            Missing = files.Missing,
            Replaced = context.ReadBefore.FindBuildFile(project, files.Files.GetValueOrDefault),
        };
    }

    /// <summary>Files that a file of the project names, and neither an item nor a property: absolute paths, whether they are there or not.</summary>
    public static IEnumerable<string> NamedInFiles(FactContext context, EvaluatedProject project, CancellationToken stop) =>
        DocumentationIncludes.Of(context, project, stop)
            .Concat(ResourceReferences.Of(context, project, stop))
            .Concat(RuleSets.Of(context, project, stop))
            .Concat(ProtocolBuffers.Of(context, project, stop))
            .Concat(CompilerOptions.FilesNamed(context, project, stop));

    /// <summary>The files under the project's folder, less those removed from BuildCacheInput, and the declared ones.</summary>
    private void AddInputs(EvaluatedProject project, FileFacts files, List<Fact> facts)
    {
        foreach (EvaluatedItem item in project.ItemsOf("BuildCacheInput").Where(item => item.Value("Implicit") != "true"))
        {
            string path = AbsolutePath.Of(item.Include, project.Directory);
            if (Directory.Exists(path))
            {
                AddFolder(path, files, facts);
            }
            else if (!files.AddOrAbsent(path))
            {
                log.Report(Diagnostics.MissingInput, item.Include);
            }
        }

        using CanonicalHasher listing = new("listing/1");
        foreach (string file in ImplicitInputs.Of(context, project))
        {
            if (files.TryAdd(file))
            {
                listing.Add(1, context.Roots.ToRooted(file));
            }
        }

        facts.Add(new Fact(FactKind.Listing, context.Roots.ToRooted(project.Directory), listing.Finish()));
    }

    /// <summary>All that lies below a declared folder. A link to a folder counts by where it leads, and so does what lies there.</summary>
    private void AddFolder(string folder, FileFacts files, List<Fact> facts)
    {
        foreach ((string path, string? behind) in FilesBelow.Reached(folder))
        {
            if (behind is null)
            {
                files.TryAdd(path);
            }
            else
            {
                facts.Add(new Fact(FactKind.File, context.Roots.ToRooted(path), Digest.Of(context.Roots.Neutral(behind))));
            }
        }
    }

    /// <summary>The key under which the project's input records lie.</summary>
    public Digest WeakKeyOf(EvaluatedProject project) => WeakKey(project, Mentioned(project));

    /// <summary>The names that files outside the .NET SDK mention, and declared ones. Gathered once for a project, which is probed and then looked up.</summary>
    private HashSet<string> Mentioned(EvaluatedProject project) => context.MentionedNames.GetValue(project, project => Mention(context, project));

    private static HashSet<string> Mention(FactContext context, EvaluatedProject project)
    {
        HashSet<string> names = new(EnvironmentFacts.Declared(project), StringComparer.OrdinalIgnoreCase);
        names.UnionWith(context.Mentions.Scan(project.Path).Names);
        foreach (string import in project.Imports)
        {
            if (!context.IsSdk(import))
            {
                names.UnionWith(context.Mentions.Scan(import).Names);
            }
        }

        return names;
    }

    private Digest WeakKey(EvaluatedProject project, HashSet<string> mentioned)
    {
        using CanonicalHasher hasher = new(Format);
        hasher.Add(1, typeof(FactCollector).Module.ModuleVersionId.ToString("N"));
        hasher.Add(2, settings.Salt);
        hasher.Add(3, context.Roots.ToRooted(project.Path));
        hasher.Add(4, project.Property("TargetFramework"));
        hasher.Add(5, RuntimeInformation.OSArchitecture.ToString());
        hasher.Add(6, OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux");

        // A solution sets these two for every project; a build of the project alone comes to the same by its defaults.
        hasher.Add(12, project.Property("Configuration"));
        hasher.Add(13, project.Property("Platform"));
        foreach ((string name, string value) in Counting(project, mentioned))
        {
            hasher.Add(7, name.ToUpperInvariant());
            hasher.Add(8, context.Roots.Neutral(value));
        }

        hasher.Add(9, settings.Relocatable ? "anywhere" : "here");
        if (!settings.Relocatable)
        {
            hasher.Add(10, context.Roots.PathOf(RootMap.Repository));
            hasher.Add(11, context.Roots.PathOf(RootMap.Packages));
        }

        return hasher.Finish();
    }

    /// <summary>Whether a global property enters by its evaluated value.</summary>
    public static bool IsOwnField(string name) => name.Equals("Configuration", StringComparison.OrdinalIgnoreCase) || name.Equals("Platform", StringComparison.OrdinalIgnoreCase);

    /// <summary>The global properties that are part of a project's key, but for those that enter by their evaluated values.</summary>
    public static IEnumerable<KeyValuePair<string, string>> GlobalsThatCount(FactContext context, EvaluatedProject project) =>
        Counting(project, context.MentionedNames.GetValue(project, project => Mention(context, project)));

    private static IEnumerable<KeyValuePair<string, string>> Counting(EvaluatedProject project, HashSet<string> mentioned) => project.GlobalProperties
        .OrderBy(property => property.Key, StringComparer.OrdinalIgnoreCase)
        .Where(property => !IsOwnField(property.Key) && (!PropertyFacts.IsPassing(property.Key) || mentioned.Contains(property.Key)));
}
