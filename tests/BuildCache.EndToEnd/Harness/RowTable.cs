namespace BuildCache.EndToEnd;

/// <summary>Rows of changes to a repository that is all in the cache: each change alone makes exactly some projects miss, and undoing it makes all hit.</summary>
/// <remarks>
/// All rows run before anything is asserted: one run shows every row that is wrong. The build of a row is also the one
/// that follows the undoing of the row before, whose projects must hit again unless they are among this row's.
/// </remarks>
internal sealed class RowTable(Sandbox sandbox)
{
    private readonly List<string> _wrong = [];

    /// <summary>Builds until all is in the cache.</summary>
    public async Task PrepareAsync()
    {
        (await sandbox.BuildAsync()).Succeeded();
        BuildResult again = (await sandbox.BuildAsync()).Succeeded();
        Assert.Equal([], again.Misses);
        Assert.Equal([], again.Skipped);
    }

    /// <summary>One row.</summary>
    /// <param name="name">What is changed.</param>
    /// <param name="misses">The projects that must miss, separated by spaces; "" for none.</param>
    /// <param name="apply">Makes the change.</param>
    /// <param name="undo">Takes it back.</param>
    /// <param name="arguments">Arguments of the build with the change.</param>
    public async Task ChangeAsync(string name, string misses, Action apply, Action undo, params string[] arguments)
    {
        apply();
        Check(name, misses, await sandbox.BuildAsync(arguments));
        undo();
    }

    /// <summary>A file gets another text, or appears.</summary>
    public Task FileAsync(string file, string text, string misses) => FileAsync(file, System.Text.Encoding.UTF8.GetBytes(text), misses);

    /// <summary>A file gets another content, or appears.</summary>
    public async Task FileAsync(string file, byte[] content, string misses)
    {
        string path = sandbox.PathOf(file);
        byte[]? before = File.Exists(path) ? File.ReadAllBytes(path) : null;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await ChangeAsync(file, misses, () => File.WriteAllBytes(path, content), () => Restore(path, before));
    }

    /// <summary>A part of a file is replaced.</summary>
    public Task EditAsync(string file, string old, string @new, string misses)
    {
        string text = sandbox.Read(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return FileAsync(file, text.Replace(old, @new, StringComparison.Ordinal), misses);
    }

    /// <summary>A file goes.</summary>
    public async Task RemovalAsync(string file, string misses)
    {
        string path = sandbox.PathOf(file);
        byte[] before = File.ReadAllBytes(path);
        await ChangeAsync($"{file} removed", misses, () => File.Delete(path), () => Restore(path, before));
    }

    /// <summary>The build gets other arguments.</summary>
    public Task ArgumentsAsync(string misses, params string[] arguments) =>
        ChangeAsync(string.Join(' ', arguments), misses, static () => { }, static () => { }, arguments);

    /// <summary>The environment gets a variable.</summary>
    public Task VariableAsync(string name, string misses) => ChangeAsync(
        $"environment variable {name}", misses, () => sandbox.Environment[name] = "changed", () => sandbox.Environment.Remove(name));

    /// <summary>That no row was wrong, and that all hits where all is undone.</summary>
    public async Task AssertAllRightAsync()
    {
        Check("all undone", "", await sandbox.BuildAsync());
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    private void Check(string row, string misses, BuildResult result)
    {
        string expected = string.Join(' ', misses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        string actual = string.Join(' ', result.Misses.Order(StringComparer.Ordinal));
        if (result.ExitCode != 0 || expected != actual || result.Skipped.Count > 0)
        {
            string end = result.ExitCode == 0 ? "" : "\n" + result.Output[^Math.Min(1500, result.Output.Length)..];
            _wrong.Add($"{row}: expected [{expected}], missed [{actual}], skipped [{string.Join(' ', result.Skipped)}], exit code {result.ExitCode}{end}");
        }
    }

    private static void Restore(string path, byte[]? before)
    {
        if (before is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllBytes(path, before);
        }
    }
}
