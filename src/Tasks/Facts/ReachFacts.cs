using System.Buffers;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Makes facts of what a project's build files look at while they are evaluated, or says what cannot be made one.</summary>
/// <param name="context">The build.</param>
/// <param name="project">The project, as evaluated.</param>
/// <param name="bySdk">Names that files of the .NET SDK mention.</param>
/// <param name="stop">Stops the hashing.</param>
internal sealed class ReachFacts(FactContext context, EvaluatedProject project, IReadOnlySet<string> bySdk, CancellationToken stop)
{
    /// <summary>Properties that the .NET SDK sets at most once, where nothing did before: empty, then final.</summary>
    private static readonly HashSet<string> s_setOnce = new(StringComparer.OrdinalIgnoreCase)
    {
        "NuGetPackageRoot", "Configuration", "Platform", "TargetFramework", "AssemblyName", "RootNamespace", "OutputType", "MSBuildProjectExtensionsPath",
        "NetCoreTargetingPackRoot", "NetCoreRoot", "NETCoreSdkVersion", "Language", "DefaultLanguageSourceExtension",
    };

    private static readonly HashSet<string> s_ofEngine = new(StringComparer.OrdinalIgnoreCase)
    {
        "MSBuildProjectDirectory", "MSBuildProjectFile", "MSBuildProjectFullPath", "MSBuildProjectName", "MSBuildProjectExtension", "MSBuildProjectDirectoryNoRoot",
        "MSBuildExtensionsPath", "MSBuildExtensionsPath32", "MSBuildExtensionsPath64", "MSBuildUserExtensionsPath", "MSBuildBinPath", "MSBuildToolsPath", "MSBuildSDKsPath",
        "MSBuildRuntimeType", "MSBuildVersion", "MSBuildAssemblyVersion", "MSBuildToolsVersion", "OS",
    };

    private static readonly SearchValues<char> s_noPath = SearchValues.Create(";*?|<>$@%\n");

    private readonly Dictionary<string, int> _assigned = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Fact> _facts = [];
    private readonly FinalProperties _final = new(project);
    private PatternFacts? _patterns;

    /// <summary>The facts.</summary>
    public IReadOnlyCollection<Fact> Facts => _facts;

    /// <summary>Collects. Returns why it cannot; <see langword="null"/> if it could.</summary>
    public string? Collect()
    {
        (string Path, BuildFileReach Reach)[] files = [.. project.Imports.Append(project.Path)
            .Where(file => !context.IsSdk(file) && !ProjectRecorder.IsOfRestore(file))
            .Select(file => (file, context.ReachOf(file)))];
        foreach ((_, BuildFileReach reach) in files)
        {
            foreach ((string name, int times) in reach.Assigned)
            {
                _assigned[name] = _assigned.GetValueOrDefault(name) + times;
            }
        }

        foreach ((string path, BuildFileReach reach) in files)
        {
            if ((reach.Unmodelled ?? Probes(path, reach) ?? Reads(path, reach) ?? Globs(path, reach) ?? Searches(path, reach)) is { } reason)
            {
                return $"'{context.Roots.ToRooted(path)}' {reason}";
            }
        }

        // The .NET SDK asks whether files exist that properties name, such as those that replace its own imports. What it does
        // not mention it cannot ask for, and where its outputs lie it does not ask: a path in bin or obj would keep every fresh clone from a hit.
        foreach (string name in _assigned.Keys.Where(bySdk.Contains))
        {
            string value = project.Property(name);
            if (value.Length is > 1 and < 260 && value.AsSpan().ContainsAny('.', '/', '\\') && !value.AsSpan().ContainsAny(s_noPath) && !IsMade(Absolute(value, project.Directory)))
            {
                AddProbe(Absolute(value, project.Directory));
            }
        }

        return null;
    }

    private string? Probes(string path, BuildFileReach reach)
    {
        foreach (string probe in reach.Probes)
        {
            if (Expand(probe, path) is not { } variants)
            {
                return $"asks whether '{probe}' exists, which depends on a property that changes on the way";
            }

            foreach (string variant in variants.Where(variant => variant.Length > 0))
            {
                foreach (string folder in (string[])[project.Directory, Path.GetDirectoryName(path)!])
                {
                    string asked = Absolute(variant, folder);
                    if (IsMade(asked))
                    {
                        return $"asks whether '{probe}' exists, which the build itself makes";
                    }

                    if (!AddProbe(asked))
                    {
                        return $"asks whether '{probe}' exists, which changed while it was built";
                    }
                }
            }
        }

        return null;
    }

    private string? Reads(string path, BuildFileReach reach)
    {
        foreach (string read in reach.Reads)
        {
            if (Expand(read, path) is not { } variants)
            {
                return $"reads '{read}', whose name depends on a property that changes on the way";
            }

            // A relative name would be one from the current directory.
            if (variants.Any(variant => variant.Length > 0 && !Path.IsPathRooted(variant)))
            {
                return $"reads '{read}', which is relative to the current directory";
            }

            foreach (string file in variants.Where(variant => variant.Length > 0).Select(variant => Absolute(variant, project.Directory)))
            {
                if (IsMade(file))
                {
                    return $"reads '{read}', which the build itself makes";
                }

                if (!context.TryHash(file, out HashedFile? found, stop))
                {
                    _facts.Add(new Fact(FactKind.Absence, context.Roots.ToRooted(file), default));
                }
                else if (found.Stamp.LatestChangeNs < project.SteadyNs)
                {
                    _facts.Add(new Fact(FactKind.File, context.Roots.ToRooted(file), found.Digest));
                }
                else
                {
                    return $"reads '{read}', which changed while it was built";
                }
            }
        }

        return null;
    }

