using System.Buffers;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The items after evaluation, with their metadata, and the content of the files that they name.</summary>
internal static class ItemFacts
{
    /// <summary>Items that name no files of the project and follow from files and properties that are facts already. They are many.</summary>
    private static readonly HashSet<string> s_tables = new(StringComparer.OrdinalIgnoreCase)
    {
        "ProjectCapability", "PropertyPageSchema", "AvailableItemName", "SupportedPlatform", "SupportedTargetPlatform", "SupportedNETCoreAppTargetFramework",
        "SupportedNETFrameworkTargetFramework", "SupportedNETStandardTargetFramework", "SupportedTargetFramework", "ProjectReferenceTargets",

        // The .NET SDK's own, and 390 items: nobody else adds to them.
        "_KnownRuntimeIdentiferPlatforms", "_ExcludedKnownRuntimeIdentiferPlatforms", "_NETCoreAppVersionsForDefines", "_EolNetCoreTargetFrameworkVersions",
    };

    /// <summary>Items that are never files, though their names may have a dot.</summary>
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "PackageReference", "PackageVersion", "PackageDownload", "FrameworkReference", "Using", "InternalsVisibleTo", "AssemblyAttribute",
        "CompilerVisibleProperty", "CompilerVisibleItemMetadata", "BuildCacheEnvironment", "BuildCacheTree", "BuildCacheTreeSource",
        "KnownFrameworkReference", "KnownAppHostPack", "KnownRuntimePack", "KnownCrossgen2Pack", "KnownILCompilerPack", "KnownILLinkPack",
        "KnownWebAssemblySdkPack", "KnownAspNetCorePack", "ImplicitPackageReferenceVersion", "PackageConflictOverrides",
        "WindowsSdkSupportedTargetPlatformVersion", "SdkSupportedTargetPlatformIdentifier", "SdkSupportedTargetPlatformVersion",
        "SourceLinkGitHubHost", "SourceLinkGitLabHost", "SourceLinkAzureReposGitHost", "SourceLinkBitbucketGitHost",
        "AdditionalTargetFrameworkInfoProperty", "PreprocessorValue", "RuntimeHostConfigurationOption",

