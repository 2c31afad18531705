namespace BuildCache.EndToEnd.Scenarios;

/// <summary>NuGet's folder for packages, staged from the cache for a lock file.</summary>
public class StagePackagesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Hello")]
    public async Task A_machine_without_packages_restores_offline_what_the_lock_file_names(string project)
    {
        using TwoMachines machines = await TwoMachines.CreateAsync("Packages", relocatable: true);
        Sandbox first = machines.First;
        string[] what = project.Length == 0 ? [] : [project];
        (await first.DotnetAsync(["restore", "-nologo", .. what])).Succeeded();
        SortedDictionary<string, string> byNuGet = WithTimes(TwoMachines.PackagesOf(first));
        Assert.Contains(byNuGet.Keys, path => path.EndsWith("System.IO.Hashing.dll", StringComparison.Ordinal));

        Sandbox second = await machines.MoveAsync("elsewhere");
        Assert.Contains("NU1101", (await second.DotnetAsync(["restore", "-nologo", "-p:BuildCacheStagePackages=false", .. what])).Failed().Output, StringComparison.Ordinal);
        second.Environment["BuildCacheDirectory"] = first.Environment["BuildCacheDirectory"];

        BuildResult restored = (await second.DotnetAsync(["restore", "-nologo", .. what])).Succeeded();

        Assert.Contains("packages from the cache", restored.Output, StringComparison.Ordinal);
        SortedDictionary<string, string> staged = WithTimes(TwoMachines.PackagesOf(second));
        foreach (string path in byNuGet.Keys.Where(path => path.StartsWith("buildcache.sdk/", StringComparison.Ordinal)).ToArray())
        {
            byNuGet.Remove(path);
        }

        foreach (string path in staged.Keys.Where(path => path.StartsWith("buildcache.sdk/", StringComparison.Ordinal)).ToArray())
        {
            staged.Remove(path);
        }

        TreeSnapshot.AssertEqual(byNuGet, staged);
        (await second.DotnetAsync(["build", "-nologo", "--no-restore", .. what])).Succeeded();
    }

    [Fact]
    public async Task A_package_that_somebody_changed_is_not_taken_in()
    {
        using TwoMachines machines = await TwoMachines.CreateAsync("Packages", relocatable: true);
        Sandbox first = machines.First;
        (await first.DotnetAsync("restore", "-nologo", "-p:BuildCacheStagePackages=false")).Succeeded();
        string library = Directory.EnumerateFiles(TwoMachines.PackagesOf(first), "System.IO.Hashing.dll", SearchOption.AllDirectories).First();
        File.AppendAllText(library, "changed");

        BuildResult restored = (await first.DotnetAsync("restore", "-nologo", "-v:n")).Succeeded();

        Assert.Contains("BCSDK5040", restored.Output, StringComparison.Ordinal);
        Sandbox second = await machines.MoveAsync("elsewhere");
        second.Environment["BuildCacheDirectory"] = first.Environment["BuildCacheDirectory"];
        Assert.Contains("NU1101", (await second.DotnetAsync("restore", "-nologo")).Failed().Output, StringComparison.Ordinal);
    }

    /// <summary>All files of a folder, with their times.</summary>
    private static SortedDictionary<string, string> WithTimes(string folder)
    {
        SortedDictionary<string, string> files = TreeSnapshot.All(folder);
        foreach (string path in files.Keys.ToArray())
        {
            files[path] += " " + File.GetLastWriteTimeUtc(Path.Combine(folder, path)).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        }

        return files;
    }
}
