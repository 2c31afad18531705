using BuildCache.Hashing;
using BuildCache.Staging.Trees;
using BuildCache.Storage;

namespace BuildCache.Staging;

/// <summary>The restoring of many projects at once.</summary>
/// <param name="Coming">What is written in it, by absolute path, and the time that it gets: copies of it carry that,
/// too.</param>
internal sealed record RestorePass(IReadOnlyDictionary<string, DateTime> Coming);

/// <summary>Into what an entry is put.</summary>
/// <param name="Folders">The folders of the project's build.</param>
/// <param name="Before">What lay there, as far as known: what is right already is only stamped.</param>
internal sealed record RestorePlace(BuildFolders Folders, Placement? Before)
{
    /// <summary>The pass that restores other projects at the same time; <see langword="null"/> if this one comes alone.</summary>
    public RestorePass? Pass { get; init; }

    /// <summary>
    /// The times that the project's own outputs get; <see langword="null"/> for those that follow from what lay there.
    /// </summary>
    public OutputTimes? Times { get; init; }

    /// <summary>
    /// Says whether what lies at a path stays, though the last build made it and this one does not: another project of
    /// this build has an output there, or the project reads it.
    /// </summary>
    public Func<string, bool>? Stays { get; init; }
}

/// <summary>Puts an entry's outputs in place: all of them, or none.</summary>
/// <remarks>
/// First every content is found. Then all that will change is noted in the <see cref="RestoreJournal"/>: if the
/// process is killed, the next build removes it. The compiler's output is taken away first and comes back last, so
/// that a build without this SDK sees that it is missing, and compiles. Copies that are new are written where they
/// belong: MSBuild copies again what has not its source's time. All else is written beside its place and renamed.
/// </remarks>
internal sealed class OutputRestorer(IBlobStore blobs, RootMap roots, StatMemo memo, TrackedFiles tracked)
{
    private const int ParallelFrom = 64;
    private const int FileExists = 17;
    private const int WindowsFileExists = 80;

    private readonly RootMap _places = roots.Only(RootMap.Repository, RootMap.Packages);
    private readonly StaleOutputs _stale = new(roots, memo, tracked);

    /// <summary>The ending of a file that is about to get its place.</summary>
    public const string Temporary = ".bc-new";

    /// <summary>One output on its way: where it goes, what it is copied from or consists of, and when it was made.</summary>
    private sealed record Step(CachedOutput Output, string Path, string? From, byte[]? Bytes, DateTime Time)
    {
        /// <summary>The stamp of what is copied, from when its content was checked.</summary>
        public FileStamp Checked { get; init; }

        /// <summary>Whether another process has made the file at its place meanwhile, which is then not ours to take away.</summary>
        public bool IsOfOther { get; set; }

        /// <summary>Where it is written: beside its destination if something lies there already, or if it must come last.</summary>
        public string Writing { get; set; } = Path;
    }

