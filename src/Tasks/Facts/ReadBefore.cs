using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using BuildCache.Hashing;
using BuildCache.Packages;

namespace BuildCache.Facts;

/// <summary>
/// What this process has read in earlier builds, and so may remember where a file was replaced since.
/// </summary>
/// <remarks>
/// MSBuild's processes stay alive after a build. They keep a build file, or what they know of an assembly, as long as
/// the time of its last write is the same, and they never load a task's assembly again. A package that is packed again
/// under the same version has the same times. Such a process builds with the old package while the key holds the new
/// one. What a process read in builds without this package is not known here.
/// </remarks>
internal sealed class ReadBefore
{
    private readonly ConcurrentDictionary<string, Seen> _files = new(RootMap.Comparer);
    private readonly ConcurrentDictionary<string, string> _packages = new(RootMap.Comparer);

    /// <summary>What to say of a file that was found here.</summary>
    public static string Reason(string path) =>
        $"'{path}' was replaced after this MSBuild process had read it in an earlier build";

    /// <summary>
    /// Notes the build files that an evaluation has read. Names one of which the process may have taken an earlier
    /// content.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="find">Finds a build file; <see langword="null"/> for one of the .NET SDK's, and for one that is
    /// gone.</param>
    public string? FindBuildFile(EvaluatedProject project, Func<string, HashedFile?> find)
    {
        string? found = null;
        foreach (string path in project.Imports.Append(project.Path))
        {
            if (find(path) is { } file && MayRememberOther(path, file))
            {
                found ??= path;
            }
        }

        return found;
    }

    /// <inheritdoc cref="FindBuildFile(EvaluatedProject, Func{string, HashedFile?})"/>
    public string? FindBuildFile(EvaluatedProject project, FactContext context, CancellationToken stop) =>
        FindBuildFile(
            project, path => !context.IsSdk(path) && context.TryHash(path, out HashedFile? file, stop) ? file : null);

    /// <summary>
    /// Notes the packages that a build has read. Names a file, or the folder of a package, of which the process may
    /// have taken an earlier content.
    /// </summary>
    /// <param name="intermediateFolder">The project's folder in obj.</param>
    /// <param name="files">The other files that the build depends on.</param>
    public string? FindPackage(string intermediateFolder, IReadOnlyDictionary<string, HashedFile> files)
    {
        string? found = null;
        HashSet<string> folders = new(RootMap.Comparer);
        foreach (PackageFolder package in RestoreResult.PackagesOf(intermediateFolder))
        {
            folders.Add(package.Folder);
            string hash = package.ContentHash() ?? "";
            if (_packages.GetOrAdd(package.Folder, hash) != hash)
            {
                found ??= package.Folder;
            }
        }

        return found ?? LoadedOtherwise(path =>
            files.ContainsKey(path) || folders.Any(folder => RootMap.IsWithin(path, folder)));
    }

    private bool MayRememberOther(string path, HashedFile file)
    {
        // MSBuild compares ticks of 100 ns, and whatever sets a time back with .NET sets no finer one.
        Seen now = new(file.Digest, file.Stamp.ModifiedNs / 100);
        Seen kept = _files.AddOrUpdate(
            path,
            static (_, now) => now,
            static (_, before, now) => before.ModifiedTicks == now.ModifiedTicks ? before : now,
            now);
        return kept.Digest != now.Digest;
    }

    /// <summary>An assembly that this process has loaded, and that has another content now.</summary>
    private static string? LoadedOtherwise(Func<string, bool> counts) =>
        AppDomain.CurrentDomain.GetAssemblies()
            .Where(static loaded => !loaded.IsDynamic && loaded.Location.Length > 0)
            .Where(loaded => counts(loaded.Location) && !IsSame(loaded))
            .Select(static loaded => loaded.Location)
            .FirstOrDefault();

    private static bool IsSame(Assembly loaded)
    {
        try
        {
            using FileStream stream = new(
                loaded.Location, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            using PEReader file = new(stream);
            MetadataReader metadata = file.GetMetadataReader();
            return metadata.GetGuid(metadata.GetModuleDefinition().Mvid) == loaded.ManifestModule.ModuleVersionId;
        }
        catch (Exception failure) when (failure is
            IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private readonly record struct Seen(Digest Digest, long ModifiedTicks);
}
