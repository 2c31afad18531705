namespace BuildCache.Facts;

/// <summary>Type providers of F#: they run in the compiler and read whatever they like, a database or a web page.</summary>
internal static class TypeProviders
{
    /// <summary>The folder of a package in which the compiler looks for them.</summary>
    private const string Folder = "typeproviders/";

    /// <summary>Whether a package of an F# project brings some.</summary>
    public static bool AreUsed(EvaluatedProject project)
    {
        if (!project.Path.EndsWith(".fsproj", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        try
        {
            return File.ReadAllText(project.Property("ProjectAssetsFile").Replace('\\', Path.DirectorySeparatorChar)).Contains(Folder, StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Nothing was restored: then nothing is compiled either.
            return false;
        }
    }
}
