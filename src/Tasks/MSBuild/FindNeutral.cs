using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;
using AbsolutePath = BuildCache.Hashing.AbsolutePath;

namespace BuildCache.MSBuild;

/// <summary>Finds out whether the assembly at hand was built without the commit although it would be in it here, and with which global properties it is built once more.</summary>
/// <remarks>Works without a cache and without the evaluated project: it runs in projects that are not built.</remarks>
[MSBuildMultiThreadableTask]
public sealed class FindNeutral : CacheTask
{
    /// <summary>Global properties that would keep a project from being built, though they say only how this build was started.</summary>
    private static readonly string[] s_hindering = ["NoBuild", "BuildProjectReferences", "_BuildCacheUnchanged"];

    /// <summary>Path of the mark.</summary>
    [Required]
    public string Mark { get; set; } = "";

    /// <summary>Paths of the assembly, in the intermediate folder and in the output folder.</summary>
    [Required]
    public string[] Assemblies { get; set; } = [];

    /// <summary>Absolute path of the project's folder.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The repository's root, as it was set; "" if it was not.</summary>
    public string Root { get; set; } = "";

    /// <summary>NuGet's folder.</summary>
    public string Packages { get; set; } = "";

    /// <summary>The folder of the .NET installation.</summary>
    public string Sdk { get; set; } = "";

    /// <summary>Whether the repository has an address, without which there is no Source Link.</summary>
    public bool HasAddress { get; set; }

    /// <summary>Whether it was built without.</summary>
    [Output]
    public bool IsNeutral { get; private set; }

    /// <summary>Global properties of the build that makes it good, each as name=value.</summary>
    [Output]
    public string[] Properties { get; private set; } = [];

    /// <summary>Names of global properties of this build that the other must not have.</summary>
    [Output]
    public string[] Removed { get; private set; } = [];

    /// <summary>When this was found out, in ticks.</summary>
    [Output]
    public string Since { get; private set; } = "";

    private protected override void Run(ICacheLog log)
    {
        string path = AbsolutePath.Trimmed(Mark, Folder);
        NeutralMark? mark;
        try
        {
            mark = NeutralMark.Parse(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CacheException(Diagnostics.MarkUnreadable, path, failure.Message);
        }

        if (mark is null)
        {
            throw new CacheException(Diagnostics.MarkUnreadable, path, "it is damaged, or of another version of BuildCache.Sdk");
        }

        if (!Assemblies.Any(assembly => NeutralMark.IdOf(AbsolutePath.Trimmed(assembly, Folder)) == mark.Assembly) || !(mark.HasRevision || HasAddress))
        {
            return;
        }

        RootMap roots = new SessionPlaces(
            "", SessionLease.Repository(BuildEngine4, Root, Folder), AbsolutePath.Trimmed(Packages, Folder), AbsolutePath.Trimmed(Sdk, Folder)).Roots();
        IsNeutral = true;
        Since = DateTime.UtcNow.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Properties = [.. mark.Properties.Select(property => $"{property.Key}={roots.Local(property.Value)}"), "BuildCacheSourceRevision=exact"];
        Removed = [.. BuildEngine6.GetGlobalProperties().Keys.Where(name => !mark.Properties.ContainsKey(name) &&
            (s_hindering.Contains(name, StringComparer.OrdinalIgnoreCase) || (!FactCollector.IsOwnField(name) && !PropertyFacts.IsPassing(name) && !name.Equals("BuildCacheSourceRevision", StringComparison.OrdinalIgnoreCase))))];
    }
}
