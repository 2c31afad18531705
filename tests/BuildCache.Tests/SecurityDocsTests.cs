using System.Text.RegularExpressions;

namespace BuildCache.Tests;

/// <summary>Every call that can take something from a user has a line in docs/security.md that says why it cannot.</summary>
public partial class SecurityDocsTests
{
    private static readonly string[] s_sources = ["src/Tasks", "src/TestLogger", "src/CompileOnce", "src/Sdk"];

    [Fact]
    public void Every_call_that_deletes_overwrites_or_changes_is_accounted_for()
    {
        SortedSet<string> made = [];
        foreach (string file in s_sources.SelectMany(Files))
        {
            foreach (string line in File.ReadLines(file).Select(static line => line.TrimStart()).Where(static line => !line.StartsWith("//", StringComparison.Ordinal)))
            {
                Regex calls = Path.GetExtension(file) == ".cs" ? CallPattern() : TaskPattern();
                foreach (Match call in calls.Matches(line))
                {
                    made.Add($"{Name(file)}: {call.Groups["call"].Value}");
                }
            }
        }

        SortedSet<string> documented = Documented();
        string[] missing = [.. made.Except(documented)];
        string[] gone = [.. documented.Except(made)];
        Assert.True(missing.Length == 0, $"docs/security.md does not say why these can only touch what is ours:\n{string.Join('\n', missing)}");
        Assert.True(gone.Length == 0, $"docs/security.md names calls that are not there any more:\n{string.Join('\n', gone)}");
    }

    [Theory]
    [InlineData("File.Delete(path);", "File.Delete")]
    [InlineData("System.IO.File.WriteAllText(path, text);", "File.WriteAllText")]
    [InlineData("left.Delete(recursive: true);", ".Delete")]
    [InlineData("file.LastWriteTimeUtc = now;", ".LastWriteTimeUtc =")]
    [InlineData("new FileStream(path, FileMode.OpenOrCreate)", "FileMode.OpenOrCreate")]
    [InlineData("Array.ForEach(stale, File.Delete);", "File.Delete")]
    [InlineData("[LibraryImport(\"libc\", EntryPoint = \"unlink\")]", "unlink")]
    [InlineData("FileMode.CreateNew", "")]
    [InlineData("File.ReadAllText(path)", "")]
    [InlineData("if (file.LastWriteTimeUtc == now)", "")]
    public void The_pattern_sees_a_call(string line, string call) =>
        Assert.Equal(call, CallPattern().Match(line).Groups["call"].Value);

    private static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(Repository.PathOf(folder.Split('/')), "*", SearchOption.AllDirectories)
        .Where(static path => Path.GetExtension(path) is ".cs" or ".targets" or ".props" && !path.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj"));

    /// <summary>A class is named by its file, a file of targets with its ending.</summary>
    private static string Name(string file) => Path.GetExtension(file) == ".cs" ? Path.GetFileNameWithoutExtension(file) : Path.GetFileName(file);

    /// <summary>The rows of the tables: the class in the first cell, its calls in the second.</summary>
    private static SortedSet<string> Documented() =>
    [
        .. File.ReadLines(Repository.PathOf("docs", "security.md"))
            .Select(static line => line.Split('|'))
            .Where(static cells => cells.Length > 4 && cells[1].Contains('`', StringComparison.Ordinal))
            .SelectMany(static cells => CodePattern().Matches(cells[2]).Select(call => $"{cells[1].Trim().Trim('`')}: {call.Groups[1].Value}")),
    ];

    /// <summary>
    /// Calls of .NET, of the system, and of our own helpers with which something that is there can be lost or changed. What only
    /// makes something where nothing is (folders, CreateNew) is not among them.
    /// </summary>
    [GeneratedRegex("""
        \b(?<call>File\.(Delete|Move|Copy|Replace|Create|CreateText|CreateSymbolicLink|AppendText|OpenWrite|WriteAll\w+|AppendAll\w+|Set\w+))\b
        |\b(?<call>Directory\.(Delete|Move|CreateSymbolicLink|Set\w+))\b
        |\b(?<call>(AtomicFile\.(Write|Commit|TryDelete)|FileCopier\.\w+|FileLinks\.(TryLink|Rename)|SmallFile\.TryRename|TreePlacer\.Remove))\(
        |\b(?<call>FilesBelow\.Delete)\b
        |\b(?<call>FileMode\.(Create|OpenOrCreate|Truncate|Append)|FileOptions\.DeleteOnClose)\b
        |(?<call>\.(Delete|MoveTo|Replace\w*File|ExtractTo\w+|SetLength))\(
        |(?<call>\.(LastWriteTime|LastAccessTime|CreationTime|Attributes|UnixFileMode|IsReadOnly)(Utc)?\ =)(?!=)
        |EntryPoint\ =\ "(?<call>(?!(open|close|read|statx|getdents64|mkdir)")\w+)"
        |\bnew\ (?<call>StreamWriter)\(
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex CallPattern();

    /// <summary>MSBuild's tasks that do the same.</summary>
    [GeneratedRegex("<(?<call>Delete|RemoveDir|Copy|Move|Touch|WriteLinesToFile|Exec|Unzip|ZipDirectory|DownloadFile|XmlPoke)[ />]")]
    private static partial Regex TaskPattern();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodePattern();
}
