using System.Reflection;

namespace BuildCache.Tests;

/// <summary>The files of this repository, for tests of the repository itself.</summary>
internal static class Repository
{
    public static string Root { get; } =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    /// <summary>The folder of the compiler that built these tests.</summary>
    public static string Compiler { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Compiler").Value!);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);
}
