using System.Reflection.Metadata;

namespace BuildCache.Hashing;

/// <summary>Finds in an assembly the attributes by which the place of code in its file reaches what is compiled.</summary>
/// <remarks>By simple names: the compiler looks at names, too, and a like-named attribute costs a miss at worst.</remarks>
internal static class LineAttributes
{
    private const string CallerLine = "CallerLineNumberAttribute";
    private const string Interceptor = "InterceptsLocationAttribute";

    /// <summary>Whether anything bears CallerLineNumber: then each caller holds the number of its line.</summary>
    public static bool IsUsed(MetadataReader metadata)
    {
        // From elsewhere it is imported only to be used; where it is defined, each use must be looked for.
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            if (metadata.StringComparer.Equals(metadata.GetTypeReference(handle).Name, CallerLine))
            {
                return true;
            }
        }

        return metadata.TypeDefinitions.Any(handle => metadata.StringComparer.Equals(metadata.GetTypeDefinition(handle).Name, CallerLine)) &&
            metadata.CustomAttributes.Any(handle => IsCallerLine(metadata, metadata.GetCustomAttribute(handle).Constructor));
    }

    /// <summary>Whether a method takes the place of a call, which is named by its position in a file.</summary>
    public static bool HasInterceptor(MetadataReader metadata) =>
        metadata.TypeDefinitions.Any(handle => metadata.GetString(metadata.GetTypeDefinition(handle).Name).EndsWith(Interceptor, StringComparison.Ordinal)) ||
        metadata.TypeReferences.Any(handle => metadata.StringComparer.Equals(metadata.GetTypeReference(handle).Name, Interceptor));

    private static bool IsCallerLine(MetadataReader metadata, EntityHandle constructor) =>
        constructor.Kind == HandleKind.MethodDefinition &&
        metadata.StringComparer.Equals(metadata.GetTypeDefinition(metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()).Name, CallerLine);
}
