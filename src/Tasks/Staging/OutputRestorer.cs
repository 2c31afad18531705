using System.Text;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>The restoring of many projects at once.</summary>
/// <param name="Stamp">The one time that everything gets which the projects made.</param>
/// <param name="Coming">The absolute paths of what is written in it, so that copies of it carry its time.</param>
internal sealed record RestorePass(DateTime Stamp, IReadOnlySet<string> Coming);

/// <summary>Puts an entry's outputs in place: all of them, or none.</summary>
/// <remarks>
/// First every content is found. Then all that will change is noted in the <see cref="RestoreJournal"/>: if the
/// process is killed, the next build removes it. The compiler's output is taken away first and comes back last, so
/// that a build without this SDK sees that it is missing, and compiles. Copies that are new are written where they
/// belong: MSBuild copies again what has not its source's time. All else is written beside its place and renamed.
/// </remarks>
internal sealed class OutputRestorer(IBlobStore blobs, RootMap roots, StatMemo memo)
{
    private const int ParallelFrom = 64;

    private readonly RootMap _places = roots.Only(RootMap.Repository, RootMap.Packages);

    /// <summary>The ending of a file that is about to get its place.</summary>
    public const string Temporary = ".bc-new";

    /// <summary>One output on its way: where it goes, what it is copied from or consists of, and when it was made.</summary>
    private sealed record Step(CachedOutput Output, string Path, string? From, byte[]? Bytes, DateTime Time)
    {
        /// <summary>The stamp of what is copied, from when its content was checked.</summary>
        public FileStamp Checked { get; init; }

        /// <summary>Where it is written: beside its destination if something lies there already, or if it must come last.</summary>
        public string Writing { get; set; } = Path;
    }

    /// <summary>Restores; <see langword="null"/> if some content is not to be had.</summary>
    /// <param name="entry">What to restore.</param>
    /// <param name="intermediateFolder">The project's folder in obj, absolute.</param>
    /// <param name="before">What lay there, as far as known: what is right already is only stamped.</param>
    /// <param name="stop">Stops between two files; then nothing is in place yet, or the main output is missing.</param>
    /// <param name="pass">The pass that restores other projects at the same time; <see langword="null"/> if this one comes alone.</param>
    /// <exception cref="IOException">A file could not be written.</exception>
    public IReadOnlyList<PlacedFile>? Restore(CacheEntry entry, string intermediateFolder, Placement? before, CancellationToken stop, RestorePass? pass = null)
    {
        DateTime now = pass?.Stamp ?? DateTime.UtcNow;
        Dictionary<string, PlacedFile> known = before?.Files.ToDictionary(file => file.Path, RootMap.Comparer) ?? [];
        List<Step> steps = new(entry.Outputs.Count);
        List<Step> right = [];
        foreach (CachedOutput output in entry.Outputs)
        {
            string path = Destination(output.Path);
            Step? step = Plan(output, path, now, pass, stop);
            if (step is null)
            {
                return null;
            }

            bool isRight = output.Kind != OutputKind.Link && known.TryGetValue(path, out PlacedFile? placed) && placed.Digest == output.Digest &&
                FileStamp.TryReadLink(path, out FileStamp stamp) && stamp == placed.Stamp;
            (isRight ? right : steps).Add(step);
        }

        string[] stale = [.. Stale(entry, known.Keys)];
        using RestoreJournal journal = RestoreJournal.Begin(
            intermediateFolder, steps.Concat(right).Select(step => step.Path).Concat(stale).Distinct(RootMap.Comparer), stop);
        foreach (Step step in steps)
        {
            if (step.Output.Kind != OutputKind.Copy || FileStamp.TryReadLink(step.Path, out _))
            {
                step.Writing = step.Path + Temporary;
            }
        }

        bool isReplacing = false;
        try
        {
            foreach (Step step in steps.Where(step => IsMainOutput(step, intermediateFolder) && File.Exists(step.Path)))
            {
                File.Delete(step.Path);
            }

            ForEach(steps, Stage, stop);
            stop.ThrowIfCancellationRequested();
            isReplacing = true;
            Array.ForEach(stale, File.Delete);
            ForEach(right, step => File.SetLastWriteTimeUtc(step.Path, step.Time), CancellationToken.None);
            foreach (Step step in steps.Where(step => step.Writing != step.Path).OrderBy(step => IsMainOutput(step, intermediateFolder)))
            {
                File.Move(step.Writing, step.Path, overwrite: true);
            }
        }
        catch
        {
            // What was written where nothing lay goes again too. Once files are replaced, all that is ours goes: half of it is no one's output.
            foreach (Step step in steps)
            {
                AtomicFile.TryDelete(step.Writing);
            }

            if (isReplacing)
            {
                journal.Undo();
            }

            throw;
        }

        return [.. steps.Concat(right).Select(Placed)];
    }

    /// <summary>The compiler's output in the intermediate folder: what MSBuild looks at to see whether to compile.</summary>
    private static bool IsMainOutput(Step step, string intermediateFolder) =>
        Path.GetExtension(step.Path.AsSpan()) is ".dll" or ".exe" && Path.GetDirectoryName(step.Path.AsSpan()).Equals(intermediateFolder, RootMap.Comparison);

