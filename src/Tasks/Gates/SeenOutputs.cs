using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Gates;

/// <summary>What dependents see of a project's outputs.</summary>
/// <param name="Visible">The digest of it.</param>
/// <param name="Files">The outputs, as they were then. Those that dependents do not see may be among them.</param>
internal sealed record SeenOutputs(Digest Visible, IReadOnlyList<PlacedFile> Files)
{
    /// <summary>Larger files are not looked through for this clone's folders.</summary>
    private const long LargestText = 8 * 1024 * 1024;

    /// <summary>What dependents see once targets behind the build have run.</summary>
    /// <remarks>The same as before if these wrote nothing, or what was there already. The result is the same after a hit and after a build, in any folder.</remarks>
    /// <param name="built">Where the outputs lie.</param>
    /// <param name="context">The build.</param>
    /// <param name="stop">Stops the hashing.</param>
    public Digest Now(BuiltOutputs built, FactContext context, CancellationToken stop)
    {
        SortedDictionary<string, (Digest Digest, bool IsExecutable)> changed = new(StringComparer.Ordinal);
        HashSet<string> known = new(RootMap.Comparer);
        foreach (PlacedFile file in Files)
        {
            known.Add(file.Path);
            if (file.UsersCopyOf.Length > 0 || !OutputCollector.IsVisible(file.Path, built))
            {
                continue;
            }

            bool isThere = FileStamp.TryRead(file.Path, out FileStamp now) && now.IsRegular;
            Digest raw = isThere && context.TryHash(file.Path, out HashedFile? content, stop) ? content.Digest : default;
            Digest neutral = raw == file.Digest || raw.IsNone ? raw : Neutral(file.Path, raw, now.Size, context);

            // Of a link no content was noted before.
            if (file.Stamp.IsLink || (raw != file.Digest && neutral != file.Digest) || now.IsExecutable != file.Stamp.IsExecutable)
            {
                changed[context.Roots.ToRooted(file.Path)] = (neutral, now.IsExecutable);
            }
        }

        // The .NET SDK looks beside a referenced assembly for assemblies that it references, and for what belongs to them.
        foreach (string path in ReferencedFolders.Files(built.OutputFolder).Where(path => !known.Contains(path)))
        {
            if (FileStamp.TryRead(path, out FileStamp now) && now.IsRegular && context.TryHash(path, out HashedFile? content, stop))
            {
                changed[context.Roots.ToRooted(path)] = (Neutral(path, content.Digest, now.Size, context), now.IsExecutable);
            }
        }

        if (changed.Count == 0)
        {
            return Visible;
        }

        using CanonicalHasher hasher = new("visible-behind/1");
        hasher.Add(1, Visible);
        foreach ((string path, (Digest digest, bool isExecutable)) in changed)
        {
            hasher.Add(2, path);
            hasher.Add(3, digest);
            hasher.Add(4, isExecutable ? 1 : 0);
        }

        return hasher.Finish();
    }

    /// <summary>The digest of a file as entries hold it: of text that names this clone's folders, the form for all clones.</summary>
    private static Digest Neutral(string path, Digest raw, long size, FactContext context)
    {
        if (size >= LargestText)
        {
            return raw;
        }

        RootMap places = context.Roots.Only(RootMap.Repository, RootMap.Packages);
        byte[] content = File.ReadAllBytes(path);
        return places.IsMentioned(content) && PathText.ToStored(content, places) is var (stored, _) ? Digest.Of(stored) : raw;
    }
}
