using BuildCache.Gates;
using BuildCache.Hashing;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild.Compiling;

/// <summary>What MSBuild set on a compiler's task, read as a request to the cache.</summary>
/// <remarks>Every parameter must be known here. One that is not may name a file or make one: then the compiler runs.</remarks>
internal sealed class CompilerParameters
{
    /// <summary>Name files that the compiler reads.</summary>
    private static readonly HashSet<string> s_inputs = new(StringComparer.Ordinal)
    {
        "Sources", "References", "Analyzers", "AdditionalFiles", "AnalyzerConfigFiles", "Resources", "LinkResources", "AddModules", "EmbeddedFiles", "Embed",
        "KeyFile", "Win32Icon", "Win32Manifest", "Win32Resource", "Win32IconFile", "Win32ManifestFile", "Win32ResourceFile", "SourceLink", "ApplicationConfiguration",
        "VersionFile", "CodeAnalysisRuleSet",
    };

    /// <summary>Name files that the compiler writes.</summary>
    private static readonly HashSet<string> s_outputs = new(StringComparer.Ordinal)
    {
        "OutputAssembly", "OutputRefAssembly", "PdbFile", "DocumentationFile", "ErrorLog", "GeneratedFilesOutputPath",
    };

    /// <summary>Are on the command line and name no file.</summary>
    private static readonly HashSet<string> s_options = new(StringComparer.Ordinal)
    {
        "AllowUnsafeBlocks", "BaseAddress", "CheckForOverflowUnderflow", "ChecksumAlgorithm", "CodePage", "DebugType", "DefineConstants", "DelaySign",
        "DisabledWarnings", "DisableSdkPath", "EmbedAllSources", "EmitDebugInformation", "ErrorEndLocation", "Features", "InterceptorsNamespaces",
        "InterceptorsPreviewNamespaces", "FileAlignment", "GenerateFullPaths", "HighEntropyVA", "Instrument", "LangVersion", "MainEntryPoint",
        "ModuleAssemblyName", "NoConfig", "NoLogo", "NoStandardLib", "NoWin32Manifest", "Nullable", "Optimize", "Deterministic", "PublicSign", "Platform",
        "Prefer32Bit", "PreferredUILang", "RefOnly", "RuntimeMetadataVersion", "SkipAnalyzers", "SubsystemVersion", "TargetType", "TargetFramework",
        "TreatWarningsAsErrors", "Utf8Output", "WarningLevel", "WarningsAsErrors", "WarningsNotAsErrors", "PathMap",
        "GenerateDocumentation", "Imports", "NoVBRuntimeReference", "NoWarnings", "OptionCompare", "OptionExplicit", "OptionInfer", "OptionStrict",
        "OptionStrictType", "RemoveIntegerChecks", "RootNamespace", "TargetCompactFramework", "VBRuntime", "Verbosity",
        "CompressMetadata", "DebugSymbols", "NoFramework", "DisabledLanguageFeatures", "LCID", "NoInterfaceData", "NoOptimizationData", "ReflectionFree",
        "ParallelCompilation", "Prefer64Bit", "AlwaysInline", "RealSig", "Tailcalls", "TargetProfile", "UseStandardResourceNames", "VisualStudioStyleErrors",
        "WarnOn", "UseReflectionFreeCodeGen", "ReferencePath",
    };

    /// <summary>Say how the compiler is run, not what it makes.</summary>
    private static readonly HashSet<string> s_ways = new(StringComparer.Ordinal)
    {
        "ErrorReport", "ProjectName", "SharedCompilationId", "UseHostCompilerIfAvailable", "UseSharedCompilation", "VsSessionGuid", "Timeout", "YieldDuringToolExecution",
        "StandardOutputImportance", "StandardErrorImportance", "LogStandardErrorAsError", "EchoOff", "UseUtf8Encoding",
    };

    /// <summary>Are fine as long as they are off.</summary>
    private static readonly HashSet<string> s_off = new(StringComparer.Ordinal)
    {
        "SkipCompilerExecution", "ProvideCommandLineArgs", "ReportAnalyzer", "ReportIVTs", "GenerateInterfaceFile",
    };

    /// <summary>Name the compiler, which must be of the .NET SDK or a package.</summary>
    private static readonly HashSet<string> s_tools = new(StringComparer.Ordinal) { "ToolExe", "ToolPath", "DotnetFscCompilerPath", "CompilerTools", "SdkPath" };

