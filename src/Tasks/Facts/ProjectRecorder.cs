using System.Collections.Concurrent;
using BuildCache.Hashing;
using BuildCache.Packages;

namespace BuildCache.Facts;

/// <summary>Makes the record of a project that was just looked up or built.</summary>
internal sealed class ProjectRecorder(FactContext context)
{
    private readonly ConcurrentDictionary<string, SharedFacts> _shared = new(StringComparer.Ordinal);

    /// <summary>Said by the invocation, not the same for two builds of one tree.</summary>
    private static readonly string[] s_ofInvocation = ["MSBuildStartupDirectory", "MSBuildNodeCount", "MSBuildInteractive"];

    // The command line's program sets DOTNET_NUGET_SIGNATURE_VERIFICATION by itself wherever restore is a part of the build:
    // for one and the same tree it is there or not.
    private static readonly string[] s_volatile =
    [
        "PATH", "PWD", "OLDPWD", "TEMP", "TMP", "TMPDIR", "DOTNET_CLI_TELEMETRY_SESSIONID", "DOTNET_CLI_TELEMETRY_OPTOUT", "DOTNET_NOLOGO", "DOTNET_CLI_UI_LANGUAGE", "MSBUILDDISABLENODEREUSE",
        "DOTNET_CLI_USE_MSBUILD_SERVER", "DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE", "DOTNET_NUGET_SIGNATURE_VERIFICATION", "MSBUILDUSESERVER", "MSBUILDNODEHANDSHAKESALT",
        // Set by a binary log (-bl).
        "MSBUILDTARGETOUTPUTLOGGING", "MSBUILDBINARYLOGGERENABLED",
    ];

    /// <summary>What the command line's program, restore and the engine read without any file mentioning it.</summary>
    private static readonly string[] s_prefixes = ["NUGET", "MSBUILD", "DOTNET", "RESTORE"];

    /// <param name="project">The project, before any target of it ran.</param>
    /// <param name="fingerprint">Its key; <see langword="null"/> where nothing is built (for an outer build, and for a framework that only restore looks at), and for a project that cannot be cached.</param>
    /// <param name="mustBuild">Why the project cannot be cached; "" if it can.</param>
    /// <param name="references">What its direct references show.</param>
    /// <param name="place">Absolute path of its folder in obj.</param>
    /// <param name="visible">What it shows to its dependents.</param>
    /// <param name="relocatable">Whether its outputs are right in any folder.</param>
    /// <param name="stop">Stops the hashing.</param>
    public ProjectRecord Record(
        EvaluatedProject project, Fingerprint? fingerprint, string mustBuild, IReadOnlyList<ReferenceState> references, string place, Digest visible, bool relocatable, CancellationToken stop)
    {
        HashSet<string> mentioned = new(EnvironmentFacts.Declared(project), StringComparer.OrdinalIgnoreCase);
        List<string> ofSdk = [];
        foreach (string file in project.Imports.Append(project.Path))
        {
            if (context.IsSdk(file))
            {
                ofSdk.Add(file);
            }
            else
            {
                mentioned.UnionWith(context.Mentions.Scan(file).Names);
            }
        }

        IReadOnlySet<string> bySdk = context.SdkImports(ofSdk, stop).Mentioned;
        List<Fact> evaluation = [], sources = [];
        string publishedTo = "";
        string build = mustBuild.Length > 0 ? mustBuild : MustBuild(project, fingerprint, out publishedTo);
        string? reason = Ineligible(project, mentioned) ?? AddFiles(project, fingerprint, evaluation, sources, stop);
        ReachFacts reach = new(context, project, bySdk, stop);
        reason ??= reach.Collect();
        evaluation.AddRange(reach.Facts);
        reason ??= AddListings(project, evaluation) ?? AddDeclaredFolders(project, fingerprint, sources);
        evaluation.AddRange(GitFacts.ForRecord(context, project));
        AddEnvironment(mentioned, bySdk, evaluation);
        string extensions = Folder(project, "MSBuildProjectExtensionsPath");
        return new ProjectRecord
        {
            Path = context.Roots.ToRooted(project.Path),
            Framework = project.Property("TargetFramework"),
            Frameworks = project.Property("TargetFrameworks"),
            Configuration = project.Property("Configuration"),
            IntermediateFolder = context.Roots.ToRooted(place),
            OutputFolder = project.Property("OutDir").Length == 0 ? "" : context.Roots.ToRooted(Folder(project, "OutDir")),
            RestoreFolder = context.Roots.ToRooted(extensions),
            Ineligible = reason ?? "",
            MustBuild = build,
            PublishedTo = publishedTo,
            ActionKey = fingerprint?.ActionKey ?? default,
            Visible = visible,
            Relocatable = relocatable,
            At = DateTime.UtcNow,
            Evaluation = evaluation,
            Sources = sources,
            References = references,
            Shared = _shared.GetOrAdd(string.Join('|', ofSdk), _ => SharedFacts.Create(FactsOfMachine(project, ofSdk, stop), bySdk)),
            Mentioned = mentioned,
        };
    }

