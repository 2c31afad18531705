using BuildCache.Session;
using BuildCache.Staging.Trees;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>What tasks that work on the trees of a project are told.</summary>
public abstract class TreeTask : CacheTask
{
    /// <summary>The trees: <c>BuildCacheTree</c> items.</summary>
    public ITaskItem[] Trees { get; set; } = [];

    /// <summary>Their sources that need more than a path: <c>BuildCacheTreeSource</c> items, in order.</summary>
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>Full path of the project.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>The value of BuildCacheDirectory.</summary>
    public string CacheDirectory { get; set; } = "";

    /// <summary>The value of BuildCacheMaxSize.</summary>
    public string MaxSize { get; set; } = "";

    /// <summary>The value of BuildCacheRoot.</summary>
    public string Root { get; set; } = "";

    /// <summary>The value of BuildCachePlacement.</summary>
    public string Placement { get; set; } = "";

    /// <summary>NuGet's global folder.</summary>
    public string PackageRoot { get; set; } = "";

    /// <summary>The folder of the .NET installation.</summary>
    public string DotnetRoot { get; set; } = "";

    /// <summary>Folders that the build writes to.</summary>
    public string[] OutputFolders { get; set; } = [];

    private protected string Folder => Path.GetDirectoryName(Project)!;

    private protected string Full(string path) => ProjectTask.Absolute(path, Folder);

    /// <summary>The session of this build, and the folders that trees keep away from.</summary>
    private protected (CacheSession Session, TreePlaces Places) Open()
    {
        CacheSettings settings = CacheSettings.Parse(new RawSettings { Directory = CacheDirectory, MaxSize = MaxSize, Placement = Placement }, TaskEnvironment.GetEnvironmentVariable);
        SessionPlaces places = new(settings.Directory, SessionLease.Repository(BuildEngine4, Root, Folder), Full(PackageRoot), Full(DotnetRoot));
        CacheSession session = SessionLease.Get(BuildEngine4, places, TaskEnvironment);
        return (session, new TreePlaces(places.Repository, Folder, [.. OutputFolders.Select(Full)], places.Store));
    }
}
