using System.Globalization;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Staging.Trees;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Stages the trees of a project.</summary>
[MSBuildMultiThreadableTask]
public sealed class StageTree : TreeTask
{
    /// <summary>Answers of projects whose outputs are sources: each with Key, OutputFolder, and Reason where there is no entry.</summary>
    public ITaskItem[] Projects { get; set; } = [];

    /// <summary>The file in which restore says what it resolved: it knows the versions of packages.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>The trees as they now lie there: each with Key (what a build sees of it) and Destination.</summary>
    [Output]
    public ITaskItem[] Staged { get; private set; } = [];

    private protected override void Run(ICacheLog log)
    {
        (CacheSession session, TreePlaces places) = Open();
        TreeItems items = new(Folder, session.Places.Packages, Full(AssetsFile), Placement);
        TreeItems.CheckNames(Trees, Sources);
        TreeRequest[] requests = [.. Trees.Select(tree => items.Read(tree, Sources, (item, source) => OfProject(session, item, source)))];
        DestinationCheck.CheckApart(requests);

        List<ITaskItem> staged = new(requests.Length);
        foreach (TreeRequest request in requests)
        {
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            StagedTree tree = Stage(session, request, places);
            Log.LogMessage(MessageImportance.Normal, "BuildCache: tree {0} {1}: {2} files, {3} changed, {4} ms", request.Name, tree.How, tree.Files, tree.Written,
                System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
            Microsoft.Build.Utilities.TaskItem item = new(request.Name);
            item.SetMetadata("Key", tree.Content.ToString());
            item.SetMetadata("Destination", request.Destination);
            staged.Add(item);
        }

        session.DrainReports(log);
        Staged = [.. staged];
    }

    /// <summary>A tree is no cache: a build without it would be another one, so whatever goes wrong is an error.</summary>
    private StagedTree Stage(CacheSession session, TreeRequest request, TreePlaces places)
    {
        try
        {
            return session.Stage(request, Project, places, Stop);
        }
        catch (Exception failure) when (failure is not (CacheException or OperationCanceledException))
        {
            throw new CacheException(Diagnostics.TreeFailed, request.Name, request.Destination, failure.ToString());
        }
    }

    /// <summary>Outputs of another project: from its entry, or where it was just built.</summary>
    private TreeSource OfProject(CacheSession session, ITaskItem item, TreeSource source)
    {
        string full = ProjectTask.Absolute(item.ItemSpec, Path.GetDirectoryName(Project)!);
        if (Projects.FirstOrDefault(project => project.GetMetadata("OriginalItemSpec") == item.ItemSpec) is not { } answer)
        {
            throw new CacheException(Diagnostics.TreeProjectMissed, item.GetMetadata("Tree"), item.ItemSpec, File.Exists(full) ? "it does not use BuildCache.Sdk" : "there is no such project");
        }

        bool builds = item.GetMetadata("OnMiss").Trim() switch
        {
            "" or "error" => false,
            "build" => true,
            string other => throw new CacheException(Diagnostics.TreeSetting, item.GetMetadata("Tree"), $"OnMiss of '{item.ItemSpec}' is '{other}', which is none of 'error', 'build'"),
        };
        Storage.CacheEntry? entry = Hashing.Digest.TryParse(answer.GetMetadata("Key"), out Hashing.Digest key) ? session.Store.TryGetEntry(key) : null;
        if (entry is null && !builds && answer.GetMetadata("IsBuilt") != "true" && answer.GetMetadata("MustBuild") != "true")
        {
            throw new CacheException(Diagnostics.TreeProjectMissed, item.GetMetadata("Tree"), item.ItemSpec, answer.GetMetadata("Reason"));
        }

        string sourcePath = TreeNames.Clean(item.GetMetadata("SourcePath"), item.ItemSpec);
        string folder = sourcePath.Length == 0 ? answer.GetMetadata("OutputFolder") : ProjectTask.Absolute(sourcePath, Path.GetDirectoryName(full)!);
        return source with { Path = Path.TrimEndingDirectorySeparator(folder), Entry = entry };
    }
}
