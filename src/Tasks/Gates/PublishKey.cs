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
/// publish, with their content, and every package of the restore by its hash: runtimes, hosts and compilers are among them.
/// </remarks>
/// <param name="Key">Under it lies the entry.</param>
/// <param name="Files">The files as they were when hashed, by absolute path.</param>
internal sealed record PublishKey(Digest Key, IReadOnlyDictionary<string, HashedFile> Files)
{
    /// <summary>Raised with every change of what enters the key or of how.</summary>
    private const string Format = "publish-key/1";

    /// <summary>Computes the key; <see langword="null"/> if a file is missing.</summary>
    public static PublishKey? Create(FactContext context, string project, string intermediateFolder, string publishFolder, IReadOnlyList<PublishedFile> files, CancellationToken stop)
    {
        using CanonicalHasher hasher = new(Format);
        hasher.Add(1, typeof(PublishKey).Module.ModuleVersionId.ToString("N"));
        hasher.Add(2, project);
        hasher.Add(3, RuntimeInformation.RuntimeIdentifier);
        hasher.Add(4, context.Roots.ToRooted(publishFolder));
        foreach (PackageFolder package in RestoreResult.PackagesOf(intermediateFolder).OrderBy(static package => package.Folder, StringComparer.Ordinal))
        {
            hasher.Add(5, package.Name.ToString());
            hasher.Add(6, context.TryHash(Path.Combine(package.Folder, PackageFolder.Mark), out _, stop) ? package.ContentHash() ?? "" : "");
        }

        Dictionary<string, HashedFile> hashed = new(RootMap.Comparer);
        foreach (PublishedFile file in files)
        {
            if (!context.TryHash(file.Source, out HashedFile? content, stop))
            {
                return null;
            }

            hashed[file.Source] = content;
            hasher.Add(7, context.Roots.ToRooted(file.Source));
            hasher.Add(8, content.Digest);
            hasher.Add(11, (long)content.Stamp.Permissions);
            foreach ((string name, string value) in file.Metadata.OrderBy(static each => each.Key, StringComparer.OrdinalIgnoreCase))
            {
                hasher.Add(9, name.ToUpperInvariant());
                hasher.Add(10, context.Roots.Neutral(value));
            }
        }

        return new PublishKey(hasher.Finish(), hashed);
    }
}
