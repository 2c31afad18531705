using System.Globalization;
using BuildCache.Gates;
using BuildCache.Reporting;

namespace BuildCache.Session;

/// <summary>What the cache may do in a build.</summary>
internal enum CacheMode
{
    ReadWrite,
    Read,
    Write,
}

/// <summary>What is started in an order of ours.</summary>
internal enum ScheduleMode
{
    /// <summary>Nothing, and no durations are recorded.</summary>
    Off,

    /// <summary>Independent work: test projects, and lists of a person's own.</summary>
    Auto,

    /// <summary>The projects of a solution, too.</summary>
    On,
}

/// <summary>The settings of one project as a person wrote them.</summary>
internal sealed record RawSettings
{
    public string Mode { get; init; } = "";

    public string Directory { get; init; } = "";

    public string MaxSize { get; init; } = "";

    public string Placement { get; init; } = "";

    public string SourceRevision { get; init; } = "";

    public string Relocatable { get; init; } = "";

    public string RequireHit { get; init; } = "";

    public string Explain { get; init; } = "";

    public string AllowCustomHooks { get; init; } = "";

    public string SourceHashing { get; init; } = "";

    public string Salt { get; init; } = "";

    public string SolutionGate { get; init; } = "";

    public string Schedule { get; init; } = "";

    public string Verify { get; init; } = "";

    public string TestResults { get; init; } = "";

    public string TestEnvironment { get; init; } = "";

    public string StagePackages { get; init; } = "";

    public string PublishFolders { get; init; } = "";

    /// <summary>Whether this is a CI machine, for what is automatic.</summary>
    public bool IsCi { get; init; }

    /// <summary>Takes each setting from the property of its name.</summary>
    /// <param name="property">The value of a property; "" where it is not set.</param>
    /// <param name="isCi">Whether this is a CI machine.</param>
    public static RawSettings Of(Func<string, string> property, bool isCi) => new()
    {
        Mode = property("BuildCacheMode"),
        Directory = property("BuildCacheDirectory"),
        MaxSize = property("BuildCacheMaxSize"),
        Placement = property("BuildCachePlacement"),
        SourceRevision = property("BuildCacheSourceRevision"),
        Relocatable = property("BuildCacheRelocatable"),
        RequireHit = property("BuildCacheRequireHit"),
        Explain = property("BuildCacheExplain"),
        AllowCustomHooks = property("BuildCacheAllowCustomHooks"),
        SourceHashing = property("BuildCacheSourceHashing"),
        Salt = property("BuildCacheSalt"),
        SolutionGate = property("BuildCacheSolutionGate"),
        Schedule = property("BuildCacheSchedule"),
        Verify = property("BuildCacheVerify"),
        TestResults = property("BuildCacheTestResults"),
        TestEnvironment = property("BuildCacheTestEnvironment"),
        StagePackages = property("BuildCacheStagePackages"),
        PublishFolders = property("BuildCachePublishFolders"),
        IsCi = isCi,
    };
}

/// <summary>The settings of one project, parsed and checked.</summary>
internal sealed record CacheSettings
{
    public required CacheMode Mode { get; init; }

    /// <summary>Absolute path of the cache's folder.</summary>
    public required string Directory { get; init; }

    /// <summary>The most that blobs may take, in bytes.</summary>
    public required long MaxBytes { get; init; }

    public required bool Relocatable { get; init; }

    public required bool RequireHit { get; init; }

    public required bool Explain { get; init; }

    public required bool AllowCustomHooks { get; init; }

    /// <summary>Whether comments and the like are ignored where nothing can see them.</summary>
    public required bool SemanticHashing { get; init; }

    public required string Salt { get; init; }

    /// <summary>Whether a solution is looked up as a whole.</summary>
    public required bool SolutionGate { get; init; }

    /// <summary>What is started longest first.</summary>
    public required ScheduleMode Schedule { get; init; }

    public required VerifyMode Verify { get; init; }

    /// <summary>Whether results of tests are kept and shown again.</summary>
    public required bool TestResults { get; init; }

    /// <summary>Whether all environment variables count for tests; else only those of the runtime and declared ones.</summary>
    public required bool AllTestVariables { get; init; }

    /// <summary>Whether packages of lock files are exchanged between the cache and NuGet's folder.</summary>
    public required bool StagePackages { get; init; }

    /// <summary>Whether publish folders come from the cache.</summary>
    public required bool PublishFolders { get; init; }