    /// <summary>Whether a global property comes from <c>dotnet test</c>, and is another in each run.</summary>
    public static bool IsOfTestRun(string name) => name.StartsWith("VSTest", StringComparison.OrdinalIgnoreCase);

    /// <summary>What an evaluation depends on that no fact can tell, and what a project adds to its restore.</summary>
    private string? Ineligible(EvaluatedProject project, HashSet<string> mentioned)
    {
        if (s_ofInvocation.FirstOrDefault(mentioned.Contains) is { } volatileName)
        {
            return $"its build files mention $({volatileName})";
        }

        // A test run's own properties are no part of the record's key: the gate asks for those that are set and mentioned.
        if (project.GlobalProperties.Keys.FirstOrDefault(name => IsOfTestRun(name) && mentioned.Contains(name)) is { } test)
        {
            return $"its build files mention $({test})";
        }

        return ForeignTargets.FindInRestore(project, context) is [{ } first, ..] ? first : null;
    }

    /// <summary>What a build does, or depends on, that only a look at the project itself can tell.</summary>
    private string MustBuild(EvaluatedProject project, Fingerprint? fingerprint, out string publishedTo)
    {
        publishedTo = "";
        if (fingerprint?.Facts.Any(fact => fact.Kind == FactKind.Toolset && fact.Name == "source revision") == true)
        {
            return "the commit is compiled in";
        }

        if (project.ItemsOf("BuildCacheTree").Count > 0)
        {
            return "it stages trees";
        }

        if (project.Property("GeneratePackageOnBuild").Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return "it makes a package after its build";
        }

        if (project.DefaultTargets is not ["Build"])
        {
            return "its default target is another than Build";
        }

        if (project.ItemsOf("ProjectReference").Any(reference => reference.Value("BuildReference").Equals("false", StringComparison.OrdinalIgnoreCase)))
        {
            return "it references a project without building it";
        }

        if (SkippedState.Find(project, context).Uses is [{ } use, ..])
        {
            return use;
        }

        IReadOnlyList<string> outside = ForeignTargets.FindOutsideCore(project, context, out bool onlyPublishes);
        if (onlyPublishes && project.Property("PublishDir").Length > 0 && Folder(project, "PublishDir") is { } folder && !RootMap.IsWithin(project.Directory, folder))
        {
            publishedTo = context.Roots.ToRooted(folder);
        }

        return outside is [{ } first, ..] ? first : "";
    }

    /// <summary>Takes over what the key was made of, as far as a file can tell it. Says if something changed since the evaluation.</summary>
    private string? AddFiles(EvaluatedProject project, Fingerprint? fingerprint, List<Fact> evaluation, List<Fact> sources, CancellationToken stop)
    {
        HashSet<string> build = new(project.Imports.Append(project.Path), RootMap.Comparer);
        HashSet<Fact> facts = [];
        foreach (string file in build.Where(file => !context.IsSdk(file) && !IsOfRestore(file)))
        {
            if (!context.TryHash(file, out HashedFile? found, stop) || found.Stamp.LatestChangeNs >= project.SteadyNs)
            {
                return $"'{context.Roots.ToRooted(file)}' changed while it was built";
            }

            facts.Add(new Fact(FactKind.File, context.Roots.ToRooted(file), found.Digest));
        }

        string? replaced = fingerprint is not null ? fingerprint.Replaced : context.ReadBefore.FindBuildFile(project, context, stop);
        if (replaced is not null)
        {
            return ReadBefore.Reason(context.Roots.ToRooted(replaced));
        }

        List<Fact> ambient = [];
        FileFacts ambientFiles = new(context, ambient, stop);
        AmbientFiles.Add(context, project, ambientFiles);
        if (ambientFiles.Files.FirstOrDefault(file => file.Value.Stamp.LatestChangeNs >= project.SteadyNs).Key is { } changed)
        {
            return $"'{context.Roots.ToRooted(changed)}' changed while it was built";
        }

        facts.UnionWith(ambient);
        AddLockFile(project, facts, stop);
        evaluation.AddRange(facts);
        HashSet<string> known = new(evaluation.Select(fact => fact.Name), RootMap.Comparer);
        foreach (Fact fact in fingerprint?.Facts ?? [])
        {
            if (fact.Kind is FactKind.File or FactKind.Absence or FactKind.Beside or FactKind.Executable && !known.Contains(fact.Name) && !IsOfRestore(fact.Name))
            {
                sources.Add(fact with { Text = "" });
            }
        }

        // What is named and missing elsewhere could come; in the project's folder the listing would show it.
        string[] made = WrittenPlaces.OfAllBuilds(project);
        foreach (string missing in fingerprint?.Missing ?? new HashSet<string>())
        {
            if (!RootMap.IsWithin(missing, project.Directory) && !made.Any(folder => RootMap.IsWithin(missing, folder)))
            {
                sources.Add(new Fact(FactKind.Absence, context.Roots.ToRooted(missing), default));
            }
        }

        AddConfigurationsOfLinkedSources(project, evaluation);
        return null;
    }

