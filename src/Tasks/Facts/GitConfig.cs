using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>One setting of git.</summary>
/// <param name="Section">The section in lower case, with its name as it stands: <c>core</c>, <c>remote "origin"</c>.</param>
/// <param name="Name">In lower case.</param>
/// <param name="Value">Without quotes and comments.</param>
internal readonly record struct GitSetting(string Section, string Name, string Value);

/// <summary>Reads the configuration files of git, as far as it takes to see which files are ignored and where the repository comes from.</summary>
internal static class GitConfig
{
    private const int MaxDepth = 10;

    /// <summary>The settings of a file, and of the files that it includes, on whatever condition.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="home">What <c>~</c> stands for.</param>
    /// <param name="depth">How many files include this one.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static IEnumerable<GitSetting> Read(string path, string home, int depth = 0)
    {
        if (depth > MaxDepth || !File.Exists(path))
        {
            yield break;
        }

        foreach (GitSetting setting in Parse(File.ReadAllText(path)))
        {
            yield return setting;
            if (setting.Name == "path" && (setting.Section == "include" || setting.Section.StartsWith("includeif ", StringComparison.Ordinal)) && setting.Value.Length > 0)
            {
                foreach (GitSetting included in Read(Expand(setting.Value, home, Path.GetDirectoryName(path)!), home, depth + 1))
                {
                    yield return included;
                }
            }
        }
    }

    /// <summary>The absolute path that a setting names.</summary>
    public static string Expand(string value, string home, string folder) =>
        value.StartsWith("~/", StringComparison.Ordinal) ? AbsolutePath.Of(value[2..], home) : AbsolutePath.Of(value, folder);

    /// <summary>The settings of a text.</summary>
    public static IEnumerable<GitSetting> Parse(string text)
    {
        string section = "";
        foreach (string raw in text.Replace("\\\r\n", "", StringComparison.Ordinal).Replace("\\\n", "", StringComparison.Ordinal).Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith('[') && line.IndexOf(']') is var end and > 0)
            {
                string head = line[1..end].Trim();
                int space = head.IndexOf(' ');
                section = space < 0 ? head.ToLowerInvariant() : string.Concat(head[..space].ToLowerInvariant(), head.AsSpan(space));
                line = line[(end + 1)..].Trim();
            }

            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            int equals = line.IndexOf('=');
            yield return equals < 0
                ? new GitSetting(section, line.ToLowerInvariant(), "true")
                : new GitSetting(section, line[..equals].Trim().ToLowerInvariant(), Value(line[(equals + 1)..].Trim()));
        }
    }

    private static string Value(string text)
    {
        System.Text.StringBuilder value = new(text.Length);
        bool isQuoted = false;
        for (int at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '\\' when at + 1 < text.Length:
                    value.Append(text[++at]);
                    break;
                case '#' or ';' when !isQuoted:
                    return value.ToString().TrimEnd();
                default:
                    value.Append(text[at]);
                    break;
            }
        }

        return value.ToString();
    }
}
