namespace BuildCache.Storage;

/// <summary>Tells that a file is held by another process from all other failures.</summary>
internal static class SharingViolation
{
    // EAGAIN of Linux and of macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static readonly int[] s_codes = [11, 35, 32, 33];

    public static bool Is(Exception failure) =>
        failure.GetType() == typeof(IOException) && s_codes.Contains(failure.HResult & 0xFFFF);
}