    /// <summary>Restore reads the lock file. Where one is missing in the project's folder, the listing shows that.</summary>
    private void AddLockFile(EvaluatedProject project, HashSet<Fact> facts, CancellationToken stop)
    {
        foreach (string path in LockFile.Candidates(project.Path, project.Property("NuGetLockFilePath")))
        {
            bool exists = context.TryHash(path, out HashedFile? found, stop);
            if (exists || !RootMap.IsWithin(path, project.Directory))
            {
                facts.Add(new Fact(exists ? FactKind.File : FactKind.Absence, context.Roots.ToRooted(path), found?.Digest ?? default));
            }
        }
    }

    /// <summary>The compiler's settings are looked for above every source, also above those that lie elsewhere.</summary>
    private void AddConfigurationsOfLinkedSources(EvaluatedProject project, List<Fact> evaluation)
    {
        HashSet<string> folders = new(RootMap.Comparer);
        foreach (EvaluatedItem item in project.ItemsOf("Compile").Concat(project.ItemsOf("AdditionalFiles")))
        {
            string path = AbsolutePath.Of(item.Include, project.Directory);
            for (string? folder = Path.GetDirectoryName(path); folder is not null && !RootMap.IsWithin(project.Directory, folder) && !RootMap.IsWithin(folder, project.Directory) && folders.Add(folder);)
            {
                foreach (string name in (string[])[".editorconfig", ".globalconfig"])
                {
                    string file = Path.Combine(folder, name);
                    evaluation.Add(new Fact(FactKind.Probe, context.Roots.ToRooted(file), FactCheck.Probe(file, out _)));
                }

                folder = Path.GetDirectoryName(folder);
            }
        }
    }

    /// <summary>The names in the project's folder. Says if they are not those that evaluation saw.</summary>
    private string? AddListings(EvaluatedProject project, List<Fact> evaluation)
    {
        string[] made =
        [
            .. WrittenPlaces.OfAllBuilds(project).Where(folder => RootMap.IsWithin(folder, project.Directory))
                .Concat(WrittenPlaces.OfProjectsBelow(context, project, isOther: true).Where(folder => !WrittenPlaces.IsUsed(project, folder)))
                .Select(folder => Path.GetRelativePath(project.Directory, folder)),
        ];
        string skipped = string.Join(';', made.Order(StringComparer.Ordinal)) + (PatternFacts.ListingSkipsModules(project) ? ";*/node_modules" : "");
        string[] files = FolderNames.OfProject(project.Directory, skipped, out bool hasLinks);
        if (hasLinks)
        {
            return "its folder holds a link to a folder";
        }

        bool MadeIn(string path) => made.Any(folder => RootMap.IsWithin(path, Path.Combine(project.Directory, folder)));
        HashSet<string> seen = new(RootMap.Comparer);
        foreach (EvaluatedItem item in project.ItemsOf("BuildCacheInput").Where(item => item.Value("Implicit") == "true"))
        {
            seen.Add(AbsolutePath.Of(item.Include, project.Directory));
        }

        // What evaluation did not list was excluded by it, or came later: only the file's time tells.
        foreach (string file in files)
        {
            if (!seen.Remove(file) && (!FileStamp.TryReadLink(file, out FileStamp stamp) || stamp.LatestChangeNs >= project.SteadyNs))
            {
                return $"'{context.Roots.ToRooted(file)}' came while it was built";
            }
        }

        if (seen.FirstOrDefault(path => !MadeIn(path)) is { } gone)
        {
            return $"'{context.Roots.ToRooted(gone)}' went while it was built";
        }

        evaluation.Add(new Fact(FactKind.Listing, context.Roots.ToRooted(project.Directory), FolderNames.Hash(project.Directory, files), skipped));
        string extensions = Folder(project, "MSBuildProjectExtensionsPath");
        foreach (string ending in (string[])[".props", ".targets"])
        {
            // What other tools leave there for this project is imported by name.
            string pattern = $"{project.FileName}.*{ending}";
            Digest names = FolderNames.Matching(extensions, pattern);
            evaluation.Add(new Fact(FactKind.Names, context.Roots.ToRooted(extensions), names, pattern));
        }

        return null;
    }

