namespace BuildCache.Staging.Trees;

/// <summary>A file is not what was known of it: what the tree was put together from is wrong, or changes meanwhile.</summary>
internal sealed class TreeContentException(string message) : IOException(message)
{
    /// <summary>Whether a failure may come from what was known of files, so that to look at them again may help.</summary>
    public static bool Is(Exception failure) => failure is TreeContentException or FileNotFoundException or DirectoryNotFoundException;
}
