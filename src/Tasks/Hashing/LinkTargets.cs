namespace BuildCache.Hashing;

/// <summary>Where symbolic links lead.</summary>
internal static class LinkTargets
{
    /// <summary>Where a link leads, one step, absolute; "" if that cannot be told.</summary>
    public static string Of(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Whether a folder on the way from one folder down to a path is a link, so that what lies at the path is somewhere else.</summary>
    /// <param name="path">The path, absolute.</param>
    /// <param name="folder">A folder above it, absolute. Whether this one is a link, or one above it, does not matter.</param>
    public static bool IsBehindLink(string path, string folder)
    {
        for (string? at = Path.GetDirectoryName(path); at is not null && at.Length > folder.Length; at = Path.GetDirectoryName(at))
        {
            if (FileStamp.TryReadLink(at, out FileStamp stamp) && stamp.IsLink)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a link leads into the repository, the packages or the .NET SDK: only such a link may be a build's own.</summary>
    public static bool IsInside(string path, RootMap roots)
    {
        string target = Of(path);
        return RootMap.IsWithin(target, roots.PathOf(RootMap.Repository)) || RootMap.IsWithin(target, roots.PathOf(RootMap.Packages)) || RootMap.IsWithin(target, roots.PathOf(RootMap.Sdk));
    }
}