    private PlacedFile Placed(Step step)
    {
        FileStamp.TryReadLink(step.Path, out FileStamp stamp);
        // Dependents copy from here, and ask for the digest.
        if (step.Output.Kind == OutputKind.File)
        {
            memo.RememberOwn("", step.Path, stamp, step.Output.Digest);
        }

        return new PlacedFile(step.Path, step.Output.Digest, stamp);
    }

    /// <summary>The absolute path of an output. A name that would leave its root is refused.</summary>
    private string Destination(string rooted)
    {
        string root = roots.PathOf(RootMap.Repository);
        string path = roots.ToAbsolute(rooted);
        if (!rooted.StartsWith("{repo}/", StringComparison.Ordinal) || rooted.EndsWith('/') ||
            rooted.Split('/', '\\').Any(part => part is "." or "..") || !RootMap.IsWithin(Path.GetFullPath(path, root), root))
        {
            throw new InvalidDataException($"The entry names '{rooted}', which is not inside the repository.");
        }

        return path;
    }

    private Step? Plan(CachedOutput output, string path, DateTime now, RestorePass? pass, CancellationToken stop)
    {
        if (output.Kind == OutputKind.Link)
        {
            return new Step(output, path, null, null, now);
        }

        if (output.Kind == OutputKind.Text)
        {
            byte[]? stored = blobs.TryGetBytes(output.Digest);
            return stored is null ? null : new Step(output, path, null, PathText.ToLocal(stored, output.Source, _places), now);
        }

        DateTime time = now;
        if (output.Kind == OutputKind.Copy)
        {
            // A copy carries the time of its source: then MSBuild's own copying finds nothing to do.
            string source = roots.ToAbsolute(output.Source);
            if (pass?.Coming.Contains(source) == true)
            {
                // It is being written just now, with the time of the pass.
            }
            else if (memo.TryHash(source, out Digest digest, out FileStamp stamp, stop))
            {
                time = DateTime.UnixEpoch.AddTicks(stamp.ModifiedNs / 100);
                if (digest == output.Digest)
                {
                    return new Step(output, path, source, null, time) { Checked = stamp };
                }
            }
        }

        return blobs.TryGetFile(output.Digest, output.Size, stop) is { } blob && FileStamp.TryRead(blob, out FileStamp found)
            ? new Step(output, path, blob, null, time) { Checked = found }
            : null;
    }

    private static void Stage(Step step)
    {
        try
        {
            Write(step);
        }
        catch (Exception failure) when (failure is DirectoryNotFoundException or FileNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(step.Path)!);
            Write(step);
        }
    }

    private static void Write(Step step)
    {
        bool replace = step.Writing != step.Path;
        if (step.Output.Kind == OutputKind.Link)
        {
            File.Delete(step.Writing);
            File.CreateSymbolicLink(step.Writing, step.Output.Source);
        }
        else if (step.Bytes is not null)
        {
            FileCopier.Write(step.Writing, step.Bytes, step.Output.Permissions, step.Time, replace);
        }
        else
        {
            FileCopier.Copy(step.From!, step.Writing, step.Output.Size, step.Output.Permissions, step.Time, replace);

            // Another build may have noted a use in the meantime, which changes the stamp. What was copied tells.
            if ((!FileStamp.TryRead(step.From!, out FileStamp now) || now != step.Checked) && FileHasher.Hash(step.Writing, CancellationToken.None) != step.Output.Digest)
            {
                throw new IOException($"'{step.From}' changed while it was being copied.");
            }
        }
    }

    /// <summary>What an earlier build left and this one would not have: it goes, as with MSBuild's own incremental clean.</summary>
    private IEnumerable<string> Stale(CacheEntry entry, IEnumerable<string> placed)
    {
        HashSet<string> wanted = new(entry.Outputs.Select(output => roots.ToAbsolute(output.Path)), RootMap.Comparer);
        IEnumerable<string> listed = entry.Outputs
            .Where(output => output.Path.EndsWith(".FileListAbsolute.txt", StringComparison.OrdinalIgnoreCase))
            .Select(output => roots.ToAbsolute(output.Path))
            .Where(File.Exists)
            .SelectMany(File.ReadLines);
        string root = roots.PathOf(RootMap.Repository);
        return placed.Concat(listed).Where(path => !wanted.Contains(path) &&
            Path.IsPathFullyQualified(path) && RootMap.IsWithin(Path.GetFullPath(path, root), root) &&
            FileStamp.TryReadLink(path, out FileStamp stamp) && !stamp.IsDirectory);
    }

    private static void ForEach(IReadOnlyList<Step> steps, Action<Step> action, CancellationToken stop)
    {
        if (steps.Count < ParallelFrom)
        {
            foreach (Step step in steps)
            {
                stop.ThrowIfCancellationRequested();
                action(step);
            }

            return;
        }

        try
        {
            Parallel.ForEach(steps, new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, 8) }, action);
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
