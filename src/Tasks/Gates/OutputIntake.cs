using System.Collections.Concurrent;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Takes outputs of a build into the store, so that they come back right in another folder too.</summary>
internal sealed class OutputIntake(LocalStore store, FactContext context)
{
    private const long LargestText = 8 * 1024 * 1024;

    /// <summary>The folders that an output may hold and another clone would have elsewhere.</summary>
    private readonly RootMap _places = context.Roots.Only(RootMap.Repository, RootMap.Packages);

    // By digest: most outputs are copies of what another project's build made, and that was looked through already.
    private readonly ConcurrentDictionary<Digest, bool> _mentions = new();

    /// <summary>Takes a file's bytes in as they are.</summary>
    public Digest Put(FoundOutput output, CancellationToken stop) => store.PutFile(output.Content, Permissions(output), Note, stop);

    private void Note(ReadOnlySpan<byte> content, Digest digest) => _mentions[digest] = _places.IsMentioned(content);

    private static UnixFileMode Permissions(FoundOutput output) => OperatingSystem.IsWindows() ? 0 : output.ContentStamp.Permissions;

    /// <summary>Takes one output in.</summary>
    /// <param name="output">The file.</param>
    /// <param name="taken">Digests of files that are in the store already, or whose source is.</param>
    /// <param name="relocatable">Whether clones in other folders are to share.</param>
    /// <param name="boundTo">Set to the output's path if it is right in this folder only.</param>
    /// <param name="stop">Stops the copying.</param>
    public CachedOutput TakeIn(FoundOutput output, Dictionary<string, Digest> taken, bool relocatable, ref string boundTo, CancellationToken stop)
    {
        string rooted = context.Roots.ToRooted(output.Path);
        if (output.Stamp.IsLink)
        {
            return TakeInLink(output, rooted, ref boundTo);
        }

        UnixFileMode mode = Permissions(output);
        string rootedSource = output.CopyOf is null ? "" : context.Roots.ToRooted(output.CopyOf);
        bool isOfPackage = rootedSource.StartsWith("{packages}", StringComparison.Ordinal);
        bool isTaken = taken.TryGetValue(output.Path, out Digest known);
        bool isHere = isTaken && _mentions.TryGetValue(known, out bool mentions) && !mentions;
        byte[]? content = relocatable && !isOfPackage && !isHere && output.ContentStamp.Size < LargestText ? File.ReadAllBytes(output.Content) : null;
        if (content is not null && _places.IsMentioned(content))
        {
            if (PathText.ToStored(content, _places) is var (stored, encoding))
            {
                return new CachedOutput(rooted, OutputKind.Text, store.PutBytes(stored), stored.Length, mode, encoding);
            }

            boundTo = output.Path;
        }
        else if (content is not null && isTaken)
        {
            _mentions[known] = false;
        }

        // What was read for its paths need not be read again.
        Digest PutHere() => content is null ? Put(output, stop) : store.PutContent(content, mode, stop);

        Digest digest = isTaken ? known : PutHere();
        if (output.CopyOf is null)
        {
            return new CachedOutput(rooted, OutputKind.File, digest, output.Stamp.Size, mode, "");
        }

        // A package is where restore put it; anything else may be gone when the copy is wanted.
        if (isTaken && !isOfPackage && !store.IsThere(digest))
        {
            PutHere();
        }

        OutputKind kind = output.IsCopiedIfNewer ? OutputKind.CopyIfNewer : OutputKind.Copy;
        return new CachedOutput(rooted, kind, digest, output.ContentStamp.Size, mode, rootedSource);
    }

    private CachedOutput TakeInLink(FoundOutput output, string rooted, ref string boundTo)
    {
        string raw = new FileInfo(output.Path).LinkTarget ?? "";
        if (Path.IsPathFullyQualified(raw) || !RootMap.IsWithin(LinkTargets.Of(output.Path), context.Roots.PathOf(RootMap.Repository)))
        {
            boundTo = output.Path;
        }

        return new CachedOutput(rooted, OutputKind.Link, Digest.Of(raw), 0, 0, raw);
    }
}
