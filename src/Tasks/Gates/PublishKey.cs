using System.Runtime.InteropServices;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Packages;

namespace BuildCache.Gates;

/// <summary>A file that is to be published.</summary>
/// <param name="Source">Absolute path of the file.</param>
/// <param name="RelativePath">Where it goes in the publish folder.</param>
/// <param name="Metadata">All that its item says.</param>
internal sealed record PublishedFile(string Source, string RelativePath, IReadOnlyList<KeyValuePair<string, string>> Metadata);

/// <summary>The key of a publish folder.</summary>
/// <remarks>
/// The project's own key holds every property and item after evaluation. To it come the files that the targets found to
/// publish, with their content and what their items say, and every package of the restore by its hash: runtimes, hosts
/// and compilers are among them. The order of the files counts, since a bundle holds them in it.
/// </remarks>
internal static class PublishKey
{
    /// <summary>Raised with every change of what enters the key or of how.</summary>
    private const string Format = "publish-key/2";

    /// <summary>Computes the key; <see langword="null"/> if a file is missing.</summary>
    /// <param name="context">The build.</param>
    /// <param name="project">The key of the project's build.</param>
    /// <param name="place">Where it builds to.</param>
    /// <param name="publishFolder">Absolute path of the publish folder.</param>
    /// <param name="files">What is to be published, in the order of the targets.</param>
    /// <param name="stop">Stops the hashing.</param>
    public static Fingerprint? Create(
        FactContext context,
        Digest project,
        ProjectPlace place,
        string publishFolder,
        IReadOnlyList<PublishedFile> files,
        CancellationToken stop)
    {
        long madeNs = FileStamp.Nanoseconds(DateTime.UtcNow);
        List<Fact> facts = [new Fact(FactKind.Build, "", project)];
        foreach (PackageFolder package in RestoreResult.PackagesOf(place.IntermediateFolder))
        {
            bool isThere = context.TryHash(Path.Combine(package.Folder, PackageFolder.Mark), out _, stop);
            (string id, string version) = (package.Name.Id, package.Name.Version);
            string hash = isThere ? package.ContentHash() ?? "" : "";
            facts.Add(new Fact(FactKind.Packages, id, Digest.Of($"{version} {hash}"), version));
        }

        Dictionary<string, HashedFile> hashed = new(RootMap.Comparer);
        using CanonicalHasher order = new("publish-order/1");
        foreach (PublishedFile file in files)
        {
            if (!context.TryHash(file.Source, out HashedFile? content, stop))
            {
                return null;
            }

            string source = context.Roots.ToRooted(file.Source);
            order.Add(1, source);
            string name = file.RelativePath.Length > 0 ? file.RelativePath : source;
            facts.Add(new Fact(FactKind.Published, name, Describe(context, file, content)));

            // A miss is explained by what is published, not by what the build made of it: that has its own reasons.
            if (hashed.TryAdd(file.Source, content) && !place.Holds(file.Source))
            {
                facts.Add(new Fact(FactKind.File, source, content.Digest));
            }
        }

        facts.Add(new Fact(FactKind.Published, "", order.Finish()));
        return Fingerprint.Create(WeakKey(context, place, publishFolder), facts, hashed, madeNs);
    }

    private static Digest WeakKey(FactContext context, ProjectPlace place, string publishFolder)
    {
        using CanonicalHasher hasher = new(Format);
        hasher.Add(1, typeof(PublishKey).Module.ModuleVersionId.ToString("N"));
        hasher.Add(2, RuntimeInformation.RuntimeIdentifier);
        hasher.Add(3, context.Roots.ToRooted(place.TargetPath));
        hasher.Add(4, context.Roots.ToRooted(place.IntermediateFolder));
        hasher.Add(5, context.Roots.ToRooted(publishFolder));
        return hasher.Finish();
    }

    private static Digest Describe(FactContext context, PublishedFile file, HashedFile content)
    {
        using CanonicalHasher hasher = new("published/1");
        hasher.Add(1, context.Roots.ToRooted(file.Source));
        hasher.Add(2, content.Digest);
        hasher.Add(3, (long)content.Stamp.Permissions);
        IEnumerable<KeyValuePair<string, string>> counting = file.Metadata.Where(Counts);
        foreach ((string name, string value) in counting.OrderBy(static each => each.Key, StringComparer.OrdinalIgnoreCase))
        {
            hasher.Add(4, name.ToUpperInvariant());
            hasher.Add(5, context.Roots.Neutral(value));
        }

        return hasher.Finish();
    }

    /// <summary>All counts but what we say ourselves of a reference: only one that was just built says it.</summary>
    private static bool Counts(KeyValuePair<string, string> metadata) =>
        !metadata.Key.StartsWith("BuildCache", StringComparison.OrdinalIgnoreCase);
}
