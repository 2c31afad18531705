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

        UnixFileMode mode = OperatingSystem.IsWindows() ? 0 : output.Stamp.Permissions;
        string rootedSource = output.CopyOf is null ? "" : context.Roots.ToRooted(output.CopyOf);
        bool isOfPackage = rootedSource.StartsWith("{packages}", StringComparison.Ordinal);
        byte[]? content = relocatable && !isOfPackage && output.Stamp.Size < LargestText ? File.ReadAllBytes(output.Path) : null;
        if (content is not null && _places.IsMentioned(content))
        {
            if (PathText.ToStored(content, _places) is var (stored, encoding))
            {
                return new CachedOutput(rooted, OutputKind.Text, store.PutBytes(stored), stored.Length, mode, encoding);
            }

            boundTo = output.Path;
        }

        // What was read for its paths need not be read again.
        Digest Put() => content is null ? store.PutFile(output.Path, stop) : store.PutContent(content, mode, stop);

        if (output.CopyOf is not null)
        {
            Digest digest = taken.TryGetValue(output.Path, out Digest known) ? known : Put();

            // A package is where restore put it; anything else may be gone when the copy is wanted.
            if (!isOfPackage && !File.Exists(store.Layout.BlobPath(digest)))
            {
                Put();
            }

            return new CachedOutput(rooted, OutputKind.Copy, digest, output.Stamp.Size, mode, rootedSource);
        }

        Digest blob = taken.TryGetValue(output.Path, out Digest put) ? put : Put();
        return new CachedOutput(rooted, OutputKind.File, blob, output.Stamp.Size, mode, "");
    }

    private CachedOutput TakeInLink(FoundOutput output, string rooted, ref string boundTo)
    {
        string target = File.ResolveLinkTarget(output.Path, returnFinalTarget: false)?.FullName ?? "";
        string raw = new FileInfo(output.Path).LinkTarget ?? "";
        if (!RootMap.IsWithin(target, context.Roots.PathOf(RootMap.Repository)))
        {
            boundTo = output.Path;
        }

        return new CachedOutput(rooted, OutputKind.Link, Digest.Of(raw), 0, 0, raw);
    }
}
