using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests;

/// <summary>Entries and records for tests.</summary>
internal static class Entries
{
    public static CacheEntry Entry(string key, params CachedOutput[] outputs) => new()
    {
        ActionKey = Digest.Of(key),
        Visible = Digest.Of("visible"),
        TargetPath = "{repo}/App/bin/App.dll",
        BoundTo = "",
        Seconds = 1.5,
        Provenance = "test",
        Facts = Digest.Of("facts"),
        Outputs = outputs,
        Warnings = [],
    };

    /// <summary>An output with some content, in the store as far as the store takes it.</summary>
    public static CachedOutput Output(LocalStore store, string path, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return new CachedOutput(path, OutputKind.File, store.PutBytes(bytes), bytes.Length, OperatingSystem.IsWindows() ? 0 : mode, "");
    }

    /// <summary>The record of a project in a folder of its name.</summary>
    public static ProjectRecord Record(string name) => new()
    {
        Path = $"{{repo}}/{name}/{name}.csproj",
        Framework = "net10.0",
        Frameworks = "",
        Configuration = "Debug",
        IntermediateFolder = $"{{repo}}/{name}/obj",
        OutputFolder = $"{{repo}}/{name}/bin",
        RestoreFolder = $"{{repo}}/{name}/obj",
        Ineligible = "",
        MustBuild = "",
        PublishedTo = "",
        ActionKey = Digest.Of(name),
        Visible = Digest.Of(name),
        Relocatable = true,
        At = DateTime.UnixEpoch,
        Evaluation = [],
        Sources = [],
        References = [],
        Shared = SharedFacts.Create([], []),
        Mentioned = [],
    };
}
