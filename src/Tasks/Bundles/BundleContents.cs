using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Packages;
using BuildCache.Storage;

namespace BuildCache.Bundles;

/// <summary>Puts together what a build used: entries with all their content, and packages.</summary>
internal sealed class BundleContents(LocalStore store, PackageStore packages, RootMap roots)
{
    private const string PackagePrefix = "{packages}/";

    private readonly SortedDictionary<string, (BundleMember Member, string? Path, byte[]? Bytes)> _members = new(StringComparer.Ordinal);
    private readonly HashSet<Digest> _keys = [];
    private readonly Dictionary<string, StoredPackage?> _packages = new(RootMap.Comparer);
    private readonly List<string> _missing = [];

    /// <summary>What could not be taken along, and why, in words.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>The packages, each as its id and version.</summary>
    public IReadOnlyList<string> Packages => [.. _packages.Values.OfType<StoredPackage>().Select(package => $"{package.Id} {package.Version}").Order(StringComparer.Ordinal)];

    /// <summary>The files of the bundle: where each lies, or its bytes.</summary>
    public IEnumerable<(BundleMember Member, string? Path, byte[]? Bytes)> Members() =>
        _members.Values.OrderBy(static each => BundleFile.Order(each.Member.Name));

    /// <summary>Adds what lies under an action key, and the packages that its project was restored with.</summary>
    /// <param name="name">What to call it if it is not there.</param>
    /// <param name="key">The action key.</param>
    /// <param name="stop">Stops the reading.</param>
    public void AddEntry(string name, Digest key, CancellationToken stop)
    {
        if (_keys.Contains(key))
        {
            return;
        }

        if (store.TryGetEntry(key) is not { } entry || Missed(entry, stop) is not null)
        {
            _missing.Add($"{name}: its outputs are not in the cache");
            return;
        }

        _keys.Add(key);
        AddBytes(BundleFile.Entries, key, EntryFormat.Write(entry));
        foreach (CachedOutput output in entry.Outputs)
        {
            if (output.IsCopy && output.Source.StartsWith(PackagePrefix, StringComparison.Ordinal))
            {
                AddPackageOf(output.Source, stop);
            }

            if (output.Path.EndsWith(".FileListAbsolute.txt", StringComparison.OrdinalIgnoreCase) && Path.GetDirectoryName(roots.ToAbsolute(output.Path)) is { } folder)
            {
                foreach (PackageFolder package in RestoreResult.PackagesOf(folder))
                {
                    AddPackage(package, stop);
                }
            }
        }

        if (!entry.Facts.IsNone && store.TryGetBytes(entry.Facts) is { } facts)
        {
            AddBytes(BundleFile.Blobs, entry.Facts, facts);
            foreach (Fact fact in FactsFormat.Read(facts) ?? [])
            {
                // A build file out of a package: the SDK of a project is found before anything is restored.
                if (fact.Kind == FactKind.File && fact.Name.StartsWith(PackagePrefix, StringComparison.Ordinal))
                {
                    AddPackageOf(fact.Name, stop);
                }
            }
        }
    }

    /// <summary>Adds what the solution gate knows of a solution, and all that this names.</summary>
    public void AddSolution(Digest weakKey, SolutionRecord record, CancellationToken stop)
    {
        foreach (ProjectRecord project in record.Projects.Where(static project => !project.ActionKey.IsNone))
        {
            AddEntry(project.Path.Replace("{repo}/", "", StringComparison.Ordinal), project.ActionKey, stop);
        }

        foreach ((string path, RestoredPackages restored) in record.Restored)
        {
            if (!restored.Key.IsNone)
            {
                AddEntry(path.Replace("{repo}/", "", StringComparison.Ordinal), restored.Key, stop);
            }

            foreach (Fact file in restored.Required.Where(static file => file.Name.StartsWith(PackagePrefix, StringComparison.Ordinal)))
            {
                AddPackageOf(file.Name, stop);
            }
        }

        AddBytes(BundleFile.Solutions, weakKey, SolutionRecordFormat.Write(record));
    }

    /// <summary>Adds the input records of the entries: with them a miss elsewhere can say what differs.</summary>
    public void AddRecords()
    {
        if (!Directory.Exists(store.Layout.Records))
        {
            return;
        }

        InputRecords records = new(store.Layout);
        foreach (string path in Directory.EnumerateFiles(store.Layout.Records, "*", SearchOption.AllDirectories))
        {
            if (Digest.TryParse(Path.GetFileName(path), out Digest weakKey))
            {
                InputRecord[] own = [.. records.Read(weakKey).Where(record => _keys.Contains(record.ActionKey))];
                if (own.Length > 0)
                {
                    AddBytes(BundleFile.Records, weakKey, InputRecords.Write(own));
                }
            }
        }
    }

    /// <summary>Adds a package, once.</summary>
    public void AddPackage(PackageFolder folder, CancellationToken stop)
    {
        if (_packages.ContainsKey(folder.Folder))
        {
            return;
        }

        StoredPackage? package = packages.TakeIn(folder, stop);
        _packages.Add(folder.Folder, package);
        if (package is null)
        {
            _missing.Add($"the package {folder.Name}");
            return;
        }

        foreach (PackageFile file in package.Files)
        {
            TryAddBlob(file.Digest, file.Size, stop);
        }

        AddBytes(BundleFile.Packages, package.Key, PackageFormat.Write(package));
    }

    private void AddPackageOf(string rooted, CancellationToken stop)
    {
        string[] parts = rooted.Split('/');
        if (parts.Length > 3 && PackageName.TryCreate(parts[1], parts[2], out PackageName name))
        {
            AddPackage(new PackageFolder(name, name.FolderIn(roots.PathOf(RootMap.Packages))), stop);
        }
    }

    /// <summary>An output whose content is not to be had; <see langword="null"/> if all is. A copy out of a package comes with the package.</summary>
    private CachedOutput? Missed(CacheEntry entry, CancellationToken stop) => entry.Outputs.FirstOrDefault(output =>
        output.Kind != OutputKind.Link && !TryAddBlob(output.Digest, output.Size, stop) && !(output.IsCopy && output.Source.StartsWith(PackagePrefix, StringComparison.Ordinal)));

    private bool TryAddBlob(Digest digest, long size, CancellationToken stop)
    {
        string name = BundleFile.Name(BundleFile.Blobs, digest);
        if (_members.ContainsKey(name))
        {
            return true;
        }

        // Asked for first: of a blob that is not there nothing need be said.
        if (!File.Exists(store.Layout.BlobPath(digest)) || store.TryGetFile(digest, size, stop) is not { } path)
        {
            return false;
        }

        _members.Add(name, (new BundleMember(name, digest.ToString(), size), path, null));
        return true;
    }

    private void AddBytes(string kind, Digest key, byte[] bytes)
    {
        string name = BundleFile.Name(kind, key);
        _members[name] = (new BundleMember(name, Digest.Of(bytes).ToString(), bytes.Length), null, bytes);
    }
}