    /// <summary>Checks settings. An empty value is the default.</summary>
    /// <param name="raw">The values.</param>
    /// <param name="environment">Gives a variable of the environment, for the default folder.</param>
    /// <exception cref="CacheException">A value cannot be used.</exception>
    public static CacheSettings Parse(RawSettings raw, Func<string, string?> environment)
    {
        CacheMode mode = Choose("BuildCacheMode", raw.Mode, "readwrite", ("readwrite", CacheMode.ReadWrite), ("read", CacheMode.Read), ("write", CacheMode.Write));
        Choose("BuildCachePlacement", raw.Placement, "auto", ("auto", 0), ("clone", 0), ("copy", 0), ("hardlink", 0), ("symlink", 0));
        Choose("BuildCacheSourceRevision", raw.SourceRevision, "neutral", ("neutral", 0), ("exact", 0));
        bool requireHit = Flag("BuildCacheRequireHit", raw.RequireHit);
        if (requireHit && mode == CacheMode.Write)
        {
            throw new CacheException(Diagnostics.RequireHitWithWrite);
        }

        return new CacheSettings
        {
            Mode = mode,
            Directory = raw.Directory.Length == 0 ? DefaultDirectory(environment) : Path.IsPathFullyQualified(raw.Directory)
                ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(raw.Directory, "/"))
                : throw new CacheException(Diagnostics.RelativeDirectory, raw.Directory),
            MaxBytes = Size("BuildCacheMaxSize", raw.MaxSize, "20GB"),
            Relocatable = Choose("BuildCacheRelocatable", raw.Relocatable, "auto", ("auto", raw.IsCi), ("true", true), ("false", false)),
            RequireHit = requireHit,
            Explain = Flag("BuildCacheExplain", raw.Explain),
            AllowCustomHooks = Flag("BuildCacheAllowCustomHooks", raw.AllowCustomHooks),
            SemanticHashing = Choose("BuildCacheSourceHashing", raw.SourceHashing, "exact", ("exact", false), ("semantic", true)),
            Salt = raw.Salt,
            SolutionGate = Choose("BuildCacheSolutionGate", raw.SolutionGate, "true", ("true", true), ("false", false)),
            Schedule = Choose("BuildCacheSchedule", raw.Schedule, "auto", ("auto", ScheduleMode.Auto), ("on", ScheduleMode.On), ("off", ScheduleMode.Off)),
            Verify = Choose("BuildCacheVerify", raw.Verify, "off", ("off", VerifyMode.Off), ("sample", VerifyMode.Sample), ("all", VerifyMode.All)),
            TestResults = Choose("BuildCacheTestResults", raw.TestResults, "off", ("on", true), ("off", false)),
            AllTestVariables = Choose("BuildCacheTestEnvironment", raw.TestEnvironment, "all", ("all", true), ("declared", false)),
            StagePackages = Flag("BuildCacheStagePackages", raw.StagePackages),
            PublishFolders = Flag("BuildCachePublishFolders", raw.PublishFolders),
        };
    }

    /// <summary>The platform's folder for caches.</summary>
    internal static string DefaultDirectory(Func<string, string?> environment)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "BuildCache");
        }

        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "BuildCache")
            : environment("XDG_CACHE_HOME") is { } caches && Path.IsPathFullyQualified(caches) ? Path.Combine(caches, "buildcache")
            : Path.Combine(home, ".cache", "buildcache");
    }

    private static bool Flag(string name, string value) => Choose(name, value, "false", ("false", false), ("true", true));

    private static T Choose<T>(string name, string value, string @default, params (string Word, T Meaning)[] words)
    {
        string given = value.Trim().Length == 0 ? @default : value.Trim();
        foreach ((string word, T meaning) in words)
        {
            if (word.Equals(given, StringComparison.OrdinalIgnoreCase))
            {
                return meaning;
            }
        }

        throw new CacheException(Diagnostics.InvalidSetting, name, value, "one of " + string.Join(", ", words.Select(word => $"'{word.Word}'")), @default);
    }

    private static long Size(string name, string value, string @default)
    {
        string given = value.Trim().Length == 0 ? @default : value.Trim();
        foreach ((string unit, long bytes) in (ReadOnlySpan<(string, long)>)[("TB", 1L << 40), ("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10)])
        {
            if (given.EndsWith(unit, StringComparison.OrdinalIgnoreCase) &&
                double.TryParse(given.AsSpan(0, given.Length - 2), NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number) &&
                number > 0 && number * bytes < long.MaxValue)
            {
                return (long)(number * bytes);
            }
        }

        throw new CacheException(Diagnostics.InvalidSetting, name, value, "a size such as '500MB' or '20GB'", @default);
    }
}
