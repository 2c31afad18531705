using System.Text;
using System.Text.Json;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>NuGet's files in obj: takes them in, and writes them for this clone's folders.</summary>
internal sealed class RestoreOutputs(LocalStore store, PlacementStore placements, FactContext context, ICacheLog log)
{
    private const string CacheFile = "project.nuget.cache";
    private const string HashToken = "{dgSpecHash}";

    /// <summary>Warnings that say that another version was taken than was asked for: what the sources hold decides.</summary>
    private static readonly string[] s_approximate = ["NU1601", "NU1602", "NU1603", "NU1604"];

    /// <summary>Takes in what restore left for a project.</summary>
    public RestoredPackages Take(ProjectRecord project, CancellationToken stop)
    {
        try
        {
            return TakeIn(project, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return No(failure.Message);
        }
    }

    /// <summary>Whether NuGet's files are there as they were recorded.</summary>
    public bool AreInPlace(ProjectRecord project, RestoredPackages restored)
    {
        if (AreUntouched(project, restored))
        {
            return true;
        }

        // NuGet may have written the same again.
        try
        {
            if (Files(project, restored) is not { } files || !files.All(file => Holds(file.Path, file.Content)))
            {
                return false;
            }

            Note(project, restored.Key, files.Select(file => file.Path));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether restore has nothing to do for a project of which all facts hold. Where the sources decide about a version, NuGet does nothing only if its own files are there already.</summary>
    public bool IsDone(ProjectRecord project, RestoredPackages restored) =>
        restored.Ineligible.Length == 0 || (!restored.Key.IsNone && AreInPlace(project, restored));

    /// <summary>Sees to it that NuGet's files for this clone are in place, and writes those that are not; <see langword="false"/> if that is not possible.</summary>
    public bool Provide(ProjectRecord project, RestoredPackages restored)
    {
        if (AreUntouched(project, restored))
        {
            return true;
        }

        try
        {
            if (Files(project, restored) is not { } files)
            {
                return false;
            }

            Directory.CreateDirectory(context.Roots.ToAbsolute(project.RestoreFolder));
            foreach ((string path, byte[] content) in files.Where(file => !Holds(file.Path, file.Content)))
            {
                string temporary = path + OutputRestorer.Temporary;
                File.WriteAllBytes(temporary, content);
                File.Move(temporary, path, overwrite: true);
            }

            Note(project, restored.Key, files.Select(file => file.Path));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Detail($"NuGet's files for '{project.Path}' could not be provided: {failure.Message}");
            return false;
        }
    }

    /// <summary>Whether the files still are what was noted: nothing is read.</summary>
    private bool AreUntouched(ProjectRecord project, RestoredPackages restored) =>
        placements.Read(Place(project)) is { } before && before.ActionKey == restored.Key && before.IsIntact();

    /// <summary>NuGet's files for this clone, its cache file last: with it NuGet believes that all the rest is there. <see langword="null"/> if they cannot be made.</summary>
    private List<(string Path, byte[] Content)>? Files(ProjectRecord project, RestoredPackages restored)
    {
        if (restored.Key.IsNone || store.TryGetEntry(restored.Key) is not { } entry)
        {
            return null;
        }

        string[] own = PathsOf(project);
        string graphPath = own[^2], cache = own[^1];
        byte[]? graph = null, text = null;
        List<(string Path, byte[] Content)> files = [];
        foreach (CachedOutput output in entry.Outputs)
        {
            string path = context.Roots.ToAbsolute(output.Path);
            if (!own.Contains(path, RootMap.Comparer) || store.TryGetBytes(output.Digest) is not { } bytes)
            {
                return null;
            }

            byte[] content = context.Roots.Local(bytes);
            if (path == cache)
            {
                text = content;
                continue;
            }

            graph = path == graphPath ? content : graph;
            files.Add((path, content));
        }

        if (graph is null || text is null || (Digest.Of(graph) == restored.Graph ? restored.GraphHash : DgSpecHash.Of(graph)) is not { } hash)
        {
            return null;
        }

        files.Add((cache, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace(HashToken, hash, StringComparison.Ordinal))));
        return files;
    }

    private RestoredPackages TakeIn(ProjectRecord project, CancellationToken stop)
    {
        string[] paths = PathsOf(project);
        PooledBuffer[] contents = [.. paths.Select(Read)];
        try
        {
            return TakeIn(project, paths, contents, stop);
        }
        finally
        {
            Array.ForEach(contents, static content => content.Dispose());
        }
    }

    /// <param name="project">The project.</param>
    /// <param name="paths">NuGet's five files: the graph and the cache file last.</param>
    /// <param name="contents">Their bytes. Not as text: that would drop the mark at the beginning of some.</param>
    /// <param name="stop">Stops the hashing.</param>
    private RestoredPackages TakeIn(ProjectRecord project, string[] paths, PooledBuffer[] contents, CancellationToken stop)
    {
        PooledBuffer graph = contents[3];
        using JsonDocument cache = JsonDocument.Parse(WithoutMark(contents[4]));
        string hash = cache.RootElement.GetProperty("dgSpecHash").GetString()!;
        if ((DgSpecHash.Of(graph.WrittenSpan) is { } computed && computed != hash) || !cache.RootElement.GetProperty("success").GetBoolean())
        {
            return No("NuGet's cache file is not of the kind that is known, or not of the last restore");
        }

        using JsonDocument document = JsonDocument.Parse(WithoutMark(graph));
        JsonElement projects = document.RootElement.GetProperty("projects");
        string approximate = "";
        string? locked = LockFileOf(context.Roots.ToAbsolute(project.Path), projects);
        if (IsFloating(graph) && locked is null)
        {
            approximate = "a package has a floating version, and there is no lock file";
        }

        CachedWarning[] warnings = [.. Warnings(cache.RootElement)];
        if (warnings.FirstOrDefault(warning => s_approximate.Contains(warning.Code)) is { } other)
        {
            approximate = $"restore found another version than the one asked for ({other.Code})";
        }

        // A lock file that changed alone is none of NuGet's reasons to resolve anew where its files are in place.
        if (locked is not null && !LockFile.Agrees(File.ReadAllBytes(locked), contents[0].WrittenSpan.ToArray()))
        {
            approximate = $"'{Path.GetFileName(locked)}' locks other packages than restore took";
        }

        List<CachedOutput> outputs = [];
        using PooledBuffer neutral = new(graph.WrittenCount), local = new(graph.WrittenCount);
        using CanonicalHasher key = new("restore/1");
        key.Add(1, project.Path);
        for (int i = 0; i < paths.Length; i++)
        {
            ReadOnlySpan<byte> text = i == 4 ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(contents[i].WrittenSpan).Replace(hash, HashToken, StringComparison.Ordinal)) : contents[i].WrittenSpan;
            context.Roots.Neutral(text, neutral);
            context.Roots.Local(neutral.WrittenSpan, local);
            if (context.Roots.HoldsName(text) || !local.WrittenSpan.SequenceEqual(text))
            {
                return No($"'{paths[i]}' holds a text that stands for a folder");
            }

            // In JSON a Windows path has two separators for each; exchanging those was never tried.
            if (context.Roots.IsMentioned(WithSingleSeparators(neutral.WrittenSpan)))
            {
                return No($"'{paths[i]}' names this folder in a way that cannot be exchanged");
            }

            Digest digest = store.PutBytes(neutral.WrittenSpan);
            outputs.Add(new CachedOutput(context.Roots.ToRooted(paths[i]), OutputKind.Text, digest, neutral.WrittenCount, 0, ""));
            key.Add(2, outputs[i].Path);
            key.Add(3, digest);
        }

        CacheEntry entry = new()
        {
            ActionKey = key.Finish(),
            Visible = default,
            TargetPath = "",
            BoundTo = "",
            Seconds = 0,
            Provenance = $"{Environment.MachineName} {DateTime.UtcNow:O}",
            Facts = default,
            Outputs = outputs,
            Warnings = [],
        };
        store.PutEntry(entry);
        Note(project, entry.ActionKey, paths);
        string[] covered = [.. projects.EnumerateObject().Select(spec => context.Roots.ToRooted(spec.Name)).Order(StringComparer.Ordinal)];
        return new RestoredPackages(entry.ActionKey, covered, Required(cache.RootElement, projects, stop), warnings, Digest.Of(graph.WrittenSpan), hash, approximate);
    }

    /// <summary>The package files and the settings that NuGet used.</summary>
    private List<Fact> Required(JsonElement cache, JsonElement projects, CancellationToken stop)
    {
        HashSet<string> paths = new(RootMap.Comparer);
        paths.UnionWith(cache.GetProperty("expectedPackageFiles").EnumerateArray().Select(path => path.GetString()!));
        foreach (JsonProperty spec in projects.EnumerateObject())
        {
            if (spec.Value.TryGetProperty("restore", out JsonElement restore) && restore.TryGetProperty("configFilePaths", out JsonElement files))
            {
                paths.UnionWith(files.EnumerateArray().Select(path => path.GetString()!));
            }
        }

        return [.. paths.Order(StringComparer.Ordinal).Select(path =>
            new Fact(FactKind.File, context.Roots.ToRooted(path), context.TryHash(path, out HashedFile? file, stop) ? file.Digest : Digest.Of("missing")))];
    }

    /// <summary>The lock file that NuGet reads for a project; <see langword="null"/> if there is none.</summary>
    private static string? LockFileOf(string project, JsonElement projects) => LockFile.PathOf(
        project,
        projects.TryGetProperty(project, out JsonElement spec) && spec.TryGetProperty("restore", out JsonElement restore) && restore.TryGetProperty("restoreLockProperties", out JsonElement properties) &&
            properties.TryGetProperty("nuGetLockFilePath", out JsonElement path) ? path.GetString() ?? "" : "");

    private static PooledBuffer Read(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        PooledBuffer content = new((int)RandomAccess.GetLength(file) + 1);
        for (int read; (read = RandomAccess.Read(file, content.GetSpan(1), content.WrittenCount)) > 0;)
        {
            content.Advance(read);
        }

        return content;
    }

    private static ReadOnlyMemory<byte> WithoutMark(PooledBuffer text) =>
        text.WrittenMemory[(text.WrittenSpan.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0)..];

    private static ReadOnlySpan<byte> WithSingleSeparators(ReadOnlySpan<byte> text) => text.IndexOf(@"\\"u8) < 0 ? text
        : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace(@"\\", @"\", StringComparison.Ordinal));

    private static bool IsFloating(PooledBuffer graph)
    {
        Utf8JsonReader reader = new(WithoutMark(graph).Span);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("version"u8) || reader.ValueTextEquals("versionOverride"u8)) &&
                reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Contains((byte)'*'))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<CachedWarning> Warnings(JsonElement cache)
    {
        if (!cache.TryGetProperty("logs", out JsonElement logs))
        {
            yield break;
        }

        foreach (JsonElement entry in logs.EnumerateArray())
        {
            string Text(string name) => entry.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
            int Number(string name) => entry.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) ? number : 0;
            string file = Text("filePath") is { Length: > 0 } path ? path : Text("projectPath");
            yield return new CachedWarning(
                "", Text("code"), "", context.Roots.Neutral(file), Number("startLineNumber"), Number("startColumnNumber"), Number("endLineNumber"), Number("endColumnNumber"), context.Roots.Neutral(Text("message")));
        }
    }

