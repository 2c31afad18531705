using System.Runtime.InteropServices;
using System.Xml;
using System.Xml.Linq;
using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Testing;

/// <summary>Finds what a kept result could not stand for: then the tests run as always.</summary>
internal static class TestDoubts
{
    /// <summary>Switches of a run that leave something behind, or are there to watch it, with the words for people.</summary>
    private static readonly (string Setting, string What)[] s_watching =
    [
        ("VSTestListTests", "it lists tests and runs none"),
        ("VSTestDiag", "it writes a diagnostic log (--diag)"),
        ("VSTestCollect", "it collects data such as coverage (--collect)"),
        ("VSTestBlame", "it watches for crashes (--blame)"),
        ("VSTestBlameCrash", "it watches for crashes (--blame-crash)"),
        ("VSTestBlameHang", "it watches for hangs (--blame-hang)"),
    ];

    private static readonly string[] s_around = ["VSTest", "_VSTestConsole", "_VSTestMSBuild", "_TestRunStart", "ShowCallOfVSTestTaskWithParameter"];

    /// <summary>Parts of a settings file, or of settings on the command line, that bring in what is not known here.</summary>
    private static readonly string[] s_unknownSettings = ["DataCollector", "InProcDataCollector", "ResultsDirectory", "TestAdaptersPaths", "MSPhoneTestSettings", "LegacySettings", "DotNetHostPath"];

    /// <summary>The first reason, in words that complete "the tests run: "; <see langword="null"/> if there is none.</summary>
    public static string? Find(TestRun run, FactContext context) =>
        OfSwitches(run) ?? OfLoggers(run.Loggers) ?? OfSettings(run) ?? OfAdapters(run, context) ?? OfPlatform(run) ?? OfEnvironment(context.Environment) ?? OfTargets(run, context);

    private static string? OfSwitches(TestRun run)
    {
        foreach ((string setting, string what) in s_watching)
        {
            if (run.Setting(setting) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase))
            {
                return what;
            }
        }

        return run.Property("CollectCoverage").Equals("true", StringComparison.OrdinalIgnoreCase) ? "it collects coverage (CollectCoverage=true)" : null;
    }

    /// <summary>Why another runner than VSTest runs the tests; <see langword="null"/> if it does not.</summary>
    public static string? OfRunner(TestRun run) =>
        run.Property("IsTestingPlatformApplication").Equals("true", StringComparison.OrdinalIgnoreCase) && run.Property("TestingPlatformDotnetTestSupport").Equals("true", StringComparison.OrdinalIgnoreCase)
            ? "Microsoft.Testing.Platform runs them (TestingPlatformDotnetTestSupport), which keeps no record that could be shown again"
            : null;

    /// <summary>A logger other than those for the console and for TRX files may write anything anywhere.</summary>
    private static string? OfLoggers(IEnumerable<string> loggers) =>
        loggers.Select(TestLogger.Parse).FirstOrDefault(static logger => !logger.IsTrx && !logger.IsConsole) is { } unknown
            ? $"what the logger '{unknown.Name}' writes is not known (only 'trx' and 'console' are)"
            : null;

    private static string? OfSettings(TestRun run)
    {
        if (s_unknownSettings.FirstOrDefault(part => run.Setting("VSTestCLIRunSettings").Contains(part, StringComparison.OrdinalIgnoreCase)) is { } given)
        {
            return $"a setting on the command line says '{given}'";
        }

        if (run.SettingsFile.Length == 0)
        {
            return null;
        }

        try
        {
            XElement? root = XDocument.Load(run.SettingsFile).Root;
            if (root is null || root.Name.LocalName != "RunSettings")
            {
                return $"'{Path.GetFileName(run.SettingsFile)}' is no file of run settings";
            }

            IEnumerable<XElement> elements = root.Descendants();
            return elements.FirstOrDefault(static element => s_unknownSettings.Contains(element.Name.LocalName, StringComparer.OrdinalIgnoreCase)) is { } unknown
                ? $"'{Path.GetFileName(run.SettingsFile)}' says '{unknown.Name.LocalName}'"
                : elements.Any(static element => element.Name.LocalName == "Logger")
                ? $"'{Path.GetFileName(run.SettingsFile)}' names loggers"
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or XmlException)
        {
            return $"'{run.SettingsFile}' cannot be read";
        }
    }

    /// <summary>Adapters of packages are facts, and so are those beside the tests.</summary>
    private static string? OfAdapters(TestRun run, FactContext context) => run.Setting("VSTestTestAdapterPath")
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .FirstOrDefault(folder => !Path.IsPathFullyQualified(folder) || !(context.IsFixed(folder) || RootMap.IsWithin(folder, run.Place.OutputFolder))) is { } adapters
            ? $"test adapters come from '{adapters}'"
            : null;

    private static string? OfPlatform(TestRun run)
    {
        if (run.Property("TargetFrameworkIdentifier") is var framework && framework != ".NETCoreApp")
        {
            return $"they run on {framework}, and which version of it is not known";
        }

        string platform = run.Property("PlatformTarget");
        return platform.Length == 0 || platform.Equals("AnyCPU", StringComparison.OrdinalIgnoreCase) || platform.Equals(RuntimeInformation.ProcessArchitecture.ToString(), StringComparison.OrdinalIgnoreCase)
            ? null
            : $"they run as {platform}, with a .NET that is not this one";
    }

    private static string? OfEnvironment(IReadOnlyDictionary<string, string> environment) =>
        environment.Keys.FirstOrDefault(static name => name.StartsWith("VSTEST_", StringComparison.OrdinalIgnoreCase) && name.Contains("DEBUG", StringComparison.OrdinalIgnoreCase)) is { } debugger
            ? $"{debugger} asks for a debugger"
            : environment.ContainsKey("CORECLR_ENABLE_PROFILING") || environment.ContainsKey("DOTNET_STARTUP_HOOKS")
            ? "the environment hooks something into every program of .NET (CORECLR_ENABLE_PROFILING, DOTNET_STARTUP_HOOKS)"
            : null;

    private static string? OfTargets(TestRun run, FactContext context) =>
        !run.AllowCustomHooks && ForeignTargets.FindBelow(run.Project, context, s_around) is { Count: > 0 } foreign
            ? $"{foreign[0]}. If it has no part in the tests, set BuildCacheAllowCustomHooks=true in the project"
            : null;
}
