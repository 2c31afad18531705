using BuildCache.Hashing;
using System.Text.RegularExpressions;

namespace BuildCache.Facts;

/// <summary>The files that documentation comments take in with <c>&lt;include file="..." /&gt;</c>, and those that these take in: no item names them, and the compiler reads them.</summary>
internal static partial class DocumentationIncludes
{
    /// <summary>Absolute paths, whether the files are there or not; none for a project without a documentation file.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop) => project.Property("DocumentationFile").Length == 0
        ? [] : Of(context, project.ItemsOf("Compile").Select(item => AbsolutePath.Of(item.Include, project.Directory)), project.Directory, stop);

    /// <summary>The same for these sources, by absolute path, of a project in this folder.</summary>
    public static IEnumerable<string> Of(FactContext context, IEnumerable<string> sources, string folder, CancellationToken stop)
    {
        return FilesInFiles.Of(context, "includes/1", sources, static text => Include().IsMatch(text), NamedIn, stop);

        // The compiler looks beside the file first, then from the project's folder.
        IEnumerable<string> NamedIn(string path, string text) => Include().Matches(text).SelectMany(include => (string[])
            [AbsolutePath.Of(include.Groups["file"].Value, Path.GetDirectoryName(path)!), AbsolutePath.Of(include.Groups["file"].Value, folder)]);
    }

    [GeneratedRegex("""<include\s[^>]*?file\s*=\s*["'](?<file>[^"'\r\n]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex Include();
}