    private string? Globs(string path, BuildFileReach reach)
    {
        foreach (GlobUse indirect in reach.Indirect)
        {
            if (Names(indirect.Pattern).Any(name => BuildFileReach.HasWildcard(_final.Of(name, path) ?? "")) && !_final.IsFalse(indirect.Conditions, path))
            {
                return $"includes '{indirect.Pattern}', which holds a pattern";
            }
        }

        foreach (GlobUse glob in reach.Globs)
        {
            if (!glob.IsImport && _final.IsFalse(glob.Conditions, path))
            {
                continue;
            }

            int wildcard = glob.Pattern.AsSpan().IndexOfAny('*', '?');
            int end = glob.Pattern.AsSpan(0, wildcard).LastIndexOfAny('/', '\\') + 1;
            string? only = glob.IsImport ? (Expand(glob.Pattern[..end], path) is [string one] ? one : null) : _final.Expand(glob.Pattern[..end], path);
            if (glob.Pattern.IndexOf("$(", wildcard, StringComparison.Ordinal) >= 0 || only is null)
            {
                return $"includes '{glob.Pattern}', which depends on a property that changes on the way";
            }

            if (BuildFileReach.HasWildcard(only))
            {
                return $"includes '{glob.Pattern}', which holds a pattern";
            }

            string folder = Absolute(only, glob.IsImport ? Path.GetDirectoryName(path)! : project.Directory);
            string rest = glob.Pattern[end..];
            if (RootMap.IsWithin(folder, project.Directory) && (IsMade(folder) ||
                (folder == project.Directory && (rest.Contains("**", StringComparison.Ordinal) || rest.AsSpan().ContainsAny('/', '\\')) && !glob.Exclude.Contains("DefaultItemExcludes", StringComparison.OrdinalIgnoreCase))))
            {
                return $"includes '{glob.Pattern}' without excluding $(DefaultItemExcludes), so that what the build makes is among it";
            }

            _patterns ??= new PatternFacts(context, project, _final);
            if (_patterns.Of(glob, rest, folder, path) is { } fact)
            {
                _facts.Add(fact);
            }
        }

        return null;
    }

    private string? Searches(string path, BuildFileReach reach)
    {
        if (reach.SearchedAbove.Count > 0 && !context.IsFixed(path) && !RootMap.IsWithin(project.Directory, Path.GetDirectoryName(path)!))
        {
            return "searches upwards from a folder that is not above the project";
        }

        foreach (string name in reach.SearchedAbove)
        {
            for (string? folder = project.Directory; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (!AddProbe(Path.Combine(folder, name)))
                {
                    return $"searches for '{name}', which changed while it was built";
                }
            }
        }

        return null;
    }

    /// <summary>Adds what lies at a path now; <see langword="false"/> if it came after the evaluation.</summary>
    private bool AddProbe(string path)
    {
        Digest found = FactCheck.Probe(path, out FileStamp stamp);
        _facts.Add(new Fact(FactKind.Probe, context.Roots.ToRooted(path), found));
        return found.IsNone || stamp.IsDirectory || stamp.LatestChangeNs < project.SteadyNs;
    }

    /// <summary>Whether a path lies where the build writes, so that its being there says nothing about the next evaluation.</summary>
    private bool IsMade(string path) => !Path.GetFileName(path.AsSpan()).Contains(".nuget.g.", StringComparison.OrdinalIgnoreCase) &&
        WrittenPlaces.OfAllBuilds(project).Any(folder => RootMap.IsWithin(path, folder));

    /// <summary>The values that an expression can have while the files are read; <see langword="null"/> if they cannot be told.</summary>
    private List<string>? Expand(string expression, string file)
    {
        List<string> variants = [""];
        for (int from = 0; from < expression.Length;)
        {
            int at = expression.IndexOf("$(", from, StringComparison.Ordinal);
            string text = at < 0 ? expression[from..] : expression[from..at];
            variants = [.. variants.Select(variant => variant + text)];
            if (at < 0)
            {
                break;
            }

            int end = expression.IndexOf(')', at);
            if (end < 0 || Values(expression[(at + 2)..end].Trim(), file) is not { } values || variants.Count > 16)
            {
                return null;
            }

            variants = [.. variants.SelectMany(variant => values.Select(value => variant + value))];
            from = end + 1;
        }

        return variants;
    }

    private string[]? Values(string name, string file)
    {
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            return null;
        }

        if (FinalProperties.IsOfFile(name))
        {
            return FinalProperties.OfFile(name, file) is { } own ? [own] : null;
        }

        string final = project.Property(name);
        if (s_ofEngine.Contains(name) || project.GlobalProperties.ContainsKey(name))
        {
            return [final];
        }

        int times = _assigned.GetValueOrDefault(name);
        bool isSdks = bySdk.Contains(name) && !s_setOnce.Contains(name);
        return isSdks || times > 1 ? null : times == 0 && !s_setOnce.Contains(name) ? [final] : final.Length == 0 ? [""] : ["", final];
    }

    private static IEnumerable<string> Names(string expression)
    {
        for (int at = expression.IndexOf("$(", StringComparison.Ordinal); at >= 0; at = expression.IndexOf("$(", at + 2, StringComparison.Ordinal))
        {
            int end = at + 2;
            while (end < expression.Length && (char.IsAsciiLetterOrDigit(expression[end]) || expression[end] is '_' or '-'))
            {
                end++;
            }

            yield return expression[(at + 2)..end];
        }
    }

    private static string Absolute(string path, string folder) =>
        Path.TrimEndingDirectorySeparator(AbsolutePath.Of(path, folder));
}
