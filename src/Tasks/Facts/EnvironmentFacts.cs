using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The environment variables that can reach the outputs, with hashed values.</summary>
internal static class EnvironmentFacts
{
    /// <summary>What the engine, the compilers and the runtime read without any file mentioning it.</summary>
    private static readonly string[] s_always = ["MSBUILDENABLEALLPROPERTYFUNCTIONS", "MSBUILDDISABLEFEATURESFROMVERSION", "ROSLYN_CACHE_PATH", "TZ", CultureFacts.Letters];

    /// <summary>What the .NET SDK's files mention, but only to find themselves or to say how the build runs.</summary>
    private static readonly HashSet<string> s_ofTheMachine = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "TEMP", "TMP", "TMPDIR", "PWD", "USER", "USERNAME", "USERDOMAIN", "COMPUTERNAME",
        "OS", "ProgramFiles", "ProgramFiles(x86)", "ProgramW6432", "SystemRoot", "windir", "NUGET_PACKAGES", "UseSharedCompilation",
        "DOTNET_HOST_PATH", "DOTNET_ROOT", "DOTNET_CLI_HOME", "MSBuildExtensionsPath", "MSBuildSDKsPath", "MSBUILD_EXE_PATH",
        "MSBuildLoadMicrosoftTargetsReadOnly", "MSBUILDDISABLENODEREUSE", "DOTNET_CLI_TELEMETRY_SESSIONID", "MSBUILDUSESERVER",
    };

    /// <summary>Whether the engine, a compiler or the runtime reads a variable although no file mentions it.</summary>
    public static bool IsAlwaysRead(string name) => s_always.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The variables that a project declares by items, with those that only a compiler's generators see.</summary>
    public static IEnumerable<string> Declared(EvaluatedProject project) =>
        project.ItemsOf("BuildCacheEnvironment").Concat(project.ItemsOf("CompilerVisibleProperty")).Select(static item => item.Include);

    /// <summary>Adds the variables that files mention, those that were declared, and the fixed ones.</summary>
    /// <param name="context">The build.</param>
    /// <param name="byOthers">Names that files outside the .NET SDK mention, and declared ones.</param>
    /// <param name="bySdk">Names that files of the .NET SDK mention.</param>
    /// <param name="facts">Where they go.</param>
    public static void Add(FactContext context, IReadOnlySet<string> byOthers, IReadOnlySet<string> bySdk, List<Fact> facts)
    {
        foreach ((string name, string value) in context.Environment)
        {
            if (byOthers.Contains(name) || (bySdk.Contains(name) && !s_ofTheMachine.Contains(name) && !PropertyFacts.IsPassing(name)) || IsAlwaysRead(name))
            {
                facts.Add(new Fact(FactKind.Environment, name.ToUpperInvariant(), Digest.Of(context.Roots.Neutral(value))));
            }
        }
    }
}
