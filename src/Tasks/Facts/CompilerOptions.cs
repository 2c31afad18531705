using System.Text.RegularExpressions;
using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>Options that a project hands to its compiler as text: response files (<c>CompilerResponseFile</c>), and <c>OtherFlags</c> of F#. They may name files that no item names.</summary>
internal static partial class CompilerOptions
{
    /// <summary>Options that make files, which nothing else would say of, or that search in folders.</summary>
    private static readonly HashSet<string> s_unknowable = new(StringComparer.OrdinalIgnoreCase)
    {
        "out", "doc", "pdb", "errorlog", "refout", "generatedfilesout", "sig", "allsigs", "touchedfiles", "instrument", "keycontainer", "recurse", "lib", "libpath",
    };

    /// <summary>Absolute paths of what may be files, whether they are there or not.</summary>
    public static IEnumerable<string> FilesNamed(FactContext context, EvaluatedProject project, CancellationToken stop)
    {
        string[] first = ResponseFiles(project);
        return first.Concat(FilesInFiles.Of(context, "options/1", first, static _ => true, NamedIn, stop)).Concat(Named(project.Property("OtherFlags"), project.Directory));

        IEnumerable<string> NamedIn(string path, string text) =>
            IsResponse(path) ? Named(text, project.Directory).Concat(Named(text, Path.GetDirectoryName(path)!)) : [];

        // What a response file names is read for further names only if it is one, too.
        bool IsResponse(string path) => first.Contains(path, RootMap.Comparer) || path.EndsWith(".rsp", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Why a project with such options cannot be cached; <see langword="null"/> if it can, as nearly always.</summary>
    public static string? Refuse(EvaluatedProject project)
    {
        if (project.Property("KeyContainerName").Length > 0)
        {
            return "it is signed with a key container (KeyContainerName), whose key is not known";
        }

        if (project.Property("VBRuntime").AsSpan().ContainsAny('.', '/', '\\'))
        {
            return "its runtime of Visual Basic is a file of its own (VBRuntime)";
        }

        if (project.ItemsOf("Compile").FirstOrDefault(item => Path.GetExtension(item.Include) is ".fsx" or ".fsscript") is { } script)
        {
            return $"it compiles the script '{script.Include}', which may load others";
        }

        IEnumerable<string> texts = ResponseFiles(project).Where(File.Exists).Select(File.ReadAllText).Append(project.Property("OtherFlags"));
        return texts.SelectMany(Tokens).FirstOrDefault(IsUnknowable) is { } option
            ? $"it asks its compiler for '{option}' in a response file or in OtherFlags, and what that reads or writes is not known"
            : null;
    }

    private static string[] ResponseFiles(EvaluatedProject project) => [.. project.Property("CompilerResponseFile")
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(name => AbsolutePath.Of(name, project.Directory))];

    /// <summary>Whether an option reads or writes what cannot be told from it: also a response file in a response file that does not end with .rsp, and patterns.</summary>
    internal static bool IsUnknowable(string token) =>
        token.AsSpan().ContainsAny('*', '?') ? !token.StartsWith('#')
            : token.StartsWith('@') ? !token.EndsWith(".rsp", StringComparison.OrdinalIgnoreCase)
            : token is ['-' or '/', ..] && (s_unknowable.Contains(Name(token)) || Name(token) is "o" or "I");

    private static string Name(string token)
    {
        ReadOnlySpan<char> name = token.AsSpan().TrimStart("-/");
        int end = name.IndexOfAny(':', '=');
        return (end < 0 ? name : name[..end]).TrimEnd("+-").ToString();
    }

    /// <summary>What may be a file in options: everything with a dot or a separator that is the value of an option, or no option.</summary>
    internal static IEnumerable<string> Named(string text, string folder)
    {
        foreach (string token in Tokens(text))
        {
            bool isOption = token is ['-' or '/', ..] && token.IndexOf(':', StringComparison.Ordinal) > 0;
            string value = isOption ? token[(token.IndexOf(':', StringComparison.Ordinal) + 1)..] : token.TrimStart('@');
            foreach (string part in value.Split([',', ';', '='], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (part.AsSpan().ContainsAny('.', '/', '\\') && part.Length < 4096 && !part.Contains('\0', StringComparison.Ordinal))
                {
                    yield return AbsolutePath.Of(part, folder);
                }
            }
        }
    }

    /// <summary>The options of a text, without quotation marks. A line that begins with # is a comment.</summary>
    private static IEnumerable<string> Tokens(string text) => text.Split('\n')
        .Where(line => !line.TrimStart().StartsWith('#'))
        .SelectMany(line => Token().Matches(line).Select(token => token.Value.Replace("\"", "", StringComparison.Ordinal)));

    [GeneratedRegex("""(?:[^\s"]|"[^"]*")+""", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