    /// <summary>What may stand among the free options of the F# compiler: nothing that names a file.</summary>
    private static readonly string[] s_freeOptions =
    [
        "--warnon:", "--nowarn:", "--warnaserror", "--flaterrors", "--crossoptimize", "--test:", "--checknulls", "--strict-indentation", "--langversion:", "--define:", "--fullpaths", "--simpleresolution",
        "--nocopyfsharpcore",
    ];

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public void Set(string name, object value) => _values[name] = value;

    /// <summary>The request; <see langword="null"/>, with the reason, if the compiler must run.</summary>
    /// <param name="compiler">The compiler's task.</param>
    /// <param name="commandLine">What it would run.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="isFixed">Whether a file is of the .NET SDK or a package.</param>
    /// <param name="reason">Why not.</param>
    public CompileRequest? Read(CompilerTaskType compiler, string commandLine, string folder, Func<string, bool> isFixed, out string reason)
    {
        reason = _values.Keys.FirstOrDefault(name => !IsKnown(name, folder, isFixed)) is { } unknown
            ? $"the parameter {unknown} is not known to the cache with the value '{string.Join(';', Texts(unknown))}'"
            : _values.GetValueOrDefault("Deterministic") is not true ? "the compiler is not asked to be deterministic" : "";
        if (reason.Length > 0)
        {
            return null;
        }

        string[] rulesets = [.. Files("CodeAnalysisRuleSet", folder)];
        if (rulesets.Any(ruleset => File.Exists(ruleset) && File.ReadAllText(ruleset).Contains("<Include", StringComparison.OrdinalIgnoreCase)))
        {
            reason = "its ruleset includes others";
            return null;
        }

        string assembly = Files("OutputAssembly", folder).Single();
        return new CompileRequest
        {
            TaskAssembly = compiler.AssemblyPath,
            CommandLine = compiler.Name + "\n" + commandLine,

            // "Default", "Embed" and the like, or the file that it is.
            Inputs = [.. s_inputs.SelectMany(name => Files(name, folder)), .. Texts("VBRuntime").Where(static text => text.AsSpan().ContainsAny('/', '\\')).Select(text => ProjectTask.Absolute(text, folder))],
            Analyzers = [.. Files("Analyzers", folder)],
            Documented = Texts("DocumentationFile").Any() || _values.GetValueOrDefault("GenerateDocumentation") is true ? [.. Files("Sources", folder)] : [],
            Assembly = assembly,
            HasKeyFile = Files("KeyFile", folder).Any(),
            OtherOutputs =
            [
                .. Files("OutputRefAssembly", folder),
                .. Files("PdbFile", folder).DefaultIfEmpty(Path.ChangeExtension(assembly, ".pdb")),
                .. Files("DocumentationFile", folder),
                .. Files("ErrorLog", folder).Select(static log => log.Split(',')[0]),
            ],
            GeneratedFolder = Files("GeneratedFilesOutputPath", folder).FirstOrDefault() ?? "",
        };
    }

    private bool IsKnown(string name, string folder, Func<string, bool> isFixed) =>
        s_inputs.Contains(name) || s_outputs.Contains(name) || s_options.Contains(name) || s_ways.Contains(name) ||
        (s_off.Contains(name) && _values[name] is false or "") ||
        (name == "OtherFlags" && Texts(name).SelectMany(static text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).All(IsFreeOption)) ||
        (s_tools.Contains(name) && Texts(name).All(text => !text.AsSpan().ContainsAny('/', '\\') || isFixed(ProjectTask.Absolute(text.Trim('"'), folder))));

    private static bool IsFreeOption(string option) => s_freeOptions.Any(free => option.StartsWith(free, StringComparison.Ordinal));

    private IEnumerable<string> Files(string name, string folder) => Texts(name).Select(text => ProjectTask.Absolute(text, folder));

    private IEnumerable<string> Texts(string name) => _values.GetValueOrDefault(name) switch
    {
        string { Length: > 0 } text => [text],
        ITaskItem item => [item.ItemSpec],
        ITaskItem[] items => items.Select(item => item.ItemSpec),
        string[] texts => texts,
        _ => [],
    };
}
