using BuildCache.Staging.Trees;
using BuildCache.Tests.Faults;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>Staging that is killed at any step is repaired by the next run.</summary>
public class TreeKilledTests : TreeTest
{
    [LinuxTheory("strace")]
    [InlineData("Copy")]
    [InlineData("Hardlink")]
    [InlineData("Symlink")]
    public void The_next_run_repairs(string how)
    {
        TreePlacement placement = Enum.Parse<TreePlacement>(how);
        int points = KillLoop.Run(
            () =>
            {
                string folder = PathOf("killed");
                Lay(folder, ("a/same", "same"), ("a/changed", "before"), ("b/gone", "gone"), ("kind", "file"));
                StagingProgram.Stage(folder, placement, Log);
                Directory.Delete(Path.Combine(folder, "repo", "base"), recursive: true);
                Lay(folder, ("a/same", "same"), ("a/changed", "after!"), ("c/new", "new"), ("kind/inner", "inner"));
                return folder;
            },
            (at, folder) =>
            {
                StagingProgram.Stage(folder, placement, Log);
                string[] expected = ["a/", "a/changed=after!", "a/same=same", "c/", "c/new=new", "kind/", "kind/inner=inner"];
                Assert.True(expected.SequenceEqual(Listing(Path.Combine(folder, "repo", "app", "deps"))), $"{at}: {string.Join(' ', Listing(Path.Combine(folder, "repo", "app", "deps")))}");
                Assert.Equal("in place", StagingProgram.Stage(folder, placement, Log).How);
            },
            ("stage", how));

        Assert.InRange(points, 8, 200);
        Assert.Empty(Log.Reports);
    }

    private static void Lay(string folder, params (string Path, string Content)[] files)
    {
        foreach ((string path, string content) in files)
        {
            string full = Path.Combine(folder, "repo", "base", path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }

        Directory.CreateDirectory(Path.Combine(folder, "repo", "app"));
        LetTheClockTick();
    }
}
