namespace BuildCache.TreeBench;

/// <summary>BuildStream 1.6 of Debian's package, where it is installed: the same sources as two elements, and one on top of both.</summary>
internal static class Bst
{
    public static async Task RunAsync(Workshop work, Table table)
    {
        string project = Path.Combine(work.Root, "bst");
        try
        {
            (_, _, string version) = await work.RunAsync(work.Root, "bst", "--version");
            table.Notes.Add("BuildStream " + version.Trim());
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            table.Notes.Add("BuildStream is not installed here (apt-get install buildstream).");
            return;
        }

        Directory.CreateDirectory(Path.Combine(project, "elements"));
        File.WriteAllText(Path.Combine(project, "project.conf"), "name: trees\nelement-path: elements\nartifacts: []\n");
        await work.RunAsync(work.Root, "cp", "-r", work.Base, Path.Combine(project, "base"));
        await work.RunAsync(work.Root, "cp", "-r", work.Files, Path.Combine(project, "files"));
        foreach (string name in (string[])["base", "files"])
        {
            File.WriteAllText(Path.Combine(project, "elements", name + ".bst"), $"kind: import\nsources:\n- kind: local\n  path: {name}\n");
        }

        File.WriteAllText(Path.Combine(project, "elements", "both.bst"), "kind: stack\ndepends:\n- base.bst\n- files.bst\n");
        await work.RunAsync(project, "bst", "--no-interactive", "build", "both.bst");
        string target = Path.Combine(project, "out");
        (double seconds, _, _) = await work.RunAsync(project, "bst", "--no-interactive", "checkout", "--hardlinks", "--deps", "run", "both.bst", target);
        table.Add("BuildStream: checkout --hardlinks, all of it", seconds);
    }
}
