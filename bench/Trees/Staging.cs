namespace BuildCache.TreeBench;

/// <summary>Stages the tree in every case by every placement; the time is that of the task.</summary>
internal sealed class Staging(Workshop work, Table table)
{
    public async Task RunAsync(string only)
    {
        work.WriteProject("copy", "no");
        Staged empty = await work.StageAsync();
        table.Add("an empty build", empty.Wall, empty.PeakKb);
        foreach ((string placement, string sources) in ((string, string)[])[("copy", "folders"), ("hardlink", "folders"), ("symlink", "folders"), ("copy", "archive"), ("symlink", "archive")])
        {
            if (only.Length == 0 || only.Split(',').Contains(placement))
            {
                await RunAsync(placement, sources);
            }
        }
    }

    private async Task RunAsync(string placement, string sources)
    {
        string name = $"{placement}, {sources}: ";
        work.Remove(work.Destination);
        work.Remove(work.Cache);
        work.WriteProject(placement, sources);
        await AddAsync(name + "cold, empty store");
        work.Remove(work.Destination);
        await AddAsync(name + "cold, in the store");
        await AddAsync(name + "unchanged");
        if (sources != "folders")
        {
            return;
        }

        string changed = Path.Combine(work.Files, "folder007", "folder007", "file7");
        string before = File.ReadAllText(changed);
        File.WriteAllText(changed, "another\n");
        await Task.Delay(100);
        await AddAsync(name + "one file changed");
        string other = Path.Combine(work.Repository, "sources", "other");
        await work.RunAsync(work.Root, "cp", "-r", work.Base, other);
        File.WriteAllText(Path.Combine(other, "usr1", "added"), "added");
        await Task.Delay(100);
        work.WriteProject(placement, "swapped");
        await AddAsync(name + "one source swapped");
        File.WriteAllText(changed, before);
        work.Remove(other);
    }

    private async Task AddAsync(string what)
    {
        Staged staged = await work.StageAsync();
        table.Add(what, staged.Task, staged.PeakKb);
    }
}
