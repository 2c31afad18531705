using BuildCache.Storage;

namespace BuildCache.Tests.Faults;

/// <summary>A process that is killed at any step leaves nothing half-written that counts, and nothing that stays.</summary>
public class KilledTests : TestFolder
{
    /// <summary>An earlier build, and the one that the tests publish and restore.</summary>
    private static readonly Dictionary<string, string> s_old = new()
    {
        ["obj/App.dll"] = "old dll", ["obj/App.AssemblyInfo.cs"] = "old info", ["obj/App.csproj.FileListAbsolute.txt"] = "", ["bin/App.dll"] = "old dll",
        ["bin/App.deps.json"] = "old deps", ["bin/old/stale.txt"] = "stale",
    };

    private static readonly Dictionary<string, string> s_new = new()
    {
        ["obj/App.dll"] = "new dll", ["obj/App.AssemblyInfo.cs"] = "new info", ["obj/App.csproj.FileListAbsolute.txt"] = "", ["bin/App.dll"] = "new dll",
        ["bin/App.deps.json"] = "new deps", ["bin/new/added.txt"] = "added", ["bin/Lib.dll"] = "library", ["bin/text.json"] = "{repo}/App/x",
    };

    [LinuxFact("strace")]
    public void Publishing()
    {
        int points = KillLoop.Run(
            () => Prepare("publish", project => Lay(project, s_new)),
            (at, folder) =>
            {
                FaultProject after = new(folder, Log);

                // An entry that is there is whole.
                if (File.Exists(after.Store.Layout.EntryPath(after.KeyOf("2"))))
                {
                    AssertRestores(after, at);
                }

                // The build that comes next makes the same.
                Lay(after, s_new);
                new FaultProject(folder, Log).Publish("2");
                AssertRestores(new FaultProject(folder, Log), at);
                AssertNoTemporaries(after, at);
            },
            ("publish", "2"));

        Assert.InRange(points, 20, 500);
    }

    [LinuxTheory("strace")]
    [InlineData(false)]
    [InlineData(true)]
    public void Restoring(bool overAnEarlierBuild)
    {
        int points = KillLoop.Run(
            () => Prepare("restore", project =>
            {
                Lay(project, s_new);
                project.Publish("2");
                Directory.Delete(project.Output, recursive: true);
                Directory.Delete(project.Intermediate, recursive: true);
                if (overAnEarlierBuild)
                {
                    Lay(project, s_old);
                    new FaultProject(project.Folder, Log).Publish("1");
                }
            }),
            (at, folder) =>
            {
                AssertWhole(new FaultProject(folder, Log), at);
                string copy = folder + "-copy";
                Copy(folder, copy);

                // The same build again: everything is there, and nothing else.
                FaultProject same = new(folder, Log);
                Assert.NotNull(same.LookUp("2").Placement);
                AssertIs(same, s_new, at);
                AssertNoTemporaries(same, at);

                // Another build: what it finds is whole, and no leftover of this one. MSBuild's list of files may stay.
                Directory.Delete(folder, recursive: true);
                Directory.Move(copy, folder);
                FaultProject other = new(folder, Log);
                Assert.Null(other.LookUp("3").Placement);
                Assert.DoesNotContain(Files(other).Keys, path => path.StartsWith("obj/", StringComparison.Ordinal) && !path.EndsWith(".FileListAbsolute.txt", StringComparison.Ordinal));
                AssertNoTemporaries(other, at);
                Dictionary<string, string> left = Files(other);
                Assert.True(!left.ContainsKey("bin/new/added.txt") || left.ContainsKey("bin/Lib.dll"), $"Killed at {at}: half of the new outputs stay.");
            },
            ("restore", "2"));

        Assert.InRange(points, 20, 500);
    }

