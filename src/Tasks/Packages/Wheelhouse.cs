using System.Collections.Concurrent;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Packages;

/// <summary>A project as its restore sees it.</summary>
/// <param name="Path">Absolute path of the project file.</param>
/// <param name="PackageFolder">NuGet's folder for packages.</param>
/// <param name="OutputFolder">Its folder in obj for NuGet's files.</param>
/// <param name="LockFile">NuGetLockFilePath; "" if it is not set.</param>
internal sealed record RestoringProject(string Path, string PackageFolder, string OutputFolder, string LockFile);

/// <summary>What staging did.</summary>
/// <param name="Placed">Packages that were put into NuGet's folder.</param>
/// <param name="Missing">Packages that neither lie there nor in the store.</param>
internal readonly record struct StagedPackages(int Placed, int Missing);

/// <summary>NuGet's folder for packages, staged from the store for the lock files of a build.</summary>
/// <remarks>
/// A lock file names every package with its content hash, but not what restore downloads besides (targeting packs,
/// hosts, runtimes): those are noted after a restore, under the lock file's digest and the version of the .NET SDK.
/// note = "bc-lock/1" count (id version contentHash)* checksum. Versions: 1, the first.
/// </remarks>
internal sealed class Wheelhouse(LocalStore store, PackageStore packages, string dotnetSdk)
{
    private const string Magic = "bc-lock/1";

    /// <summary>Puts what the lock files name into NuGet's folder, as far as the store has it. What is there already is not looked at.</summary>
    /// <exception cref="IOException">NuGet's folder cannot be written.</exception>
    public StagedPackages Stage(IReadOnlyList<RestoringProject> projects, CancellationToken stop)
    {
        Dictionary<(string Folder, PackageName Name), string> wanted = [];
        foreach (RestoringProject project in projects)
        {
            if (ReadLock(project) is not { } content)
            {
                continue;
            }

            foreach ((PackageName name, string hash) in LockFile.Read(content).Concat(ReadNote(content)))
            {
                wanted[(project.PackageFolder, name)] = hash;
            }
        }

        int placed = 0, missing = 0;
        ParallelOptions parallel = new() { CancellationToken = stop, MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, 8) };
        KeyValuePair<(string Folder, PackageName Name), string>[] absent = [.. wanted.Where(static each => !new PackageFolder(each.Key.Name, each.Key.Name.FolderIn(each.Key.Folder)).IsWhole)];
        foreach (string folder in absent.Select(static each => each.Key.Folder).Distinct(RootMap.Comparer))
        {
            PackageStore.RemoveRemains(folder);
        }

        try
        {
            Parallel.ForEach(absent, parallel, each =>
            {
                bool isThere = packages.Find(each.Key.Name, each.Value) is { } package && packages.Place(package, each.Key.Folder, stop);
                Interlocked.Increment(ref isThere ? ref placed : ref missing);
            });
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return new StagedPackages(placed, missing);
    }

    /// <summary>Takes into the store what restore has put into NuGet's folder for projects with lock files.</summary>
    /// <param name="projects">The projects of the restore.</param>
    /// <param name="again">Whether the store lacked some: then lock files that are known are looked at, too.</param>
    /// <param name="stop">Stops it.</param>
    public void TakeIn(IReadOnlyList<RestoringProject> projects, bool again, CancellationToken stop)
    {
        ConcurrentDictionary<string, Lazy<StoredPackage?>> taken = new(RootMap.Comparer);
        foreach (RestoringProject project in projects)
        {
            if (ReadLock(project) is not { } content || (!again && File.Exists(store.Layout.LockPath(Key(content)))))
            {
                continue;
            }

            IReadOnlyList<PackageFolder> folders = RestoreResult.PackagesOf(project.OutputFolder);
            StoredPackage?[] found = new StoredPackage?[folders.Count];
            Parallel.For(0, folders.Count, new ParallelOptions { CancellationToken = stop }, i =>
                found[i] = taken.GetOrAdd(folders[i].Folder, _ => new Lazy<StoredPackage?>(() => packages.TakeIn(folders[i], stop))).Value);
            if (found.Length > 0 && !found.Contains(null))
            {
                WriteNote(content, found!);
            }
        }
    }

    private static byte[]? ReadLock(RestoringProject project) => LockFile.PathOf(project.Path, project.LockFile) is { } path ? LocalStore.TryRead(path) : null;

    private Digest Key(byte[] content)
    {
        using CanonicalHasher hasher = new("lock/1");
        hasher.Add(1, Digest.Of(content));
        hasher.Add(2, dotnetSdk);
        return hasher.Finish();
    }

    private Dictionary<PackageName, string> ReadNote(byte[] content) => RecordReader.Read(
        LocalStore.TryRead(store.Layout.LockPath(Key(content))), Magic, static reader =>
    {
        Dictionary<PackageName, string> noted = [];
        for (int count = reader.ReadCount(); count > 0; count--)
        {
            if (PackageName.TryCreate(reader.ReadString(), reader.ReadString(), out PackageName name))
            {
                noted[name] = reader.ReadString();
            }
        }

        return noted;
    }) ?? [];

    private void WriteNote(byte[] content, StoredPackage[] found)
    {
        using RecordWriter writer = new(Magic);
        writer.Write(found.Length);
        foreach (StoredPackage package in found)
        {
            writer.Write(package.Id);
            writer.Write(package.Version);
            writer.Write(package.ContentHash);
        }

        AtomicFile.Write(store.Layout, store.Layout.LockPath(Key(content)), writer.Finish());
    }
}
