using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Packages;

/// <summary>Takes packages out of NuGet's folder into the store, and puts them back into one.</summary>
internal sealed class PackageStore(LocalStore store, ICacheLog log)
{
    /// <summary>An incomplete folder that nobody has touched for so long is one of a NuGet that was killed.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    private const string Unfinished = ".buildcache-";

    /// <summary>Reading, writing and running: no file of a package runs as somebody else.</summary>
    private const UnixFileMode Ordinary = (UnixFileMode)0x1FF;

    /// <summary>Takes a package in, if it is not there yet; <see langword="null"/> if it cannot be, which is said.</summary>
    public StoredPackage? TakeIn(PackageFolder folder, CancellationToken stop)
    {
        try
        {
            if (folder.ContentHash() is not { } hash)
            {
                return null;
            }

            Digest key = StoredPackage.KeyOf(folder.Name.Id, folder.Name.Version, hash);
            return store.TryGetPackage(key) is { } known && known.Files.All(file => File.Exists(store.Layout.BlobPath(file.Digest))) ? known : TakeIn(folder, hash, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.Report(Diagnostics.PackageNotTaken, folder.Name.ToString(), failure.Message);
            return null;
        }
    }

    /// <summary>The package; <see langword="null"/> if it is not in the store.</summary>
    public StoredPackage? Find(PackageName name, string contentHash) => store.TryGetPackage(StoredPackage.KeyOf(name.Id, name.Version, contentHash));

    /// <summary>Puts a package into NuGet's folder, all of it at once.</summary>
    /// <returns>Whether it lies there now, from here or from someone else.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="InvalidDataException">The package names a file that would lie outside its folder.</exception>
    public bool Place(StoredPackage package, string packages, CancellationToken stop)
    {
        if (!PackageName.TryCreate(package.Id, package.Version, out PackageName name) || package.Files.FirstOrDefault(static file => !RelativeName.IsSafe(file.Path)) is not null)
        {
            throw new InvalidDataException($"The package '{package.Id}' names a file that would lie outside its folder.");
        }

        string folder = name.FolderIn(packages);
        if (File.Exists(Path.Combine(folder, PackageFolder.Mark)))
        {
            return true;
        }

        // Beside the packages and then renamed: NuGet never sees a part of it. Two names that differ by case meet in one file, and are refused.
        string unfinished = Path.Combine(packages, Unfinished + Guid.NewGuid().ToString("N"));
        try
        {
            foreach (PackageFile file in package.Files)
            {
                stop.ThrowIfCancellationRequested();
                if (store.TryGetFile(file.Digest, file.Size, stop) is not { } blob)
                {
                    return false;
                }

                string path = Path.Combine(unfinished, file.Path.Replace('/', Path.DirectorySeparatorChar));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                FileCopier.Copy(blob, path, file.Size, file.Permissions & Ordinary, file.Modified, replace: false);
            }

            return Commit(unfinished, folder);
        }
        finally
        {
            TryDelete(unfinished);
        }
    }

    /// <summary>Removes what a killed build was about to put into NuGet's folder.</summary>
    public static void RemoveRemains(string packages)
    {
        if (Directory.Exists(packages))
        {
            foreach (string remains in Directory.EnumerateDirectories(packages, Unfinished + "*"))
            {
                if (StoreNames.IsOurs(Path.GetFileName(remains.AsSpan())[Unfinished.Length..]) && DateTime.UtcNow - Directory.GetLastWriteTimeUtc(remains) > s_abandoned)
                {
                    TryDelete(remains);
                }
            }
        }
    }

    private StoredPackage? TakeIn(PackageFolder folder, string hash, CancellationToken stop)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(folder.Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        if ((paths.FirstOrDefault(static path => !RelativeName.IsSafe(path)) is { } odd ? $"'{odd}' is no name for all systems" : folder.Fault(paths)) is { } fault)
        {
            log.Report(Diagnostics.PackageNotTaken, folder.Name.ToString(), fault);
            return null;
        }

        List<PackageFile> files = new(paths.Length);
        foreach (string path in paths)
        {
            string absolute = Path.Combine(folder.Folder, path);
            if (!FileStamp.TryReadLink(absolute, out FileStamp stamp) || !stamp.IsRegular)
            {
                log.Report(Diagnostics.PackageNotTaken, folder.Name.ToString(), $"'{path}' is a link");
                return null;
            }

            files.Add(new PackageFile(path, store.PutFile(absolute, stop), stamp.Size, OperatingSystem.IsWindows() ? 0 : stamp.Permissions, File.GetLastWriteTimeUtc(absolute)));
        }

        StoredPackage package = new(folder.Name.Id, folder.Name.Version, hash, files);
        store.PutPackage(package);
        return package;
    }

    /// <summary>Gives the whole folder its name. One that came first stays; one that was never finished makes room.</summary>
    private static bool Commit(string unfinished, string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        if (Directory.Exists(folder))
        {
            if (File.Exists(Path.Combine(folder, PackageFolder.Mark)))
            {
                return true;
            }

            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) < s_abandoned)
            {
                // NuGet may be at it right now.
                return false;
            }

            string old = Path.Combine(Path.GetDirectoryName(unfinished)!, Unfinished + Guid.NewGuid().ToString("N"));
            Directory.Move(folder, old);
            TryDelete(old);
        }

        try
        {
            Directory.Move(unfinished, folder);
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, PackageFolder.Mark)))
        {
            return true;
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Removed an hour later.
        }
    }
}