    private string Prepare(string name, Action<FaultProject> fill)
    {
        string folder = PathOf(name);
        Directory.CreateDirectory(Path.Combine(folder, "packages"));
        File.WriteAllText(Path.Combine(folder, "packages", "Lib.dll"), "library");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "packages", "Lib.dll"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        FaultProject project = new(folder, Log);
        Directory.CreateDirectory(Path.Combine(project.Repository, "App"));
        File.WriteAllText(Path.Combine(project.Repository, "App", "App.csproj"), "<Project />");
        fill(project);
        return folder;
    }

    /// <summary>Puts files where a build would, and nothing else.</summary>
    private static void Lay(FaultProject project, Dictionary<string, string> files)
    {
        foreach (string old in (string[])[project.Output, project.Intermediate])
        {
            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
        }

        foreach ((string name, string content) in files)
        {
            string path = Path.Combine(project.Repository, "App", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Expected(project, content));
            if (name == "bin/Lib.dll")
            {
                File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            }
        }
    }

    private static string Expected(FaultProject project, string content) => content.Replace("{repo}", project.Repository, StringComparison.Ordinal);

    private static Dictionary<string, string> Files(FaultProject project)
    {
        string app = Path.Combine(project.Repository, "App");
        return Directory.Exists(app)
            ? Directory.EnumerateFiles(app, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".csproj", StringComparison.Ordinal)).ToDictionary(path => Path.GetRelativePath(app, path), File.ReadAllText)
            : [];
    }

    private static void AssertIs(FaultProject project, Dictionary<string, string> files, string at)
    {
        Dictionary<string, string> actual = Files(project);
        string difference = string.Join(", ", files.Keys.Union(actual.Keys).Where(name => !files.TryGetValue(name, out string? content) || Expected(project, content) != actual.GetValueOrDefault(name)));
        Assert.True(difference.Length == 0, $"Killed at {at}: {difference} differ.");
    }

    /// <summary>What a build without the SDK would find: no file that it trusts is half-written, and the compiler's output is there only with all the rest.</summary>
    private static void AssertWhole(FaultProject project, string at)
    {
        Dictionary<string, string> actual = Files(project);
        foreach ((string name, string content) in actual.Where(file => !file.Key.EndsWith(".bc-new", StringComparison.Ordinal) && !file.Key.EndsWith("buildcache.unfinished", StringComparison.Ordinal)))
        {
            bool isHalf = content != s_old.GetValueOrDefault(name) && (!s_new.TryGetValue(name, out string? made) || content != Expected(project, made));
            Assert.False(isHalf && File.GetLastWriteTimeUtc(Path.Combine(project.Repository, "App", name)).Year == 2020, $"Killed at {at}: {name} is half-written and looks current.");
            Assert.False(isHalf && name != "bin/Lib.dll", $"Killed at {at}: {name} is half-written.");
        }

        if (actual.GetValueOrDefault("obj/App.dll") == "new dll")
        {
            Assert.True(s_new.All(file => actual.GetValueOrDefault(file.Key) == Expected(project, file.Value)), $"Killed at {at}: the compiler's output is there before the rest.");
        }
    }

    private void AssertRestores(FaultProject project, string at)
    {
        Lay(project, []);
        Assert.NotNull(new FaultProject(project.Folder, Log).LookUp("2").Placement);
        AssertIs(project, s_new, at);
    }

    private void AssertNoTemporaries(FaultProject project, string at)
    {
        Assert.DoesNotContain(Files(project).Keys, name => name.EndsWith(".bc-new", StringComparison.Ordinal) || name.EndsWith("buildcache.unfinished", StringComparison.Ordinal));
        new StorePruner(project.Store.Layout, new InTwoDays(), Log).Prune(long.MaxValue);
        Assert.True(!Directory.Exists(project.Store.Layout.Temporary) || Directory.GetFiles(project.Store.Layout.Temporary).Length == 0, $"Killed at {at}: temporary files stay.");
    }

    private static void Copy(string from, string to)
    {
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private sealed class InTwoDays : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddDays(2);
    }
}
