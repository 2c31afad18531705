using System.Runtime.Loader;

namespace BuildCache.Hashing;

/// <summary>Loads the parser of the compiler that builds the project: no other reads a source just as it does.</summary>
/// <remarks>Only on the way to <see cref="CSharpHasher"/>. A build that hashes sources exactly never comes here.</remarks>
internal static class CompilerAssemblies
{
    /// <summary>In the order in which one needs the other.</summary>
    private static readonly string[] s_names = ["Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll"];

    /// <summary>Loads them beside this assembly, so that its references are bound to them.</summary>
    /// <param name="folder">Absolute path of the compiler's folder, as <c>$(RoslynTargetsPath)/bincore</c>.</param>
    /// <param name="identity">Tells this compiler from every other.</param>
    /// <param name="fault">Why they cannot be loaded: another compiler was loaded before, or there is none.</param>
    public static bool TryLoad(string folder, out string identity, out string fault)
    {
        identity = "";
        fault = "";
        try
        {
            AssemblyLoadContext own = AssemblyLoadContext.GetLoadContext(typeof(CompilerAssemblies).Assembly) ?? AssemblyLoadContext.Default;
            foreach (string name in s_names)
            {
                // A second load of the same file gives the first; another file of that name is refused.
                identity += own.LoadFromAssemblyPath(Path.Combine(folder, name)).ManifestModule.ModuleVersionId.ToString("N");
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or BadImageFormatException)
        {
            fault = failure.Message;
            return false;
        }
    }
}
