using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BuildCache.Facts;

/// <summary>Keys that sources name with the attribute <c>AssemblyKeyFile</c>: the compiler reads them, and no property or item says so.</summary>
internal static class KeysInSources
{
    /// <summary>Whether a project's assembly has a public key although its properties name none.</summary>
    /// <param name="context">What has been looked at already.</param>
    /// <param name="project">The project.</param>
    /// <param name="assembly">What its compiler made; <see langword="null"/> if it made none.</param>
    public static bool AreUsed(FactContext context, EvaluatedProject project, string? assembly) =>
        project.Property("AssemblyOriginatorKeyFile").Length == 0 && project.Property("KeyOriginatorFile").Length == 0 && assembly is not null && context.HasPublicKey(assembly);

    /// <summary>Whether an assembly has a public key.</summary>
    public static bool HasPublicKey(string assembly)
    {
        try
        {
            using PEReader reader = new(File.OpenRead(assembly));
            return reader.HasMetadata && reader.GetMetadataReader() is { IsAssembly: true } metadata && !metadata.GetAssemblyDefinition().PublicKey.IsNil;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