        // Folders.
        "_AllDirectoriesAbove",
    };

    /// <summary>What no file's name holds, or no single one's.</summary>
    private static readonly SearchValues<char> s_noPath = SearchValues.Create("*?\n\0");

    private static readonly HashSet<string> s_pathMetadata = new(StringComparer.OrdinalIgnoreCase) { "HintPath", "StrongName", "DependentUpon" };

    /// <summary>Properties that name a file which the build reads.</summary>
    private static readonly string[] s_pathProperties =
    [
        "AssemblyOriginatorKeyFile", "KeyOriginatorFile", "ApplicationIcon", "ApplicationManifest", "Win32Resource", "Win32Manifest",
        "CodeAnalysisRuleSet", "CompilerResponseFile", "AppConfig", "AppDesignerFolder", "PackageIcon", "PackageReadmeFile", "NuspecFile",
        "RunSettingsFilePath", "SourceLink", "NuGetLockFilePath",
    ];

    /// <summary>Whether items of a type say nothing about a project that its other facts do not.</summary>
    public static bool IsTable(string type) => s_tables.Contains(type);

    /// <summary>Whether an item is a file that <c>dotnet test</c> wrote, which the .NET SDK's patterns find in the next evaluation and nothing reads.</summary>
    private static bool IsTestResult(EvaluatedItem item) =>
        item.Include.StartsWith("TestResults", StringComparison.Ordinal) && item.Include.AsSpan("TestResults".Length) is ['/' or '\\', ..] &&
        item.Value("CopyToOutputDirectory").Length == 0 && item.Value("Pack").Length == 0;

    /// <summary>Adds the items of each type, and the files that they and some properties name.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static void Add(FactContext context, EvaluatedProject project, FileFacts files, List<Fact> facts)
    {
        // Items such as IntermediateAssembly name what the build itself will write, and so do declared outputs. Staged trees count by their keys.
        string[] folders = WrittenPlaces.FoldersOfThisBuild(project);
        string[] elsewhere = WrittenPlaces.ElsewhereOfThisBuild(project);
        string[] made = [.. folders, .. elsewhere];

        // The resolved packages are a fact of their own, without the places that this file holds.
        string assets = project.Property("ProjectAssetsFile").Replace('\\', Path.DirectorySeparatorChar);
        void AddFile(string name, bool isCopied)
        {
            string path = AbsolutePath.Of(name, project.Directory);
            if (!path.Equals(assets, RootMap.Comparison) && !made.Any(folder => RootMap.IsWithin(path, folder)))
            {
                _ = isCopied ? files.TryAddCopied(path) : files.TryAdd(path);
            }
        }

        // Default globs find what an earlier build staged or wrote, and what projects below this one's folder made, and nothing before the first build.
        // None items without metadata do nothing in a build.
        string[] found =
        [
            .. elsewhere.Where(place => RootMap.IsWithin(place, project.Directory) && !folders.Any(folder => RootMap.IsWithin(place, folder))),
            .. WrittenPlaces.OfProjectsBelow(context, project, isOther: false),
        ];
        bool IsMade(EvaluatedItem item) => item.Metadata.Length == 0 &&
            AbsolutePath.Of(item.Include, project.Directory) is { } path && found.Any(place => RootMap.IsWithin(path, place));

        foreach (EvaluatedItemType type in project.ItemTypes)
        {
            // These are facts of their own: what lies in the folder, and what was declared.
            if (type.Name.Equals("BuildCacheInput", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            ItemTypeFacts? ofType = type.Facts;
            if (found.Length > 0 && type.Name.Equals("None", StringComparison.OrdinalIgnoreCase))
            {
                EvaluatedItem[] items = [.. type.Items.Where(item => !IsMade(item))];
                if (items.Length == 0)
                {
                    continue;
                }

                ofType = Read(context, type.Name, items);
            }
            else if (ofType?.Context != context)
            {
                type.Facts = ofType = Read(context, type.Name, type.Items);
            }

            facts.Add(ofType.Fact);
            foreach ((string name, bool isCopied) in ofType.Names)
            {
                AddFile(name, isCopied);
            }
        }

        foreach (string value in PathsInProperties(project.Property).Where(CanBePath))
        {
            AddFile(value, isCopied: false);
        }
    }

    /// <summary>What is the same of a type's items in every project that has them.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static ItemTypeFacts Read(FactContext context, string type, IReadOnlyList<EvaluatedItem> items)
    {
        bool isNames = s_names.Contains(type);
        List<(string Name, bool IsCopied)> names = [];
        using CanonicalHasher hasher = new("items/2");
        foreach (EvaluatedItem item in items)
        {
            if (type == "None" && IsTestResult(item))
            {
                continue;
            }

            hasher.Add(1, context.Roots.Neutral(item.Include));
            foreach ((string name, string value) in item.Metadata)
            {
                hasher.Add(2, name);
                hasher.Add(3, context.HashText(value));
                if (value.Length > 0 && s_pathMetadata.Contains(name) && CanBePath(value))
                {
                    names.Add((value, false));
                }
            }

            // A name without a dot or a separator is a reference, a package or a capability, not a file.
            if (!isNames && (item.Include.AsSpan().ContainsAny('.', '/', '\\') || type is "Compile" or "None" or "Content") && CanBePath(item.Include))
            {
                names.Add((item.Include, item.Value("CopyToOutputDirectory").Length > 0));
            }
        }

        return new ItemTypeFacts(context, new Fact(FactKind.Items, type, hasher.Finish()), names);
    }

    private static bool CanBePath(string name) => !name.AsSpan().ContainsAny(s_noPath) && name.Length <= 4096;

    /// <summary>The files that properties name, as they are written there.</summary>
    public static IEnumerable<string> PathsInProperties(Func<string, string> property) =>
        s_pathProperties.SelectMany(name => property(name).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

/// <summary>What the items of a type are to every project that has the same ones.</summary>
/// <param name="Context">The build that it was made in.</param>
/// <param name="Fact">The items with their metadata.</param>
/// <param name="Names">What may name a file, from each project's own folder, and whether that file is copied to the output folder.</param>
internal sealed record ItemTypeFacts(FactContext Context, Fact Fact, IReadOnlyList<(string Name, bool IsCopied)> Names);