    /// <summary>Restores; <see langword="null"/> if some content is not to be had.</summary>
    /// <param name="entry">What to restore.</param>
    /// <param name="place">Into what.</param>
    /// <param name="stop">Stops between two files; then nothing is in place yet, or the main output is missing.</param>
    /// <exception cref="IOException">A file could not be written.</exception>
    public IReadOnlyList<PlacedFile>? Restore(CacheEntry entry, RestorePlace place, CancellationToken stop)
    {
        OutputTimes times = place.Times ?? new OutputTimes(entry, place.Before, place.Folders.Intermediate, DateTime.UtcNow);
        Dictionary<string, PlacedFile> known = place.Before?.Files.ToDictionary(file => file.Path, RootMap.Comparer) ?? [];
        List<Step> steps = new(entry.Outputs.Count);
        List<Step> right = [];
        List<PlacedFile> ofUser = [];
        HashSet<string> wanted = new(entry.Outputs.Count, RootMap.Comparer);
        foreach (CachedOutput output in entry.Outputs)
        {
            string path = Destination(output.Path);
            wanted.Add(path);
            PlacedFile? placed = known.GetValueOrDefault(path);
            if (output.Kind == OutputKind.CopyIfNewer && OfUser(output, path, placed, stop) is { } kept)
            {
                ofUser.Add(kept);
                continue;
            }

            if (placed is not null && IsRight(output, path, placed, place.Before!, stop))
            {
                right.Add(new Step(output, path, null, null, TimeOf(output, path, times, place.Pass)));
                continue;
            }

            if (Plan(output, path, times, place.Pass, stop) is not { } step)
            {
                return null;
            }

            steps.Add(step);
        }

        string folder = place.Folders.Intermediate;
        IEnumerable<string> lists = wanted.Where(static path => path.EndsWith(".FileListAbsolute.txt", StringComparison.OrdinalIgnoreCase));
        string[] stale = _stale.Of(wanted, lists, place.Folders, place.Before, place.Stays, stop);
        foreach (Step step in steps)
        {
            if (!step.Output.IsCopy || FileStamp.TryReadLink(step.Path, out _))
            {
                step.Writing = step.Path + Temporary;
            }
        }

        using RestoreJournal journal = RestoreJournal.Begin(
            folder, JournalLines(steps.Concat(right), stale, place.Folders), path => tracked.Holds(path) == true, stop);
        bool isReplacing = false;
        try
        {
            foreach (Step step in steps.Where(step => IsMainOutput(step, folder) && File.Exists(step.Path)))
            {
                File.Delete(step.Path);
            }

            ForEach(steps, Stage, stop);
            stop.ThrowIfCancellationRequested();
            isReplacing = true;
            Array.ForEach(stale, FilesBelow.Delete);
            ForEach(right, static step => SetTime(step), CancellationToken.None);
            foreach (Step step in steps.Where(step => step.Writing != step.Path).OrderBy(step => IsMainOutput(step, folder)))
            {
                Replace(step);
            }
        }
        catch
        {
            // What was written where nothing lay goes again too. Once files are replaced, all that is ours goes: half of it is no one's output.
            foreach (Step step in steps.Where(static step => !step.IsOfOther))
            {
                AtomicFile.TryDelete(step.Writing);
            }

            if (isReplacing)
            {
                journal.Undo();
            }
            else if (!steps.Any(static step => !step.IsOfOther && Path.Exists(step.Writing)))
            {
                journal.Complete();
            }

            throw;
        }

        journal.Complete();
        return [.. steps.Concat(right).Select(Placed), .. ofUser];
    }

    /// <summary>What the journal lists: in the build's folders all that changes; elsewhere only what is written on the way, since what lies there is whole at any time, and may be the user's when the list is read.</summary>
    private static IEnumerable<string> JournalLines(IEnumerable<Step> steps, string[] stale, BuildFolders folders) => steps
        .Select(step => folders.Hold(step.Path) ? step.Path : step.Writing)
        .Concat(stale.Where(folders.Hold))
        .Distinct(RootMap.Comparer);

    /// <summary>The copy that lies at an output's place, if it is the user's and stays; <see langword="null"/> if the source wins.</summary>
    private PlacedFile? OfUser(CachedOutput output, string path, PlacedFile? placed, CancellationToken stop)
    {
        string source = roots.ToAbsolute(output.Source);
        if (!FileStamp.TryReadLink(path, out FileStamp stamp) || (placed is not null && placed.Stamp == stamp && placed.UsersCopyOf.Length == 0) ||
            !FileStamp.TryRead(source, out FileStamp original) || !UsersCopies.IsNewer(stamp, original) ||
            !memo.TryHash(path, out Digest content, out stamp, stop) || content == output.Digest)
        {
            return null;
        }

        // Without a placement MSBuild decides, and it lets a newer copy be.
        return UsersCopies.Decide(stamp, content, original, placed) == CopyVerdict.SourceWins ? null
            : new PlacedFile(path, output.Digest, stamp) { IsCopy = true, UsersCopyOf = source };
    }

    private static void Replace(Step step)
    {
        // .NET moves nothing onto a link to a folder, and no link to a folder onto anything.
        if (new DirectoryInfo(step.Path) is { Exists: true, LinkTarget: not null })
        {
            FilesBelow.Delete(step.Path);
        }

        if (step.Output.Kind == OutputKind.Link && Directory.Exists(step.Writing))
        {
            AtomicFile.TryDelete(step.Path);
            FileLinks.Rename(step.Writing, step.Path);
        }
        else
        {
            File.Move(step.Writing, step.Path, overwrite: true);
        }
    }

    /// <summary>The compiler's output in the intermediate folder: what MSBuild looks at to see whether to compile.</summary>
    private static bool IsMainOutput(Step step, string intermediateFolder) =>
        Path.GetExtension(step.Path.AsSpan()) is ".dll" or ".exe" && Path.GetDirectoryName(step.Path.AsSpan()).Equals(intermediateFolder, RootMap.Comparison);

