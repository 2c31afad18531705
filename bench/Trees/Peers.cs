namespace BuildCache.TreeBench;

/// <summary>What the system's own programs take for the same files.</summary>
internal sealed class Peers(Workshop work, Table table)
{
    public async Task RunAsync()
    {
        string sources = Path.Combine(work.Repository, "sources");
        string[] both = [work.Base, work.Files];
        await TimeAsync("list the tree with its stats (find -printf)", "find", [.. both, "-printf", "%s %T@ %p\\n"]);
        await TimeAsync("list the tree with its stats (ls -lR)", "ls", ["-lR", .. both]);
        string copied = Path.Combine(sources, "..", "copied");
        await TimeAsync("cp -r", "cp", ["-r", .. both, Directory.CreateDirectory(copied).FullName]);
        work.Remove(copied);
        await TimeAsync("cp -al", "cp", ["-al", .. both, Directory.CreateDirectory(copied).FullName]);
        work.Remove(copied);
    }

    private async Task TimeAsync(string what, string program, string[] arguments)
    {
        // Through sh, so that its output costs what it costs without us reading it.
        string command = $"exec {program} {string.Join(' ', arguments.Select(static argument => $"'{argument}'"))} > /dev/null";
        (double seconds, _, _) = await work.RunAsync(work.Root, "sh", "-c", command);
        table.Add(what, seconds);
    }
}