    /// <summary>The names in folders that were declared as inputs: a file that comes there counts. Says why they cannot be told.</summary>
    private string? AddDeclaredFolders(EvaluatedProject project, Fingerprint? fingerprint, List<Fact> sources)
    {
        foreach (EvaluatedItem item in project.ItemsOf("BuildCacheInput").Where(item => fingerprint is not null && item.Value("Implicit") != "true"))
        {
            string folder = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(item.Include, project.Directory));
            foreach (string entry in FilesBelow.In(folder))
            {
                if (FilesBelow.FolderBehind(entry) is not null)
                {
                    return $"the declared folder '{item.Include}' holds a link to a folder";
                }

                if (!fingerprint!.Files.ContainsKey(entry) && !fingerprint.Missing.Contains(entry))
                {
                    return $"'{context.Roots.ToRooted(entry)}' came while it was built";
                }
            }

            if (Directory.Exists(folder))
            {
                sources.Add(new Fact(FactKind.Tree, context.Roots.ToRooted(folder), FolderNames.Tree(folder, "")));
            }
        }

        return null;
    }

    private void AddEnvironment(HashSet<string> mentioned, IReadOnlySet<string> bySdk, List<Fact> evaluation)
    {
        foreach ((string name, string value) in context.Environment)
        {
            if (Counts(name, mentioned.Contains, bySdk.Contains))
            {
                evaluation.Add(new Fact(FactKind.Environment, name.ToUpperInvariant(), Digest.Of(context.Roots.Neutral(value))));
            }
        }
    }

    /// <summary>Whether an environment variable can reach an evaluation.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="isMentioned">Whether the build files of the repository and its packages mention a name.</param>
    /// <param name="isMentionedBySdk">Whether those of the .NET SDK do.</param>
    public static bool Counts(string name, Func<string, bool> isMentioned, Func<string, bool> isMentionedBySdk) =>
        isMentioned(name) || EnvironmentFacts.IsAlwaysRead(name) || (!s_volatile.Contains(name, StringComparer.OrdinalIgnoreCase) && !PropertyFacts.IsPassing(name) &&
            (isMentionedBySdk(name) || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))));

    private List<Fact> FactsOfMachine(EvaluatedProject project, List<string> ofSdk, CancellationToken stop)
    {
        List<Fact> facts = new(ofSdk.Count + 16);
        foreach (string file in ofSdk.Concat(SdkImports.Compilers(ofSdk)))
        {
            facts.Add(new Fact(FactKind.File, context.Roots.ToRooted(file), context.TryHash(file, out HashedFile? found, stop) ? found.Digest : default));
        }

        string sdk = context.Roots.PathOf(RootMap.Sdk);
        string home = context.Roots.PathOf(RootMap.Home);
        facts.Add(new Fact(FactKind.Above, "{repo}", AmbientFiles.Above(context, stop)));
        facts.Add(new Fact(FactKind.Git, "{repo}", GitFacts.OfMachine(context, context.Roots.PathOf(RootMap.Repository), "")));
        void Add(FactKind kind, string path, string text = "")
        {
            Fact fact = new(kind, context.Roots.ToRooted(path), default, text);
            facts.Add(fact with { Value = FactCheck.Now(context, fact, stop) });
        }

        Add(FactKind.Tree, Folder(project, "MSBuildUserExtensionsPath"));
        foreach (string folder in (string[])[Path.Combine(sdk, "packs"), Path.Combine(sdk, "sdk-manifests"), Path.Combine(home, ".dotnet", "sdk-manifests")])
        {
            Add(FactKind.Folders, folder);
        }

        foreach (string folder in (string[])[Path.Combine(sdk, "metadata"), Path.Combine(home, ".dotnet", "metadata")])
        {
            Add(FactKind.Tree, folder);
        }

        foreach (string folder in NuGetFolders(home))
        {
            Add(FactKind.Names, folder, "*.config");
        }

        return facts;
    }

    /// <summary>Where NuGet looks for settings of the user and of the machine.</summary>
    private static IEnumerable<string> NuGetFolders(string home)
    {
        yield return Path.Combine(home, ".nuget", "NuGet");
        yield return Path.Combine(home, ".nuget", "config");
        yield return Path.Combine(home, ".config", "NuGet");
        yield return OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "NuGet", "Config")
            : OperatingSystem.IsMacOS() ? "/Library/Application Support/NuGet/Config" : "/etc/opt/NuGet/Config";
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "NuGet");
        }
    }

    /// <summary>NuGet's files in obj are outputs of restore, which is proven by its own inputs.</summary>
    public static bool IsOfRestore(string path) =>
        path.EndsWith(".nuget.g.props", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".nuget.g.targets", StringComparison.OrdinalIgnoreCase);

    private static string Folder(EvaluatedProject project, string property) =>
        Path.TrimEndingDirectorySeparator(AbsolutePath.Of(project.Property(property), project.Directory));
}
