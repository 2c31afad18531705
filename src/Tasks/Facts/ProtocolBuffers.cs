using System.Text.RegularExpressions;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Protocol buffers that the package Grpc.Tools compiles to C#: what they import, and what keeps such a project out of the cache.</summary>
/// <remarks>Its targets run two programs of the package on the <c>Protobuf</c> items and write into obj. Looked at in Grpc.Tools 2.80 and 2.85.</remarks>
internal static partial class ProtocolBuffers
{
    private const string Type = "Protobuf";

    /// <summary>Properties that name the programs; from the environment as well.</summary>
    private static readonly string[] s_programs = ["Protobuf_ProtocFullPath", "PROTOBUF_PROTOC", "gRPC_PluginFullPath", "GRPC_PROTOC_PLUGIN"];

    /// <summary>Metadata that say where generated files go.</summary>
    private static readonly string[] s_folders = ["OutputDir", "GrpcOutputDir"];

    /// <summary>Absolute paths of what the files import, in each folder that is searched, whether it is there or not.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        IReadOnlyList<EvaluatedItem> items = project.ItemsOf(Type);
        if (items.Count == 0)
        {
            return [];
        }

        string[] folders = [.. items.SelectMany(item => SearchedFor(item, project)).Distinct(RootMap.Comparer).Where(folder => !context.IsFixed(folder))];
        return FilesInFiles.Of(
            context, "imports/1", items.Select(item => AbsolutePath.Of(item.Include, project.Directory)), static text => Import().IsMatch(text),
            (_, text) => Import().Matches(text).SelectMany(import => folders.Select(folder => AbsolutePath.Of(import.Groups["file"].Value, folder))), stop);
    }

    /// <summary>Why a project with such items cannot be cached; <see langword="null"/> if it can.</summary>
    public static string? Refuse(FactContext context, EvaluatedProject project)
    {
        IReadOnlyList<EvaluatedItem> items = project.ItemsOf(Type);
        if (items.Count == 0)
        {
            return null;
        }

        string? program = s_programs.Select(project.Property).Concat(items.Select(item => item.Value("GrpcPluginExe")))
            .FirstOrDefault(path => path.Length > 0 && !context.IsFixed(AbsolutePath.Of(path, project.Directory)));
        if (program is not null)
        {
            return $"its protocol buffers are compiled by '{program}', which is of no package";
        }

        string own = Path.TrimEndingDirectorySeparator(AbsolutePath.Of(project.Property("IntermediateOutputPath"), project.Directory));
        string? elsewhere = s_folders.SelectMany(name => items.Select(item => item.Value(name))).Append(project.Property("Protobuf_DepFilesPath"))
            .FirstOrDefault(folder => folder.Length > 0 && !RootMap.IsWithin(AbsolutePath.Of(folder, project.Directory), own));
        return elsewhere is not null ? $"its protocol buffers are compiled into '{elsewhere}', which is not in $(IntermediateOutputPath)"
            : items.FirstOrDefault(item => item.Value("AdditionalProtocArguments").Length > 0) is { } free ? $"'{free.Include}' has AdditionalProtocArguments, and what those read or write is not known"
            : null;
    }

    /// <summary>Where the compiler looks for what a file imports, as the package's targets tell it.</summary>
    private static IEnumerable<string> SearchedFor(EvaluatedItem item, EvaluatedProject project)
    {
        string root = item.Value("ProtoRoot");
        IEnumerable<string> folders = item.Value("AdditionalImportDirs").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Append(root.Length > 0 ? root : project.Property("Protobuf_ProtoRoot"))
            .Append(".")
            .Append(Path.GetDirectoryName(AbsolutePath.Of(item.Include, project.Directory))!)
            .Append(project.Property("Protobuf_StandardImportsPath"));
        return folders.Where(folder => folder.Trim().Length > 0).Select(folder => AbsolutePath.Of(folder.Trim(), project.Directory));
    }

    [GeneratedRegex("""\bimport\s+(?:(?:weak|public|option)\s+)?["'](?<file>[^"'\r\n]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex Import();
}