    private void Note(ProjectRecord project, Digest key, IEnumerable<string> paths)
    {
        placements.Write(Place(project), new Placement
        {
            Project = context.Roots.ToAbsolute(project.Path),
            ActionKey = key,
            Visible = default,
            Facts = default,
            TargetPath = "",
            Seconds = 0,
            Files = [.. paths.Select(static path => new PlacedFile(path, default, FileStamp.TryReadLink(path, out FileStamp stamp) ? stamp : default))],
            Warnings = [],
        });
    }

    private string Place(ProjectRecord project) => context.Roots.ToAbsolute(project.RestoreFolder) + "|" + Path.GetFileName(project.Path) + "|restore";

    /// <summary>Absolute paths of the five files that NuGet writes for a project, and no others: the graph and the cache file last.</summary>
    private string[] PathsOf(ProjectRecord project)
    {
        string folder = context.Roots.ToAbsolute(project.RestoreFolder);
        string name = Path.GetFileName(project.Path);
        string[] names = ["project.assets.json", name + ".nuget.g.props", name + ".nuget.g.targets", name + ".nuget.dgspec.json", CacheFile];
        return [.. names.Select(name => Path.Combine(folder, name))];
    }

    private static bool Holds(string path, byte[] content) =>
        FileStamp.TryRead(path, out FileStamp stamp) && stamp.Size == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    private static RestoredPackages No(string reason) => new(default, [], [], [], default, "", reason);
}
