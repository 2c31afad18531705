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

    /// <summary>Whether a link leads into the repository, the packages or the .NET SDK: only such a link may be a build's own.</summary>
    public static bool IsInside(string path, RootMap roots)
    {
        string target = Of(path);
        return RootMap.IsWithin(target, roots.PathOf(RootMap.Repository)) || RootMap.IsWithin(target, roots.PathOf(RootMap.Packages)) || RootMap.IsWithin(target, roots.PathOf(RootMap.Sdk));
    }
}
