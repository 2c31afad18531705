using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BuildCache.Bundles;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Packages;
using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildCache.MSBuild;

/// <summary>What the export of a project and that of a solution have in common.</summary>
internal static class BundleExport
{
    /// <summary>What other nodes have built they put into the cache in the background, after their tasks have returned.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Writes the bundle of the build that has just ended.</summary>
    /// <param name="task">The task that exports.</param>
    /// <param name="log">Where to say what happened.</param>
    /// <param name="bundle">Absolute path of the file.</param>
    /// <param name="of">Absolute path of the solution or project.</param>
    /// <param name="sessions">The sessions of its projects.</param>
    /// <param name="relocatable">Whether other folders find the entries.</param>
    /// <param name="solution">The weak key of the solution and its record, where the solution gate has one.</param>
    /// <param name="stop">Stops it; then no file is left.</param>
    public static void Write(
        Microsoft.Build.Utilities.Task task, ICacheLog log, string bundle, string of, IReadOnlyList<CacheSession> sessions, bool relocatable, (Digest WeakKey, SolutionRecord Record)? solution, CancellationToken stop)
    {
        DateTime since = BuildSummary.BuildStart(task.BuildEngine4);
        List<string> missing = [];
        List<BundleProject> projects = [];
        foreach (CacheSession session in sessions)
        {
            session.Flush();
        }

        CacheSession first = sessions[0];
        BundleContents contents = new(first.Store, new PackageStore(first.Store, log), first.Context.Roots);
        foreach (ProjectRow row in Summary.Of(sessions.SelectMany(session => session.ReadRows(since))).Projects)
        {
            string name = row.TargetFramework.Length == 0 ? row.Path : $"{row.Path} {row.TargetFramework}";
            if (!Digest.TryParse(row.Key, out Digest key))
            {
                missing.Add($"{name}: {(row.Reason.Length > 0 ? row.Reason : "it is not cached")}");
                continue;
            }

            if (row.Result == "miss")
            {
                Await(first, key, stop);
            }

            contents.AddEntry(name, key, stop);
            projects.Add(new BundleProject(row.Path, row.TargetFramework, row.Configuration, row.Key));
        }

        if (solution is { } known)
        {
            contents.AddSolution(known.WeakKey, known.Record, stop);
        }

        AddOwnPackage(contents, stop);
        contents.AddRecords();
        (string engine, string version) = BundleFile.Own();
        var members = contents.Members().ToList();
        long size = BundleWriter.Write(bundle, new BundleManifest
        {
            FormatVersion = BundleManifest.Newest,
            Engine = engine,
            EngineVersion = version,
            DotnetSdk = DotnetSdk(task),
            Platform = RuntimeInformation.RuntimeIdentifier,
            Folder = relocatable ? "" : first.Places.Repository,
            Made = DateTime.UtcNow,
            Of = first.Context.Roots.ToRooted(of).Replace("{repo}/", "", StringComparison.Ordinal),
            Projects = projects,
            Packages = contents.Packages,
            Members = [.. members.Select(each => each.Member)],
        }, members, stop);
        missing.AddRange(contents.Missing);
        if (missing.Count > 0)
        {
            const int Named = 10;
            log.Report(Diagnostics.BundleIncomplete, bundle, string.Join("; ", missing.Distinct().Take(Named)) + (missing.Count > Named ? $"; and {missing.Count - Named} more" : ""));
        }

        task.Log.LogMessage(MessageImportance.High, "BuildCache: {0} builds and {1} packages in '{2}' ({3} MB)", projects.Count, contents.Packages.Count, bundle, (size / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture));
    }

    /// <summary>The version of the .NET SDK: the name of the folder that MSBuild lies in.</summary>
    public static string DotnetSdk(Microsoft.Build.Utilities.Task task) => Path.GetFileName(Path.GetDirectoryName(task.BuildEngine.GetType().Assembly.Location)) ?? "";

    /// <summary>The package that this task came in: whoever builds there needs it before anything else.</summary>
    private static void AddOwnPackage(BundleContents contents, CancellationToken stop)
    {
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(BundleExport).Assembly.Location)))!;
        if (PackageName.TryOfFolder(folder, out PackageName name) && new PackageFolder(name, folder) is { IsWhole: true } package)
        {
            contents.AddPackage(package, stop);
        }
    }

    private static void Await(CacheSession session, Digest key, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (!File.Exists(session.Store.Layout.EntryPath(key)) && Stopwatch.GetElapsedTime(started) < s_patience)
        {
            stop.ThrowIfCancellationRequested();
            Thread.Sleep(20);
        }
    }
}
