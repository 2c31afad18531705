namespace BuildCache.Staging.Trees;

/// <summary>What must be the same for what is known of a destination to be of use.</summary>
/// <remarks>Names are spelled out: the runtime would have to compile how it finds the name of a number, in each build.</remarks>
internal static class DestinationMark
{
    /// <summary>What must be the same for files to stay as they are.</summary>
    public static string KindOf(TreeRequest request)
    {
        string placement = request.Placement switch
        {
            TreePlacement.Hardlink => nameof(TreePlacement.Hardlink),
            TreePlacement.Symlink => nameof(TreePlacement.Symlink),
            _ => nameof(TreePlacement.Copy),
        };
        return placement + (request.ReadOnly ? " read-only " : " writable ");
    }

    /// <summary>What must be the same for the whole destination to stay as it is. What a boot wrote, the next one may not find on the disk.</summary>
    public static string Of(TreeRequest request, string boot) => KindOf(request) + request.Clean switch
    {
        CleanMode.Remove => nameof(CleanMode.Remove),
        CleanMode.Keep => nameof(CleanMode.Keep),
        _ => nameof(CleanMode.Default),
    } + " " + boot;

    /// <summary>Whether a mark was written in this boot.</summary>
    public static bool IsOfBoot(string mark, string boot) => mark.EndsWith(" " + boot, StringComparison.Ordinal);

    /// <summary>Whether the files of a destination are names of files in the store.</summary>
    public static bool IsHardlinked(string mark) => mark.StartsWith(nameof(TreePlacement.Hardlink), StringComparison.Ordinal);
}
