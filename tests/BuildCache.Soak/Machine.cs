namespace BuildCache.Soak;

/// <summary>
/// What all walks of a run share: the packed SDK, the package of the solution, a folder for packages.
/// </summary>
internal static class Machine
{
    private static bool s_isPrepared;

    /// <summary>Packs, once.</summary>
    public static async Task PrepareAsync()
    {
        if (s_isPrepared)
        {
            return;
        }

        // The folder counts from here on: packing has used the user's.
        await PackedSdk.VersionAsync();
        await TextsPackage.PackAsync();
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(PackedSdk.Scratch, "packages"));
        s_isPrepared = true;
    }
}
