using System.Text.RegularExpressions;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>The files that documentation comments take in with <c>&lt;include file="..." /&gt;</c>: no item names them, and the compiler reads them.</summary>
internal static partial class DocumentationIncludes
{
    private static readonly Digest s_none = Digest.Of("takes nothing in");
    private static readonly Digest s_some = Digest.Of("takes files in");

    /// <summary>Absolute paths, whether the files are there or not; none for a project without a documentation file.</summary>
    public static IEnumerable<string> Of(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        if (project.Property("DocumentationFile").Length == 0)
        {
            yield break;
        }

        foreach (EvaluatedItem item in project.ItemsOf("Compile"))
        {
            string source = Path.GetFullPath(item.Include.Replace('\\', Path.DirectorySeparatorChar), project.Directory);

            // Remembered as a digest is: a source is searched once after each change.
            if (!context.Memo.TryHash("includes/1", source, static (path, _) => Include().IsMatch(File.ReadAllText(path)) ? s_some : s_none, out Digest has, out _, stop) || has != s_some)
            {
                continue;
            }

            foreach (Match include in Include().Matches(File.ReadAllText(source)))
            {
                // The compiler looks beside the source first, then from the project's folder.
                string name = include.Groups["file"].Value.Replace('\\', Path.DirectorySeparatorChar);
                yield return Path.GetFullPath(name, Path.GetDirectoryName(source)!);
                yield return Path.GetFullPath(name, project.Directory);
            }
        }
    }

    [GeneratedRegex("""<include\s[^>]*?file\s*=\s*["'](?<file>[^"'\r\n]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex Include();
}
