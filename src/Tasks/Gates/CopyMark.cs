namespace BuildCache.Gates;

/// <summary>
/// The empty file in the intermediate folder that says that references were copied to the output folder.
/// </summary>
/// <remarks>
/// MSBuild makes it only if a copy was really written, and never takes it away. So in place it depends on earlier
/// builds: where obj was deleted and the copies lay there, it is missing; where the last reference went, it stays.
/// </remarks>
/// <param name="Path">Absolute path; "" if this MSBuild names none.</param>
/// <param name="IsWanted">Whether there are references to copy, so that a clean build makes it.</param>
internal sealed record CopyMark(string Path, bool IsWanted)
{
    /// <summary>Makes it what a clean build leaves.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be written.</exception>
    public void Correct()
    {
        if (Path.Length == 0)
        {
            return;
        }

        if (!IsWanted)
        {
            File.Delete(Path);
        }
        else if (!File.Exists(Path))
        {
            using FileStream mark = new(Path, FileMode.CreateNew);
        }
    }
}
