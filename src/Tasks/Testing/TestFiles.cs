using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Testing;

/// <summary>The TRX files of a run: found after it, kept, and written again where the result comes from the cache.</summary>
/// <remarks>
/// A TRX file names the test assembly by its path, once in lower case, and the machine and the user. Folders are
/// exchanged where clones in other folders share; who ran the tests, where and when stays, because that is what happened.
/// </remarks>
internal sealed partial class TestFiles(LocalStore store, FactContext context)
{
    private const string FromCache = "<!-- From the cache of BuildCache.Sdk: the run took place as its times and its machine say. -->";

    /// <summary>Takes in the TRX files that one run wrote.</summary>
    /// <param name="run">The run.</param>
    /// <param name="since">When it began.</param>
    /// <param name="outputs">The kept files.</param>
    /// <returns>Why they cannot be kept; <see langword="null"/> if they are.</returns>
    public string? TakeIn(TestRun run, DateTime since, out IReadOnlyList<CachedOutput> outputs)
    {
        List<CachedOutput> taken = [];
        outputs = taken;
        int expected = run.Loggers.Select(TestLogger.Parse).Count(static logger => logger.IsTrx);
        if (expected == 0)
        {
            return null;
        }

        foreach (string path in FilesBelow.In(run.ResultsFolder))
        {
            // Times of files tick more slowly than the clock.
            if (File.GetLastWriteTimeUtc(path) < since.AddSeconds(-2) || File.ReadAllText(path) is not { } text || !text.Contains("<TestRun ", StringComparison.Ordinal) || !IsOf(run, text))
            {
                continue;
            }

            if (Neutral(run, text) is not { } neutral)
            {
                return $"'{Path.GetFileName(path)}' holds folders that cannot be exchanged";
            }

            string name = Path.GetRelativePath(run.ResultsFolder, path).Replace('\\', '/');
            byte[] bytes = Encoding.UTF8.GetBytes(neutral);
            taken.Add(new CachedOutput(name, OutputKind.Text, store.PutBytes(bytes), bytes.Length, 0, ""));
        }

        // One more or less, and it is not known which file is whose.
        return taken.Count == expected ? null : $"{taken.Count} TRX files of this run were found where {expected} should be";
    }

    /// <summary>Writes the TRX files of an earlier run.</summary>
    /// <returns>Absolute paths; <see langword="null"/> if one is missing, and none was written.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">A name leads out of the folder.</exception>
    public IReadOnlyList<string>? Place(TestRun run, IReadOnlyList<CachedOutput> outputs)
    {
        List<(string Name, byte[] Content)> files = [];
        foreach (CachedOutput output in outputs)
        {
            string path = Path.GetFullPath(output.Path, run.ResultsFolder);
            if (Path.IsPathRooted(output.Path) || !RootMap.IsWithin(path, run.ResultsFolder) || !output.Path.EndsWith(".trx", StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidDataException($"The cache names the result file '{output.Path}'.");
            }

            if (store.TryGetBytes(output.Digest) is not { } bytes)
            {
                return null;
            }

            files.Add((path, Encoding.UTF8.GetBytes("\uFEFF" + Local(run, Encoding.UTF8.GetString(bytes)))));
        }

        string[] given = [.. run.Loggers.Select(TestLogger.Parse).Where(static logger => logger.IsTrx && logger.FileName.Length > 0).Select(logger => Path.GetFullPath(logger.FileName, run.ResultsFolder))];
        return [.. files.Select(file => Write(file.Name, file.Content, given.Contains(file.Name, RootMap.Comparer)))];
    }

    /// <summary>Writes a file under its name, or, like the logger, under the next one that is free. A name that a person gave is written over, and so is the file of the very same run.</summary>
    private static string Write(string path, byte[] content, bool overwrites)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (int number = 0; ; number++)
        {
            string name = number == 0 ? path : Path.ChangeExtension(path, null) + $"[{number}]" + Path.GetExtension(path);
            if (overwrites || !File.Exists(name) || (IdOf(File.ReadAllText(name)) is { Length: > 0 } id && id == IdOf(Encoding.UTF8.GetString(content))))
            {
                File.WriteAllBytes(name, content);
                return name;
            }
        }
    }

    /// <summary>The number that a run has in its TRX file; "" if it has none.</summary>
    private static string IdOf(string text) => RunId().Match(text).Value;

    /// <summary>Whether a TRX file tells of this test assembly.</summary>
    private static bool IsOf(TestRun run, string text) =>
        text.Contains($"codeBase=\"{SecurityElement.Escape(run.Place.TargetPath)}\"", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text without this clone's folders; <see langword="null"/> if they cannot be taken out.</summary>
    private string? Neutral(TestRun run, string text)
    {
        if (!run.Relocatable)
        {
            return text;
        }

        string root = context.Roots.PathOf(RootMap.Repository);
        return context.Roots.HoldsName(text) || SecurityElement.Escape(root) != root ? null
            : context.Roots.Neutral(Storage().Replace(text, match => match.Value.Replace(root.ToLowerInvariant(), root, StringComparison.Ordinal)));
    }

    private string Local(TestRun run, string text)
    {
        if (run.Relocatable)
        {
            text = Storage().Replace(context.Roots.Local(text), static match => match.Value.ToLowerInvariant());
        }

        int at = text.IndexOf("?>", StringComparison.Ordinal);
        return at < 0 || text.Contains(FromCache, StringComparison.Ordinal) ? text : text.Insert(at + 2, "\n" + FromCache);
    }

    [GeneratedRegex("<TestRun id=\"[^\"]*\"")]
    private static partial Regex RunId();

    /// <summary>The attribute that the logger writes in lower case.</summary>
    [GeneratedRegex("storage=\"[^\"]*\"")]
    private static partial Regex Storage();
}