    private PlacedFile Placed(Step step)
    {
        FileStamp.TryReadLink(step.Path, out FileStamp stamp);
        // Dependents copy from here, and ask for the digest.
        if (step.Output.Kind == OutputKind.File && !stamp.IsCoarse)
        {
            memo.RememberOwn("", step.Path, stamp, step.Output.Digest);
        }

        return new PlacedFile(step.Path, step.Output.Digest, stamp) { IsCopy = step.Output.IsCopy };
    }

    /// <summary>The absolute path of an output. A name that would leave its root is refused.</summary>
    private string Destination(string rooted)
    {
        string root = roots.PathOf(RootMap.Repository);
        string path = roots.ToAbsolute(rooted);
        if (!rooted.StartsWith("{repo}/", StringComparison.Ordinal) || rooted.EndsWith('/') ||
            rooted.Split('/', '\\').Any(part => part is "." or "..") || rooted.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || !RootMap.IsWithin(Path.GetFullPath(path, root), root))
        {
            throw new InvalidDataException($"The entry names '{rooted}', which is not inside the repository.");
        }

        return path;
    }

    /// <summary>Leaves a file alone that has its time already.</summary>
    private static void SetTime(Step step)
    {
        if (!FileStamp.TryReadLink(step.Path, out FileStamp stamp) || stamp.Modified != step.Time)
        {
            File.SetLastWriteTimeUtc(step.Path, step.Time);
        }
    }

    /// <summary>Whether what was placed last is what is wanted now. After a restart of the machine the stamp alone does not tell: a power failure leaves files of the right size full of zeros.</summary>
    private bool IsRight(CachedOutput output, string path, PlacedFile placed, Placement before, CancellationToken stop)
    {
        if (output.Kind == OutputKind.Link || placed.UsersCopyOf.Length > 0 || placed.Digest != output.Digest ||
            !FileStamp.TryReadLink(path, out FileStamp stamp) || stamp != placed.Stamp)
        {
            return false;
        }

        if (before.Believes(path, stamp))
        {
            return true;
        }

        if (output.Kind == OutputKind.Text)
        {
            return blobs.TryGetBytes(output.Digest) is { } stored && PathText.ToLocal(stored, output.Source, _places).AsSpan().SequenceEqual(File.ReadAllBytes(path));
        }

        return FileHasher.Hash(path, stop) == output.Digest;
    }

    /// <summary>The time that an output gets which is right already: a copy has that of its source, so that MSBuild's own copying finds nothing to do.</summary>
    private DateTime TimeOf(CachedOutput output, string path, OutputTimes times, RestorePass? pass) =>
        !output.IsCopy ? times.Of(path)
        : pass is not null && pass.Coming.TryGetValue(roots.ToAbsolute(output.Source), out DateTime coming) ? coming
        : FileStamp.TryRead(roots.ToAbsolute(output.Source), out FileStamp stamp) ? stamp.Modified : times.Of(path);

    private Step? Plan(CachedOutput output, string path, OutputTimes times, RestorePass? pass, CancellationToken stop)
    {
        DateTime time = times.Of(path);
        if (output.Kind == OutputKind.Link)
        {
            return new Step(output, path, null, null, time);
        }

        if (output.Kind == OutputKind.Text)
        {
            byte[]? stored = blobs.TryGetBytes(output.Digest);
            return stored is null ? null : new Step(output, path, null, PathText.ToLocal(stored, output.Source, _places), time);
        }

        if (output.IsCopy)
        {
            // A copy carries the time of its source: then MSBuild's own copying finds nothing to do.
            string source = roots.ToAbsolute(output.Source);
            if (pass is not null && pass.Coming.TryGetValue(source, out DateTime coming))
            {
                // It is being written just now.
                time = coming;
            }
            else if (memo.TryHash(source, out Digest digest, out FileStamp stamp, stop))
            {
                time = stamp.Modified;
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
        catch (IOException failure) when (step.Writing == step.Path && (failure.HResult & 0xFFFF) is FileExists or WindowsFileExists)
        {
            step.IsOfOther = true;
            throw;
        }
    }

    private static void Write(Step step)
    {
        bool replace = step.Writing != step.Path;
        if (step.Output.Kind == OutputKind.Link)
        {
            FilesBelow.Delete(step.Writing);
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
